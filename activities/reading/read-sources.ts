import { Failure } from '../../core/contract/failures.js';
import type { RunId } from '../../core/contract/ids.js';
import { isPaged, isRecordFormat } from '../../core/contract/states.js';
import type { ReadSourcesInput, ReadSourcesResult } from '../../core/contract/sync-messages.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { VersionReading } from '../../core/contract/reading.js';
import { computeOn } from '../computing.js';
import { mapAtOnce } from '../at-once.js';
import type { ReadingDependencies, SyncDependencies } from '../dependencies.js';
import { uploadedReading } from './document-batch.js';
import { openDocument } from './open-document.js';
import { settleRuns } from '../settling/settle-run.js';
import { takeSource } from './take-source.js';
import { cancellable } from '../heartbeat.js';
import { loadSyncContext } from '../run-context.js';
import { writeReadings } from '../version-readings.js';

/** Sources under way at once: one is fetched while another is read; the reader has a child for each core. */
const AT_ONCE = 4;

/** What became of one source in the batch. */
type Outcome =
  | { readonly kind: 'read'; readonly reading: VersionReading }
  | { readonly kind: 'separate'; readonly runId: RunId }
  | { readonly kind: 'settled' };

const SETTLED: Outcome = { kind: 'settled' };

/**
 * Takes in the sources of a batch, each on its own: fetches it, opens its version and reads it. What has pages or many
 * records goes on in a workflow of its own, and so does what the reader stumbles over; a file that cannot be read ends
 * its run here and holds up none of its neighbours. May run twice: objects, runs and versions are those of the first time.
 */
export function createReadSources(deps: ReadingDependencies & SyncDependencies) {
  const { catalog, objects, localFiles, reader, limits, sources } = deps;

  return async function readSources(input: ReadSourcesInput): Promise<ReadSourcesResult> {
    const ref = { organizationId: input.organizationId, runId: input.syncRunId };
    const { sync, collection } = await loadSyncContext(catalog, ref);
    const changed = await catalog.syncs.changedSources(ref, input.sourceIds);
    return cancellable(async (signal) => {
      const outcomes = await mapAtOnce(changed, AT_ONCE, async (source): Promise<Outcome> => {
        signal.throwIfAborted();
        const { workflowId } = input;
        const maxBytes = limits.maxSourceBytes;
        const run = await takeSource({ catalog, objects, sources, sync, source, workflowId, maxBytes });
        if (run === null || run.state !== 'running') return SETTLED;
        return readAlone(run, collection, signal);
      });

      const separate = outcomes.flatMap((outcome) => (outcome.kind === 'separate' ? [outcome.runId] : []));
      await catalog.runs.separate(input.organizationId, separate);
      const readings = outcomes.flatMap((outcome) => (outcome.kind === 'read' ? [outcome.reading] : []));
      if (readings.length === 0) return { separate };

      // Named after the batch's first source, which is in no other batch of this sync.
      const batch = { ...ref, kind: 'batch', name: input.sourceIds[0] ?? '' } as const;
      return {
        separate,
        batch: {
          organizationId: input.organizationId,
          collectionId: sync.collectionId,
          runIds: readings.map((reading) => reading.runId),
          readings: await writeReadings(objects, batch, readings),
          versionIds: readings.map((reading) => reading.versionId),
        },
      };
    });
  };

  async function readAlone(run: Run, collection: Collection, signal: AbortSignal): Promise<Outcome> {
    try {
      return await localFiles.withLocalCopy(run.object, async (path): Promise<Outcome> => {
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
  }
}
