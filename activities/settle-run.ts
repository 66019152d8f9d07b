import type { FailureCode } from '../core/contract/failures.js';
import type { IngestSourceResult, SettleRunInput } from '../core/contract/ingest-messages.js';
import type { RunId } from '../core/contract/ids.js';
import type { FinalRunState } from '../core/contract/states.js';
import type { RunVersionCounts } from '../core/ports/version-catalog.js';
import type { CatalogDependency } from './dependencies.js';

/** Ends a run by what became of its versions. May run twice: a run keeps its first end. */
export function createSettleRun({ catalog }: CatalogDependency) {
  return async function settleRun(input: SettleRunInput): Promise<IngestSourceResult> {
    const end = input.end
      ? { state: input.end.state, ...(input.end.state === 'failed' ? { error: input.end.code } : {}) }
      : endOf(await versionsOf(input.runId), input);
    await catalog.runs.finish([{ runId: input.runId, ...end }]);
    return { state: end.state };
  };

  async function versionsOf(runId: RunId): Promise<RunVersionCounts> {
    const counts = (await catalog.versions.countByState([runId])).get(runId);
    if (!counts) throw new Error('a run was left without its counts');
    return counts;
  }
}

/**
 * The end of a run says the worst that an editor has to know: something failed, then something waits for a person, then
 * what was published. Partial success is never called success.
 */
export function endOf(
  versions: RunVersionCounts,
  source: { damage?: FailureCode; failedRecords?: number } = {},
): { state: FinalRunState; error?: FailureCode } {
  const good = versions.published + versions.unchanged + versions.superseded + versions.held + versions.needsAttention;
  const sourceError = source.damage ?? (source.failedRecords ? 'RECORDS_FAILED' : undefined);
  if (sourceError) return { state: good > 0 ? 'needs_attention' : 'failed', error: sourceError };
  if (versions.open > 0) return { state: 'failed', error: 'INTERNAL' };
  if (versions.failed > 0) {
    return good > 0
      ? { state: 'needs_attention', error: 'RECORDS_FAILED' }
      : { state: 'failed', error: 'NO_TEXT_FOUND' };
  }
  if (versions.needsAttention > 0) return { state: 'needs_attention', error: 'PAGES_FAILED' };
  if (versions.held > 0) return { state: 'held' };
  if (versions.published > 0) return { state: 'published' };
  if (versions.superseded > 0) return { state: 'superseded' };
  if (versions.unchanged > 0) return { state: 'unchanged' };
  return { state: 'failed', error: 'NO_TEXT_FOUND' };
}
