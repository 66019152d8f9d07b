import type { MedindexClient } from '../client/client.js';
import { linesAfter } from './after-run.js';
import { followRun } from './follow-run.js';
import { createProgress } from './progress.js';
import { describeRun, isGoodEnd, nameOfRun } from './run-words.js';
import { sayIfNobodyWorks } from './who-works.js';
import { printLine, type Terminal } from './terminal.js';

interface RunCommandInput {
  readonly client: MedindexClient;
  readonly runId: string;
  readonly terminal: Terminal;
}

/** Stops a run. Returns the exit code. */
export async function cancelRun({ client, runId, terminal }: RunCommandInput): Promise<number> {
  const run = await client.cancelRun(runId);
  printLine(terminal.stdout, `${nameOfRun(run)} ${describeRun(run)}`);
  return 0;
}

/** Tries a run again, with the file that was sent then. Returns the exit code: 0 only for a good end, where it waits for one. */
export async function retryRun(input: RunCommandInput & { options: { wait: boolean } }): Promise<number> {
  const { client, terminal, options } = input;
  const { runId, joined, sourceId } = await client.retryRun(input.runId);
  // An act is not waited for: a move of vectors may take days.
  if (!options.wait || sourceId === undefined) {
    printLine(terminal.stdout, joined ? `It is tried again already: run ${runId}` : `It is tried again: run ${runId}`);
    printLine(terminal.stdout, `Follow it with: npx medindex status ${runId}`);
    return 0;
  }
  return followToItsEnd({ client, runId, terminal });
}

/** Shows how a run goes. Returns the exit code: 0 only for a good end. */
export async function followToItsEnd({ client, runId, terminal }: RunCommandInput): Promise<number> {
  await sayIfNobodyWorks(client, terminal);
  const progress = createProgress(terminal, 1);
  const shown = progress.begin(`run ${runId}`);
  try {
    const run = await followRun(client, runId, (update) => shown.update(update));
    shown.end(run.state);
    printLine(terminal.stdout, `${run.fileName} ${describeRun(run)}  [run ${runId}]`);
    for (const line of await linesAfter(client, run)) printLine(terminal.stdout, `  ${line}`);
    return isGoodEnd(run.state) ? 0 : 1;
  } finally {
    progress.close();
  }
}
