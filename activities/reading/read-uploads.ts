import { Failure } from '../../core/contract/failures.js';
import type { ReadTogetherResult, UploadsRef } from '../../core/contract/ingest-messages.js';
import { mapAtOnce } from '../at-once.js';
import type { ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createReadSmallSource, type SourceOutcome, SOURCES_AT_ONCE, writeTogether } from './read-small-source.js';

/**
 * Reads the uploads that share a workflow, each on its own; the runs themselves say which these are. Two versions of one
 * document do not travel together: the later one goes on alone, as any upload that comes while another is under way. May run
 * twice: versions are those of the first time, and what has ended meanwhile is left out.
 */
export function createReadUploads(deps: ReadingDependencies) {
  const { catalog } = deps;
  const readSmallSource = createReadSmallSource(deps);

  return async function readUploads({ organizationId, workflowId }: UploadsRef): Promise<ReadTogetherResult> {
    const runs = await catalog.runs.gathered(organizationId, workflowId);
    const [first] = runs;
    if (!first) return { separate: [] };
    const { collectionId } = first;
    const collection = await catalog.collections.byId(organizationId, collectionId);
    if (!collection) throw new Failure('COLLECTION_MISSING', { detail: `collection=${collectionId}` });
    await catalog.runs.recordProgress(
      runs.map(({ runId }) => runId),
      { stage: 'inspect' },
    );
    return cancellable(async (signal) => {
      const outcomes = await mapAtOnce(runs, SOURCES_AT_ONCE, async (run): Promise<SourceOutcome> => {
        signal.throwIfAborted();
        return run.collectionId === collectionId
          ? readSmallSource(run, collection, signal)
          : { kind: 'separate', runId: run.runId };
      });
      const { runId } = first;
      return writeTogether(deps, { organizationId, collectionId, runId, name: runId }, apart(outcomes));
    });
  };
}

/** In the order of acceptance: of two readings of one document the first stays. */
function apart(outcomes: readonly SourceOutcome[]): SourceOutcome[] {
  const documents = new Set<string>();
  return outcomes.map((outcome) => {
    if (outcome.kind !== 'read') return outcome;
    const { documentId, runId } = outcome.reading;
    if (documents.has(documentId)) return { kind: 'separate', runId };
    documents.add(documentId);
    return outcome;
  });
}
