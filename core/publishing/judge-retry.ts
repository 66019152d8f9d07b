import type { RunId } from '../contract/ids.js';
import type { RunState } from '../contract/states.js';
import type { RetryRefusal } from '../ports/run-catalog.js';

/** The ends after which another try can come out better. A held run is not among them: its review decides. */
const RETRYABLE: ReadonlySet<RunState> = new Set<RunState>(['failed', 'cancelled', 'needs_attention']);

export interface RunToRetry {
  readonly runId: RunId;
  readonly state: RunState;
  /** Its original is gone. */
  readonly isErased: boolean;
  /** The newest run of its source; it may be the run itself. */
  readonly newest: { readonly runId: RunId; readonly state: RunState; readonly retryOf: RunId | null };
}

/** What asking for another try comes to. `joined`: it is under way already, as the newest run of the source. */
export type RetryVerdict = RetryRefusal | { readonly outcome: 'joined' | 'retried' };

export function judgeRetry({ runId, state, isErased, newest }: RunToRetry): RetryVerdict {
  if (newest.retryOf === runId && newest.state === 'running') return { outcome: 'joined' };
  if (isErased) return { refusal: 'erased' };
  if (!RETRYABLE.has(state)) return { refusal: 'state', state };
  if (newest.runId !== runId) return { refusal: 'overtaken', newestRunId: newest.runId };
  return { outcome: 'retried' };
}
