import type { MedindexClient } from '../client/client.js';
import type { ActBody } from '../schemas/run.js';
import type { RescreenBody } from '../schemas/rescreen.js';
import { describeRun } from './run-words.js';
import { printLine, type Terminal } from './terminal.js';
import { untilEnded } from './until-ended.js';

export interface RescreenOptions {
  readonly report: boolean;
  readonly all: boolean;
  readonly wait: boolean;
}

/** Starts a rescreen and, unless told not to, follows it. Returns the exit code: 0 only if nothing was found and nothing failed. */
export async function rescreen(input: {
  client: MedindexClient;
  collection: string;
  options: RescreenOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, collection, options, terminal } = input;
  const { report, all, wait } = options;
  const { runId, joined } = await client.startRescreen(collection, { report, all });
  printLine(terminal.stderr, joined ? `This collection is being screened already: run ${runId}` : `Run ${runId}`);
  if (!wait) return 0;

  let shown = '';
  const run = await untilEnded(
    () => client.anyRun(runId) as Promise<ActBody>,
    ({ records }) => {
      const line = `${records.done} of ${records.total} documents`;
      if (line !== shown) printLine(terminal.stderr, line);
      shown = line;
    },
  );
  if (run.rescreen) for (const line of describeRescreen(run.rescreen)) printLine(terminal.stdout, line);
  if (!all && run.state === 'completed' && run.rescreen?.screened === 0) {
    printLine(
      terminal.stdout,
      'All that is live was screened by this screen already. To screen it all the same: --all',
    );
  }
  if (run.state !== 'completed') printLine(terminal.stdout, `The rescreen ${describeRun(run)}`);
  const { held = 0 } = run.rescreen ?? {};
  if (held > 0)
    printLine(terminal.stderr, `See what is held with: npx medindex reviews list --collection ${collection}`);
  return run.state === 'completed' && held === 0 && (run.rescreen?.suspected ?? 0) === 0 ? 0 : 1;
}

/** What a rescreen found; counts only. */
export function describeRescreen({
  screened,
  clear,
  held,
  suspected,
  allowed,
  failed,
  findings,
}: RescreenBody): string[] {
  const kinds = Object.entries(findings as Record<string, number>).sort(([, a], [, b]) => b - a);
  return [
    `${screened} screened: ${clear} clear` +
      (held > 0 ? `, ${held} held` : '') +
      (suspected > 0 ? `, ${suspected} would be held` : '') +
      (allowed > 0 ? `, ${allowed} marked as holding patient data` : '') +
      (failed > 0 ? `, ${failed} could not be screened` : ''),
    ...kinds.map(([category, documents]) => `  ${category}: ${documents}`),
  ];
}
