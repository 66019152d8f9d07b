import type { AnyRunState, FinalRunState, RunState } from '../../core/contract/states.js';
import type { ActBody, RunBody } from '../schemas/run.js';
import type { SyncBody } from '../schemas/sync.js';

/** What a state means for the person who sent the file; the run's own error says more where there is one. */
const WORDS: Record<AnyRunState, string> = {
  running: 'is under way',
  published: 'is published and can be found',
  unchanged: 'is known already, nothing to do',
  held: 'is held: it seems to contain patient data, and nothing of it can be found',
  needs_attention: 'needs attention: some pages could not be read',
  rejected: 'was rejected in review',
  failed: 'failed',
  superseded: 'was overtaken by a newer version',
  cancelled: 'was cancelled',
  completed: 'is done',
};

/** Before a reason that says the rest itself. */
const WORDS_BEFORE_A_REASON: Partial<Record<AnyRunState, string>> = {
  held: 'is held',
  needs_attention: 'needs attention',
};

/** What a run is about, for people: its file, its location, or what it does. */
export function nameOfRun(
  run: Pick<RunBody, 'kind' | 'fileName'> | Pick<SyncBody, 'kind' | 'uri'> | Pick<ActBody, 'kind'>,
): string {
  if (run.kind === 'ingest') return run.fileName;
  if (run.kind === 'sync') return run.uri;
  return ACTS[run.kind];
}

const ACTS: Readonly<Record<ActBody['kind'], string>> = {
  rescreen: 'rescreen of what is live',
  erasure: 'erasure of what was deleted',
  migration: 'move of vectors',
  backup: 'backup',
};

/** How a run ended, with its reason; said from today where its documents are no longer what it made them. */
export function describeRun(
  run: Pick<RunBody | SyncBody | ActBody, 'state' | 'error'> & { readonly documents?: RunBody['documents'] },
): string {
  if (run.state === 'held' && sinceClean(run.documents ?? [])) {
    return 'was held; a later file of it is published since, so nothing is left to do';
  }
  if (run.error)
    return `${WORDS_BEFORE_A_REASON[run.state] ?? WORDS[run.state]}: ${run.error.message} (${run.error.code})`;
  return (run.state === 'published' && sinceGone(run.documents ?? [])) || WORDS[run.state];
}

/** What became of everything that a run published, where nothing of it can be found any more; `null`: some can. */
function sinceGone(documents: NonNullable<RunBody['documents']>): string | null {
  const states = new Set(documents.map(({ state }) => state));
  if (states.size !== 1) return null;
  if (states.has('deleted')) return 'was published, and deleted since: it can no longer be found';
  if (states.has('withdrawn')) return 'was published, and withdrawn by its source since: it can no longer be found';
  if (states.has('superseded')) return 'was published, and replaced by a newer version since';
  return null;
}

/** Each document that this run held has a later version, which searches find. */
function sinceClean(documents: NonNullable<RunBody['documents']>): boolean {
  return documents.length > 0 && documents.every(({ state }) => state === 'superseded');
}

/** The ends that a script may take for success. */
export function isGoodEnd(state: RunState): state is Extract<FinalRunState, 'published' | 'unchanged'> {
  return state === 'published' || state === 'unchanged';
}
