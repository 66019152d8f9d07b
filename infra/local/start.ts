import { LOG_LEVELS, type LogLevel } from '../config.js';
import { type LocalStack, startLocalStack } from './local-stack.js';
import { isShown, jsonLogLine, type LogLine, renderLogLine } from './log-lines.js';

/**
 * `npm start`: the whole system on this machine. stdout carries one line, `medindex ready <url>`; everything else
 * goes to stderr. Ctrl-C (or SIGTERM, SIGHUP) drains and exits 0, a second one kills; a stack that cannot go on exits 1.
 */
async function main(): Promise<number> {
  const threshold = thresholdOf(process.env['LOG_LEVEL']);
  const colour = process.stderr.isTTY && !process.env['NO_COLOR'];
  const onLine = (name: string, line: LogLine): void => {
    if (!isShown(line.level, threshold)) return;
    const shown = process.stderr.isTTY ? renderLogLine(name, line, colour) : jsonLogLine(name, line, new Date());
    process.stderr.write(`${shown}\n`);
  };
  const abort = new AbortController();
  let stack: LocalStack | null = null;
  const stopRequest = new Promise<'stop'>((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) {
        // While it still starts there is nobody to ask: the orphan reaper ends what runs already.
        if (stack) void stack.stop({ force: true });
        else process.exit(1);
        return;
      }
      asked = true;
      onLine('medindex', {
        level: 'info',
        text: 'Stopping: running work comes to a safe place first. Ctrl-C again ends it at once.',
      });
      abort.abort();
      resolve('stop');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  });
  // A closed terminal or `| head` must not take the supervisor down before its children.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);

  try {
    stack = await startLocalStack({ env: process.env, onLine, publicPort: 'exact', signal: abort.signal });
    process.stdout.write(`medindex ready ${stack.url}\n`);
    onLine('medindex', {
      level: 'info',
      text: `Console ${stack.url} (sign in with the admin key, in ${stack.adminKeyFile}) · API documentation ${stack.url}/docs`,
    });
    onLine('medindex', {
      level: 'info',
      text: `From another folder or program: export MEDINDEX_URL=${stack.url} MEDINDEX_API_KEY=$(cat '${stack.adminKeyFile}')`,
    });
    if (stack.temporalUiUrl)
      onLine('medindex', { level: 'info', text: `Temporal UI ${stack.temporalUiUrl} · stop with Ctrl-C` });
    await Promise.race([stopRequest, stack.givenUp]);
    await stack.stop();
    onLine('medindex', { level: 'info', text: 'Stopped.' });
    return 0;
  } catch (error) {
    if (abort.signal.aborted) return 0;
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    await stack?.stop();
    return 1;
  }
}

function thresholdOf(level: string | undefined): LogLevel {
  return LOG_LEVELS.find((known) => known === level?.trim().toLowerCase()) ?? 'info';
}

process.exit(await main());
