import type { FinalRunState, RunState } from '../../core/contract/states.js';
import type { RunBody } from '../schemas/run.js';

/** What a state means for the person who sent the file; the run's own error says more where there is one. */
const WORDS: Record<RunState, string> = {
  running: 'is under way',
  published: 'is published and can be found',
  unchanged: 'is known already, nothing to do',
  held: 'is held: it seems to contain patient data and waits for review',
  needs_attention: 'needs attention: some pages could not be read',
  rejected: 'was rejected in review',
  failed: 'failed',
  superseded: 'was overtaken by a newer version',
  cancelled: 'was cancelled',
};

export function describeRun(run: Pick<RunBody, 'state' | 'error'>): string {
  return run.error ? `${WORDS[run.state]}: ${run.error.message} (${run.error.code})` : WORDS[run.state];
}

/** The ends that a script may take for success. */
export function isGoodEnd(state: RunState): state is Extract<FinalRunState, 'published' | 'unchanged'> {
  return state === 'published' || state === 'unchanged';
}
