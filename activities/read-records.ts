import type { ReadRecordsInput, ReadRecordsResult } from '../core/contract/ingest-messages.js';
import type { RecordFailure, RecordReading } from '../core/ports/document-reader.js';
import type { UnreadRecord } from '../core/ports/run-catalog.js';
import type { ReadingBatch } from '../core/reading/reading.js';
import { padded, writeArtefact } from './artefacts.js';
import type { ReadingDependencies } from './dependencies.js';
import { documentFingerprint } from './document-fingerprint.js';
import { withHeartbeat } from './heartbeat.js';
import { loadRunContext } from './run-context.js';

const REPEATED = 'a later record of the file has the same identity';

/**
 * Reads the next records of a file of many, opens a version for each that is new or changed and hands these on as a
 * batch. May run twice: records are addressed by their position, and `versions.open` returns the same versions.
 */
export function createReadRecords({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function readRecords(input: ReadRecordsInput): Promise<ReadRecordsResult> {
    const { run, collection } = await loadRunContext(catalog, input);
    const { nextIndex: fromIndex, failedRecords } = input.cursor;
    const page = await withHeartbeat((signal) =>
      localFiles.withLocalCopy(run.object, (path) =>
        reader.readRecords(path, { fromIndex, limit: input.limit }, { deadlineMs: limits.readDeadlineMs, signal }),
      ),
    );

    const { records, repeated } = lastOfEach(page.records);
    await catalog.runs.recordUnread(input.organizationId, input.runId, [...page.failures.map(unreadable), ...repeated]);
    const opened = await catalog.versions.open({
      organizationId: input.organizationId,
      runId: input.runId,
      items: records.map(({ externalId, recordSha256, index }) => ({
        externalId,
        fingerprint: documentFingerprint({ externalId, recordSha256, run, collection }),
        recordIndex: index,
        pageCount: 0,
      })),
    });
    const readingOf = new Map(records.map((record) => [record.index, record.reading]));
    const batch: ReadingBatch = {
      readings: opened.flatMap(({ outcome, recordIndex, documentId, versionId }) => {
        const reading = readingOf.get(recordIndex);
        return outcome === 'open' && reading ? [{ runId: run.runId, documentId, versionId, reading }] : [];
      }),
    };

    const recordsRead = page.records.length + page.failures.length;
    const done = fromIndex + recordsRead;
    await catalog.runs.recordProgress([run.runId], {
      // Later batches are read while an earlier one is in a later stage, which says more.
      ...(fromIndex === 0 ? { stage: 'extract' as const } : {}),
      records: { done, ...(page.nextIndex === null ? { total: done } : {}) },
    });
    return {
      ...(batch.readings.length > 0
        ? {
            batch: {
              organizationId: run.organizationId,
              collectionId: run.collectionId,
              runIds: [run.runId],
              readings: await writeArtefact(objects, input, `records-${padded(fromIndex)}`, batch),
              versionIds: batch.readings.map((reading) => reading.versionId),
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

/** A file may bring one record twice, the later one correcting the earlier: within a batch the later one counts. */
function lastOfEach(records: readonly RecordReading[]): { records: RecordReading[]; repeated: UnreadRecord[] } {
  const last = new Map(records.map((record) => [record.externalId, record]));
  return {
    records: [...last.values()],
    repeated: records
      .filter((record) => last.get(record.externalId) !== record)
      .map(({ index, externalId }) => ({ index, externalId, outcome: 'repeated', reason: REPEATED })),
  };
}

function unreadable({ index, externalId, reason }: RecordFailure): UnreadRecord {
  return { index, outcome: 'failed', reason, ...(externalId === undefined ? {} : { externalId }) };
}
