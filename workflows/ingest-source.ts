import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { FailureCode } from '../core/contract/failures.js';
import {
  INGEST_PROGRESS_QUERY,
  type IngestProgress,
  type IngestSourceInput,
  type IngestSourceResult,
  type InspectSourceResult,
  type RecordCursor,
} from '../core/contract/ingest-messages.js';
import { reading, settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { indexBatch } from './index-batch.js';
import { indexRecords } from './index-records.js';
import { IngestState } from './ingest-state.js';
import { readPagedDocument } from './read-paged-document.js';
import { rereadPage } from './reread-page.js';

export const ingestProgress = defineQuery<IngestProgress>(INGEST_PROGRESS_QUERY);

/** Records a batch: 500 abstracts are about 1 MB of text, read in under a second and published in one transaction. */
const RECORDS_PER_BATCH = 500;

/**
 * Takes one source from its bytes to published versions:
 * inspect → read (pages, text or records) → screen → chunk → embed → publish, and settles the run whatever happens.
 * Content stays in the object store; what is decided here is only the order.
 */
export async function ingestSource(input: IngestSourceInput): Promise<IngestSourceResult> {
  const run = { organizationId: input.organizationId, runId: input.runId };
  const state = new IngestState();
  setHandler(ingestProgress, () => state.progress());

  try {
    const source = await reading.inspectSource(run);
    state.describe(input.organizationId, source);
    const end = await ingest(input, source, state);
    return await settle({ ...run, ...end });
  } catch (error) {
    if (isContinueAsNew(error)) throw error;
    return settle({
      ...run,
      end: isCancellation(error) ? { state: 'cancelled' } : { state: 'failed', code: failureCodeOf(error) },
    });
  }

  /** A cancelled workflow still tells the catalog how it ended. */
  async function settle(settlement: Parameters<typeof settling.settleRun>[0]): Promise<IngestSourceResult> {
    state.enter('done');
    for (;;) {
      const end = await CancellationScope.nonCancellable(() => settling.settleRun(settlement));
      if (!end.more) return { state: end.state };
    }
  }
}

interface SourceEnd {
  readonly damage?: FailureCode;
  readonly failedRecords?: number;
}

async function ingest(input: IngestSourceInput, source: InspectSourceResult, state: IngestState): Promise<SourceEnd> {
  const run = { organizationId: input.organizationId, runId: input.runId };
  switch (source.shape) {
    case 'settled':
      return {};
    case 'text': {
      state.enter('extract');
      const batch = await reading.readText({ ...run, version: source.version, format: source.format });
      await indexBatch(batch, state);
      return {};
    }
    case 'paged':
      await indexBatch(await readPagedDocument(run, source, state), state);
      return {};
    case 'reread':
      await indexBatch(await rereadPage(run, source, state), state);
      return {};
    case 'records':
      return ingestRecords(input, state);
  }
}

/**
 * Batch after batch; while one is screened, cut and published the next is read, so that reader and database work at the
 * same time. A crash at record 20,000 repeats at most those two.
 */
async function ingestRecords(input: IngestSourceInput, state: IngestState): Promise<SourceEnd> {
  const run = { organizationId: input.organizationId, runId: input.runId };
  const readFrom = (cursor: RecordCursor) => {
    const page = reading.readRecords({ ...run, cursor, limit: RECORDS_PER_BATCH });
    // Awaited one batch later; if that batch fails, its failure is the one that counts.
    page.catch(() => undefined);
    return page;
  };
  let cursor = input.resume ?? { nextIndex: 0, failedRecords: 0 };
  state.enter('extract');
  for (let page = readFrom(cursor); ;) {
    const records = await page;
    const { next, failedRecords, damage } = records;
    const endsHere = next === null || workflowInfo().continueAsNewSuggested;
    if (!endsHere) page = readFrom(next);
    if (records.batch) await indexRecords(records.batch, state);
    state.recordsDone(cursor.nextIndex + records.recordsRead);
    if (next === null) return { failedRecords, ...(damage ? { damage } : {}) };
    if (endsHere) await continueAsNew<typeof ingestSource>({ ...run, resume: next });
    cursor = next;
  }
}

function isContinueAsNew(error: unknown): boolean {
  return error instanceof Error && error.name === 'ContinueAsNew';
}
