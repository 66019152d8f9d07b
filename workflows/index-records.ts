import { isCancellation, patched } from '@temporalio/workflow';
import { isOfTheFile } from '../core/contract/failures.js';
import type { BatchRef } from '../core/contract/ingest-messages.js';
import { settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { indexBatch } from './index-batch.js';
import type { IngestState } from './ingest-state.js';

/** More records than this of one batch that cannot be indexed are no accident of theirs: the file fails. */
const MAX_FATAL_RECORDS = 8;

/**
 * Takes a batch of records through all stages. A record at which a stage gives up ends `failed` with the reason, and the
 * others go on: it is looked for by halves. Errors: what is not the fault of a record; the record's own when there are more
 * than {@link MAX_FATAL_RECORDS} of its kind.
 */
export async function indexRecords(batch: BatchRef, state: IngestState): Promise<void> {
  let fatalRecords = 0;
  await indexByHalves(batch);

  async function indexByHalves(part: BatchRef): Promise<void> {
    try {
      await indexBatch(part, state);
    } catch (error) {
      const code = failureCodeOf(error);
      if (isCancellation(error) || !isOfTheFile(code) || fatalRecords >= MAX_FATAL_RECORDS) throw error;
      // Histories from before records were told apart end with the first one's failure.
      if (!patched('fatal-records-alone')) throw error;
      const { versionIds } = part;
      if (versionIds.length <= 1) {
        fatalRecords += 1;
        await settling.failVersions({ versionIds, code });
        return;
      }
      const half = versionIds.length >> 1;
      await indexByHalves({ ...batch, versionIds: versionIds.slice(0, half) });
      await indexByHalves({ ...batch, versionIds: versionIds.slice(half) });
    }
  }
}
