import type { FailureCode } from '../../core/contract/failures.js';
import type { SettleRunInput, SettleRunResult } from '../../core/contract/ingest-messages.js';
import type { RunId } from '../../core/contract/ids.js';
import type { FinalRunState } from '../../core/contract/states.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { RunEnd } from '../../core/ports/run-catalog.js';
import type { RunVersionCounts } from '../../core/ports/version-catalog.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Ends without a word of damage. */
const WHOLLY_READ: ReadonlySet<FinalRunState> = new Set<FinalRunState>([
  'published',
  'unchanged',
  'held',
  'rejected',
  'superseded',
]);

/**
 * Documents a transaction takes out of the index: well below a second, so that a search waits no longer for it. As many
 * transactions are some seconds of the activity's two minutes; what is left is the next call's.
 */
const BOUNDS = { documents: 100, transactions: 20 } as const;

/** How a source ended, as far as its versions do not tell. */
export interface SourceEnd {
  readonly runId: RunId;
  /** How the workflow ended; without it the run's end follows from its versions. */
  readonly end?: SettleRunInput['end'];
  readonly damage?: FailureCode;
  readonly failedRecords?: number;
}

/**
 * Ends a run by what became of its versions; before that, some of what its file no longer holds is withdrawn. May run twice:
 * a run keeps its first end, and what is withdrawn is not there to be withdrawn again.
 */
export function createSettleRun({ catalog }: CatalogDependency) {
  return async function settleRun(input: SettleRunInput): Promise<SettleRunResult> {
    const { ends, more } = await cancellable(() => settleRuns(catalog, [input]));
    const [end] = ends;
    if (!end) throw new Error('a run was left without an end');
    return { state: end.state, ...(more ? { more } : {}) };
  };
}

export interface SettledRuns {
  /** In the order of the runs. */
  readonly ends: readonly RunEnd[];
  /** Withdrawals are left to be made: the runs that they belong to have not ended, and another call goes on. */
  readonly more: boolean;
}

/** The ends of runs; on record once this returns, but for those that need another call. */
export async function settleRuns(
  catalog: Catalog,
  sources: readonly SourceEnd[],
  bounds: { readonly documents: number; readonly transactions: number } = BOUNDS,
): Promise<SettledRuns> {
  const open = sources.filter((source) => source.end === undefined).map((source) => source.runId);
  const counts = open.length > 0 ? await catalog.versions.countByState(open) : new Map<RunId, RunVersionCounts>();
  const ends = sources.map((source): RunEnd => {
    const { runId, end } = source;
    if (end) return { runId, state: end.state, ...(end.state === 'failed' ? { error: end.code } : {}) };
    const versions = counts.get(runId);
    if (!versions) throw new Error('a run was left without its counts');
    return { runId, ...endOf(versions, source) };
  });
  const { settled, left } = await withdrawVanished(catalog, ends, bounds);
  await catalog.runs.finish(settled.filter(({ runId }) => !left.has(runId)));
  return { ends: settled, more: left.size > 0 };
}

/**
 * What an updated file of a sync no longer holds is withdrawn, but only after all of the file was read: records behind a
 * damage or not readable themselves are not gone. More than the sync's share asks, as missing files do.
 */
async function withdrawVanished(
  catalog: Catalog,
  ends: readonly RunEnd[],
  bounds: { readonly documents: number; readonly transactions: number },
): Promise<{ settled: RunEnd[]; left: Set<RunId> }> {
  const whole = ends.filter((end) => WHOLLY_READ.has(end.state)).map((end) => end.runId);
  const vanished = whole.length > 0 ? await catalog.syncs.runsWithVanished(whole) : [];
  const left = new Set(vanished);
  const asking = new Set<RunId>();
  let transactions = 0;
  for (const runId of vanished) {
    while (left.has(runId) && transactions++ < bounds.transactions) {
      const step = await catalog.syncs.withdrawVanished(runId, bounds.documents);
      if (step.asks) asking.add(runId);
      if (step.asks || step.left === 0) left.delete(runId);
    }
  }
  const settled = ends.map((end): RunEnd =>
    asking.has(end.runId) ? { runId: end.runId, state: 'needs_attention', error: 'RECORDS_GONE' } : end,
  );
  return { settled, left };
}

/**
 * The end of a run says the worst that an editor has to know: something failed, then something waits for a person, then
 * what was published. Partial success is never called success.
 */
export function endOf(
  versions: RunVersionCounts,
  source: { damage?: FailureCode; failedRecords?: number } = {},
): { state: FinalRunState; error?: FailureCode } {
  const good =
    versions.published +
    versions.withdrawn +
    versions.unchanged +
    versions.superseded +
    versions.held +
    versions.rejected +
    versions.needsAttention;
  const recordsError = good > 0 ? 'RECORDS_FAILED' : 'RECORDS_UNREADABLE';
  const sourceError = source.damage ?? (source.failedRecords ? recordsError : undefined);
  if (sourceError) return { state: good > 0 ? 'needs_attention' : 'failed', error: sourceError };
  if (versions.open > 0) return { state: 'failed', error: 'INTERNAL' };
  if (versions.failed > 0 && versions.failure === 'GOLDEN_ANSWER_LOST') {
    return { state: 'needs_attention', error: 'GOLDEN_ANSWER_LOST' };
  }
  if (versions.failed > 0) {
    return good > 0
      ? { state: 'needs_attention', error: 'RECORDS_FAILED' }
      : { state: 'failed', error: versions.failure ?? 'NO_TEXT_FOUND' };
  }
  if (versions.needsAttention > 0) {
    return { state: 'needs_attention', error: versions.attention ?? 'PAGES_FAILED' };
  }
  if (versions.held > 0) return { state: 'held' };
  if (versions.published + versions.withdrawn > 0) return { state: 'published' };
  if (versions.rejected > 0) return { state: 'rejected' };
  if (versions.superseded > 0) return { state: 'superseded' };
  if (versions.unchanged > 0) return { state: 'unchanged' };
  return { state: 'failed', error: 'NO_TEXT_FOUND' };
}
