import type { RecordOutcome } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import type { ActBody, RecordList, RunSummaryBody } from '../schemas/run.js';
import type { SyncBody } from '../schemas/sync.js';
import { describeRun, nameOfRun } from './run-words.js';
import { linesAfter } from './after-run.js';
import { sayIfNobodyWorks } from './who-works.js';
import { describeRescreen } from './rescreen-command.js';
import { printLine, type Terminal } from './terminal.js';

/** As many as fit a screen. */
const SHOWN_RUNS = 20;
const SHOWN_DOCUMENTS = 20;

/** The largest page that the API gives. */
const RECORDS_PER_CALL = 200;

export interface StatusOptions {
  /** All records of the run, or those with an outcome. */
  readonly records?: RecordOutcome | true;
  /** Of the newest runs those of one kind. */
  readonly kind?: string;
}

/** Shows one run, its records, or the newest runs. Returns the exit code. */
export async function status(input: {
  client: MedindexClient;
  runId: string | undefined;
  options: StatusOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, runId, options, terminal } = input;
  if (runId === undefined) return showRuns(client, options, terminal);
  if (options.records === undefined) return showRun(client, runId, terminal);
  return showRecords(client, { runId, ...(options.records === true ? {} : { outcome: options.records }) }, terminal);
}

async function showRuns(client: MedindexClient, { kind }: StatusOptions, { stdout }: Terminal): Promise<number> {
  const { runs, next } = await client.runs({ limit: SHOWN_RUNS, ...(kind === undefined ? {} : { kind }) });
  if (runs.length === 0 && kind === undefined)
    printLine(stdout, 'Nothing was ingested yet. Begin with: npx medindex ingest <path> --collection guidelines');
  for (const run of runs) {
    printLine(
      stdout,
      `${run.runId}  ${run.state.padEnd(15)} ${counts(run).padEnd(18)} ${run.collection ?? ''}  ${nameOfRun(run)}`,
    );
  }
  if (next !== null) printLine(stdout, `The newest ${SHOWN_RUNS}; there are more.`);
  return 0;
}

async function showRun(client: MedindexClient, runId: string, terminal: Terminal): Promise<number> {
  const { stdout } = terminal;
  const run = await client.anyRun(runId);
  if (run.state === 'running') await sayIfNobodyWorks(client, terminal);
  printLine(stdout, `${nameOfRun(run)} ${describeRun(run)}`);
  if (run.collection !== null) printLine(stdout, `  collection ${run.collection}`);
  printLine(stdout, `  stage      ${run.stage}${counts(run) === '' ? '' : `, ${counts(run)}`}`);
  printLine(stdout, `  accepted   ${run.acceptedAt}${run.finishedAt === null ? '' : `, ended ${run.finishedAt}`}`);
  printLine(stdout, `  workflow   ${run.workflowId}`);
  if (run.kind === 'rescreen' && run.rescreen)
    for (const line of describeRescreen(run.rescreen)) printLine(stdout, `  ${line}`);
  if (run.kind === 'ingest') for (const line of await linesAfter(client, run)) printLine(stdout, `  ${line}`);
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

/** One line a record, so that it can be searched and counted; what they sum up to goes first. */
async function showRecords(
  client: MedindexClient,
  { runId, outcome }: { runId: string; outcome?: RecordOutcome },
  { stdout }: Terminal,
): Promise<number> {
  let cursor: string | null = null;
  do {
    const page: RecordList = await client.runRecords(runId, {
      limit: RECORDS_PER_CALL,
      ...(outcome === undefined ? {} : { outcome }),
      ...(cursor === null ? {} : { cursor }),
    });
    if (page.counts) {
      const words = Object.entries(page.counts).map(([name, count]) => `${count} ${name}`);
      printLine(stdout, words.length > 0 ? words.join(', ') : 'Nothing of it was read yet.');
    }
    for (const { index, outcome: ended, externalId, documentId, reason } of page.records) {
      const words = [externalId ?? 'without an id', documentId, reason].filter((word) => word !== null);
      printLine(stdout, `${String(index + 1).padStart(7)}  ${ended.padEnd(15)} ${words.join('  ')}`);
    }
    cursor = page.next;
  } while (cursor !== null);
  return 0;
}

function counts({
  kind,
  pages,
  records,
}: Pick<RunSummaryBody | SyncBody | ActBody, 'kind' | 'pages' | 'records'>): string {
  if (kind === 'rescreen') return `${records.done}/${records.total} documents`;
  if (kind === 'erasure') return `${records.done} documents`;
  if (kind === 'migration') return `${records.done}/${records.total} passages`;
  if (records.total > 0) return `${records.done}/${records.total} records`;
  return pages.total > 0 ? `${pages.done}/${pages.total} pages` : '';
}
