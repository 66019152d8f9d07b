import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { printLine, type Terminal } from '../../api/cli/terminal.js';
import { FileClient } from '../../api/client/file-client.js';
import type { Environment } from '../settings-reader.js';
import { PROJECT_ROOT } from '../entry-point.js';
import { askQuestion, type DemoQuestion } from './demo/ask-question.js';
import { ingestFiles } from './demo/ingest-files.js';
import { type LocalStack, startLocalStack } from './local-stack.js';
import { isShown, type LogLine, renderLogLine } from './log-lines.js';

const USAGE = `npm run demo [-- options]

  Starts the whole system, reads a small corpus, asks questions, prints cited answers and stops.

  --keep            stays up afterwards, on the data folder of npm start (.medindex)
  --from <folder>   reads your files instead; sub-folders named like a collection fill that one
  --ask <question>  asks your question (several times: several questions)`;

/** What points elsewhere: the demo never touches a database or bucket that happens to be set. */
const FOREIGN_SETTINGS = ['DATABASE_URL', 'OBJECT_STORE_URL', 'TEMPORAL_ADDRESS', 'REDIS_URL'];

/** Whoever names Qdrant wants to see it: under names that tell what a demo left there. */
const DEMO_QDRANT_PREFIX = 'medindex-demo';

const DEMO_FOLDER = join(PROJECT_ROOT, 'infra', 'local', 'demo');

interface DemoOptions {
  readonly keep: boolean;
  readonly folder: string;
  readonly questions: readonly DemoQuestion[];
  /** Reads further questions from the terminal. */
  readonly converse: boolean;
}

/** `npm run demo`: gives the exit code. */
async function main(terminal: Terminal): Promise<number> {
  const say = (text = ''): void => printLine(terminal.stdout, text);
  const complain = (text: string): void => printLine(process.stderr, text);
  const options = readOptions(process.argv.slice(2), terminal);
  if (options === null) {
    say(USAGE);
    return 0;
  }
  const begun = performance.now();
  const abort = new AbortController();
  const stopRequest = onStopRequest(() => abort.abort());
  const temporary = options.keep ? null : mkdtempSync(join(tmpdir(), 'medindex-demo-'));
  const env = demoEnvironment(process.env, temporary);
  const logFile = join(tmpdir(), `medindex-demo-${process.pid}.log`);
  const log = new DeferredLog(logFile);
  let stack: LocalStack | null = null;
  let failed = false;
  try {
    say('Starting database, Temporal, worker and API, each a process of its own.');
    const onLine = (name: string, line: LogLine): void => {
      log.write(name, line);
      if (name === 'medindex' && isShown(line.level, 'info')) say(`  ${line.text}`);
    };
    stack = await startLocalStack({ env, onLine, publicPort: 'next free', signal: abort.signal });
    const work = present({ stack, options, terminal, begun });
    await Promise.race([work, stack.givenUp, stopRequest]);
    if (options.keep && !abort.signal.aborted) await Promise.race([stopRequest, stack.givenUp]);
  } catch (error) {
    failed = !abort.signal.aborted;
    if (failed) complain(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  if (stack) say('\nStopping.');
  await stack?.stop();
  log.close({ keep: failed });
  if (failed) complain(`What all processes said is in ${logFile}`);
  if (temporary) rmSync(temporary, { recursive: true, force: true });
  return failed ? 1 : 0;
}

/** Ingests, asks and says where to look. Errors: says which files ended as they should not. */
async function present(input: {
  stack: LocalStack;
  options: DemoOptions;
  terminal: Terminal;
  begun: number;
}): Promise<void> {
  const { stack, options, terminal } = input;
  const say = (text = ''): void => printLine(terminal.stdout, text);
  const client = new FileClient({ url: stack.url, apiKey: readFileSync(stack.adminKeyFile, 'utf8').trim() });

  say(`\nReading the files of ${options.folder}`);
  const summary = await ingestFiles({ client, folder: options.folder, terminal });
  say(`${summary.published} of ${summary.files} files can be searched.`);
  for (const question of options.questions) await askQuestion({ client, question, terminal });
  if (options.converse) await converse(client, terminal);

  say(`\nAll that took ${((performance.now() - input.begun) / 1000).toFixed(0)} s.`);
  if (options.keep) {
    say(`API                 ${stack.url}   described at ${stack.url}/openapi.json`);
    if (stack.temporalUiUrl) say(`Temporal UI         ${stack.temporalUiUrl}   every run, step by step`);
    say(`Key                 ${stack.adminKeyFile}`);
    say('Ask more            npx medindex search "your question"');
    say('It stays up until Ctrl-C; npm start brings it up again with what was read.');
  } else {
    say('To look around, keep it up with: npm run demo -- --keep');
    say(
      `The API is then at ${stack.url} (described at /openapi.json), the Temporal UI at ${stack.temporalUiUrl ?? 'your server'}.`,
    );
  }
  if (summary.unexpected.length > 0) {
    throw new Error(
      ['These files ended as they should not:', ...summary.unexpected.map((line) => `  ${line}`)].join('\n'),
    );
  }
}

async function converse(client: FileClient, terminal: Terminal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const question = (await lines.question('\nYour question (Enter alone ends): ')).trim();
      if (question === '') return;
      await askQuestion({ client, question: { question }, terminal });
    }
  } finally {
    lines.close();
  }
}

/** `null`: help was asked for. Errors: says what is wrong with the arguments. */
function readOptions(args: string[], terminal: Terminal): DemoOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      keep: { type: 'boolean', default: false },
      from: { type: 'string' },
      ask: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  // npm runs scripts in the checkout; INIT_CWD is where the person was.
  const from = values.from === undefined ? null : resolve(process.env['INIT_CWD'] ?? process.cwd(), values.from);
  if (from !== null && !statSync(from, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`There is no folder ${from}.`);
  const own = values.ask.map((question) => ({ question }));
  const sample = (): DemoQuestion[] =>
    JSON.parse(readFileSync(join(DEMO_FOLDER, 'questions.json'), 'utf8')) as DemoQuestion[];
  return {
    keep: values.keep,
    folder: from ?? join(DEMO_FOLDER, 'corpus'),
    questions: own.length > 0 ? own : from === null ? sample() : [],
    converse: from !== null && own.length === 0 && terminal.isInteractive && process.stdin.isTTY,
  };
}

function demoEnvironment(env: Environment, dataDir: string | null): Environment {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN_SETTINGS.includes(name)));
  return dataDir === null ? own : { ...own, MEDINDEX_DATA_DIR: dataDir, QDRANT_PREFIX: DEMO_QDRANT_PREFIX };
}

/** Resolves at the first Ctrl-C (or SIGTERM, SIGHUP); at the second the process ends, and the orphan reaper cleans up. */
function onStopRequest(then: () => void): Promise<void> {
  return new Promise((done) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(1);
      asked = true;
      then();
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  });
}

/** What the processes say, in a file that is kept only when something went wrong. */
class DeferredLog {
  readonly #path: string;
  readonly #file;

  constructor(path: string) {
    this.#path = path;
    this.#file = createWriteStream(path, { mode: 0o600 });
    // A full disk must not end the demo; the lines are a help, not the result.
    this.#file.on('error', () => undefined);
  }

  write(name: string, line: LogLine): void {
    this.#file.write(`${new Date().toISOString()} ${renderLogLine(name, line, false)}\n`);
  }

  close({ keep }: { keep: boolean }): void {
    this.#file.end();
    if (!keep) rmSync(this.#path, { force: true });
  }
}

/** Longer lines are hard to read, whatever the window. */
const MAX_WIDTH = 100;

try {
  process.exitCode = await main({
    stdout: process.stdout,
    // Progress is what a demo is about: it stands between the other lines, in their order.
    stderr: process.stdout,
    isInteractive: process.stdout.isTTY && !process.env['CI'],
    width: Math.min(process.stdout.columns || 80, MAX_WIDTH),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
