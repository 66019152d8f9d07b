import type { ReadRecordsInput, ReadRecordsResult } from '../../core/contract/ingest-messages.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { RecordFailure, RecordWithdrawal, RepeatedRecord } from '../../core/ports/document-reader.js';
import type { UnreadRecord } from '../../core/ports/run-catalog.js';
import type { VersionReading } from '../../core/contract/reading.js';
import { padded } from '../artefacts.js';
import { computeOn, planComputing, unlessUnworkable } from '../computing.js';
import type { ReadingDependencies } from '../dependencies.js';
import { recordReading } from './document-batch.js';
import { documentFingerprint } from './document-fingerprint.js';
import { cancellable } from '../heartbeat.js';
import { loadRunContext } from '../run-context.js';
import { writeReadings } from '../version-readings.js';
import { openVersionsOfRun } from './open-versions.js';

const REPEATED = 'a later record of the file has the same identity';

/** Documents a transaction takes out of the index: well below a second, so that a search waits no longer for it. */
const WITHDRAWALS_PER_TRANSACTION = 100;

/**
 * Reads the next records of a file of many, opens a version for each that is new or changed and hands these on as a
 * batch; records that say so withdraw their documents. May run twice: records are addressed by their position, which of
 * two with one identity counts follows from the file, `versions.open` returns the same versions, and what is withdrawn
 * stays so.
 */
export function createReadRecords({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function readRecords(input: ReadRecordsInput): Promise<ReadRecordsResult> {
    const { run, collection } = await loadRunContext(catalog, input);
    const { nextIndex: fromIndex, failedRecords } = input.cursor;
    const page = await cancellable((signal) =>
      localFiles.withLocalCopy(run.object, (path) =>
        reader.readRecords(
          path,
          { fromIndex, limit: input.limit },
          { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 },
        ),
      ),
    );

    const unread = [...page.failures.map(unreadable), ...page.repeated.map(repeated)];
    await catalog.runs.recordUnread(input.organizationId, input.runId, unread);
    await cancellable(() => withdraw(catalog, input, page.withdrawals));
    const opened = await openVersionsOfRun({
      catalog,
      objects,
      localFiles,
      run,
      items: page.records.map(({ externalId, recordSha256, index, revision }) => ({
        externalId,
        fingerprint: documentFingerprint({ externalId, recordSha256, run, collection }),
        recordIndex: index,
        pageCount: 0,
        ...(revision ? { revision } : {}),
      })),
    });
    const readingOf = new Map(page.records.map((record) => [record.index, record.reading]));
    const readings: VersionReading[] = [];
    planComputing(opened.filter(({ outcome }) => outcome === 'open').map(({ versionId }) => versionId));
    for (const version of opened) {
      const read = readingOf.get(version.recordIndex);
      if (version.outcome !== 'open' || !read) continue;
      const { documentId, versionId } = version;
      const reading = await unlessUnworkable(() => computeOn(versionId, () => recordReading(read, collection)));
      if (reading) readings.push({ runId: run.runId, documentId, versionId, reading });
      else await catalog.versions.fail([{ versionId, code: 'TEXT_UNWORKABLE' }]);
    }
    const { organizationId, runId } = run;
    const batch = { organizationId, runId, kind: 'records', name: padded(fromIndex) } as const;

    const recordsRead = page.records.length + page.withdrawals.length + unread.length;
    await catalog.runs.recordProgress([run.runId], {
      // Later batches are read while an earlier one is in a later stage, which says more.
      ...(fromIndex === 0 ? { stage: 'extract' as const } : {}),
      records: { done: fromIndex + recordsRead, total: page.total },
    });
    return {
      ...(readings.length > 0
        ? {
            batch: {
              organizationId,
              collectionId: run.collectionId,
              runIds: [runId],
              readings: await cancellable(() => writeReadings(objects, batch, readings)),
              versionIds: readings.map((reading) => reading.versionId),
            },
          }
        : {}),
      recordsRead,
      next:
        page.nextIndex === null
          ? null
          : { nextIndex: page.nextIndex, failedRecords: failedRecords + page.failures.length },
      failedRecords: failedRecords + page.failures.length,
      ...(page.damage ? { damage: page.damage } : {}),
    };
  };
}

async function withdraw(
  catalog: Catalog,
  { organizationId, runId }: ReadRecordsInput,
  withdrawals: readonly RecordWithdrawal[],
): Promise<void> {
  for (let from = 0; from < withdrawals.length; from += WITHDRAWALS_PER_TRANSACTION) {
    await catalog.versions.withdraw({
      organizationId,
      runId,
      records: withdrawals
        .slice(from, from + WITHDRAWALS_PER_TRANSACTION)
        .map(({ index, ...record }) => ({ recordIndex: index, ...record })),
    });
  }
}

function repeated({ index, externalId }: RepeatedRecord): UnreadRecord {
  return { index, externalId, outcome: 'repeated', reason: REPEATED };
}

function unreadable({ index, externalId, reason }: RecordFailure): UnreadRecord {
  return { index, outcome: 'failed', reason, ...(externalId === undefined ? {} : { externalId }) };
}
