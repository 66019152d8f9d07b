import type { MedindexClient } from '../client/client.js';
import type { RunSummaryBody } from '../schemas/run.js';
import { describeRun } from './run-words.js';
import { printLine, type Terminal } from './terminal.js';

/** As many as fit a screen. */
const SHOWN_RUNS = 20;
const SHOWN_DOCUMENTS = 20;

/** Shows one run, or the newest ones. Returns the exit code. */
export async function status(input: {
  client: MedindexClient;
  runId: string | undefined;
  terminal: Terminal;
}): Promise<number> {
  const { client, runId, terminal } = input;
  return runId === undefined ? showRuns(client, terminal) : showRun(client, runId, terminal);
}

async function showRuns(client: MedindexClient, { stdout }: Terminal): Promise<number> {
  const { runs, next } = await client.runs({ limit: SHOWN_RUNS });
  if (runs.length === 0)
    printLine(stdout, 'Nothing was ingested yet. Begin with: npx medindex ingest <path> --collection guidelines');
  for (const run of runs) {
    printLine(
      stdout,
      `${run.runId}  ${run.state.padEnd(15)} ${counts(run).padEnd(18)} ${run.collection}  ${run.fileName}`,
    );
  }
  if (next !== null) printLine(stdout, `The newest ${SHOWN_RUNS}; there are more.`);
  return 0;
}

async function showRun(client: MedindexClient, runId: string, { stdout }: Terminal): Promise<number> {
  const run = await client.run(runId);
  printLine(stdout, `${run.fileName} ${describeRun(run)}`);
  printLine(stdout, `  collection ${run.collection}`);
  printLine(stdout, `  stage      ${run.stage}${counts(run) === '' ? '' : `, ${counts(run)}`}`);
  printLine(stdout, `  accepted   ${run.acceptedAt}${run.finishedAt === null ? '' : `, ended ${run.finishedAt}`}`);
  printLine(stdout, `  workflow   ${run.workflowId}`);
  for (const document of run.documents.slice(0, SHOWN_DOCUMENTS)) {
    printLine(
      stdout,
      `  ${document.state.padEnd(15)} ${document.documentId}  ${document.title ?? document.externalId}`,
    );
  }
  const rest = run.documents.length - SHOWN_DOCUMENTS;
  if (rest > 0) printLine(stdout, `  and ${rest} more documents`);
  return 0;
}

function counts({ pages, records }: Pick<RunSummaryBody, 'pages' | 'records'>): string {
  if (records.total > 0) return `${records.done}/${records.total} records`;
  return pages.total > 0 ? `${pages.done}/${pages.total} pages` : '';
}
