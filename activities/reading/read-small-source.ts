import { Failure } from '../../core/contract/failures.js';
import type { ReadTogetherResult } from '../../core/contract/ingest-messages.js';
import type { OrganizationId, RunId } from '../../core/contract/ids.js';
import type { VersionReading } from '../../core/contract/reading.js';
import { isPaged, isRecordFormat } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import { computeOn } from '../computing.js';
import type { ReadingDependencies } from '../dependencies.js';
import { settleRuns } from '../settling/settle-run.js';
import { writeReadings } from '../version-readings.js';
import { uploadedReading } from './document-batch.js';
import { openDocument } from './open-document.js';

/** Sources under way at once: one is fetched while another is read; the reader has a child for each core. */
export const SOURCES_AT_ONCE = 4;

/** What became of one source that is read together with others. */
export type SourceOutcome =
  | { readonly kind: 'read'; readonly reading: VersionReading }
  | { readonly kind: 'separate'; readonly runId: RunId }
  | { readonly kind: 'settled' };

export const SETTLED: SourceOutcome = { kind: 'settled' };

/**
 * Reads one source of several: opens its version and reads it. What has pages or many records goes on in a workflow of its
 * own, and so does what the reader stumbles over; a file that cannot be read ends its run here and holds up none of its
 * neighbours. May run twice: versions are those of the first time.
 */
export function createReadSmallSource({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function readSmallSource(run: Run, collection: Collection, signal: AbortSignal): Promise<SourceOutcome> {
    try {
      return await localFiles.withLocalCopy(run.object, async (path): Promise<SourceOutcome> => {
        const limit = { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 };
        const file = await reader.inspect(path, limit);
        if (isPaged(file.format) || isRecordFormat(file.format)) return { kind: 'separate', runId: run.runId };
        const opened = await openDocument({ catalog, objects, localFiles, run, collection, pageCount: 0 });
        if (opened.outcome !== 'open') {
          await settleRuns(catalog, [{ runId: run.runId }]);
          return SETTLED;
        }
        const { documentId, versionId } = opened;
        const read = await reader.readText(path, file.format, limit);
        const reading = await computeOn(versionId, () => uploadedReading({ reading: read, run, collection }));
        return { kind: 'read', reading: { runId: run.runId, documentId, versionId, reading } };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      // The reader may have been the victim of a neighbour: alone it gets its tries.
      if (error.code === 'PARSER_CRASHED') return { kind: 'separate', runId: run.runId };
      if (error.retryable) throw error;
      await settleRuns(catalog, [{ runId: run.runId, end: { state: 'failed', code: error.code } }]);
      return SETTLED;
    }
  };
}

/** Stores what was read, in one list; `name` tells it from other lists of this run or sync. */
export async function writeTogether(
  { objects }: Pick<ReadingDependencies, 'objects'>,
  together: {
    readonly organizationId: OrganizationId;
    readonly collectionId: string;
    readonly runId: RunId;
    readonly name: string;
  },
  outcomes: readonly SourceOutcome[],
): Promise<ReadTogetherResult> {
  const { organizationId, collectionId, runId, name } = together;
  const separate = outcomes.flatMap((outcome) => (outcome.kind === 'separate' ? [outcome.runId] : []));
  const readings = outcomes.flatMap((outcome) => (outcome.kind === 'read' ? [outcome.reading] : []));
  if (readings.length === 0) return { separate };
  return {
    separate,
    batch: {
      organizationId,
      collectionId,
      runIds: readings.map((reading) => reading.runId),
      readings: await writeReadings(objects, { organizationId, runId, kind: 'batch', name }, readings),
      versionIds: readings.map((reading) => reading.versionId),
    },
  };
}
