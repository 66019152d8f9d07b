import type { DocumentState, VersionState } from '../contract/states.js';

/** What can move a version from one state to another. */
export type VersionAct =
  | 'publish'
  | 'publish-partial'
  | 'fail'
  | 'hold'
  | 'rescreen'
  | 'end-run'
  | 'withdraw'
  | 'approve'
  | 'reject'
  | 'redact'
  | 'archive'
  | 'erase';

export interface VersionMove {
  readonly act: VersionAct;
  readonly from: readonly VersionState[];
  readonly to: readonly VersionState[];
  readonly why: string;
}

/**
 * The life of a version, whole: what may move it from which state to which, and why. A version begins `open`; one that
 * only stands for a record which withdraws an unknown document begins `superseded`. A trigger of the database refuses
 * every move that is not in this table (`0015_version_life.sql`, `0043_rescreen.sql`; a test compares both for every pair of states).
 */
export const VERSION_MOVES: readonly VersionMove[] = [
  {
    act: 'publish',
    from: ['open'],
    to: ['published', 'superseded', 'needs_attention', 'failed'],
    why: 'The version was made: it goes live, or came too late, or has pages that failed, or is not whole.',
  },
  {
    act: 'publish',
    from: ['published'],
    to: ['superseded'],
    why: 'A newer version of the document goes live in the same transaction.',
  },
  {
    act: 'publish',
    from: ['held'],
    to: ['superseded'],
    why: 'A newer version of the document goes live in the same transaction; nobody need review this one any more.',
  },
  {
    act: 'publish-partial',
    from: ['needs_attention'],
    to: ['published', 'superseded', 'failed'],
    why: 'A person publishes it without the pages that failed; it is judged as any other.',
  },
  {
    act: 'fail',
    from: ['open'],
    to: ['failed'],
    why: 'A stage found that nothing can come of it, for instance no text.',
  },
  {
    act: 'hold',
    from: ['open'],
    to: ['held'],
    why: 'Screening found suspected patient data, and the collection blocks it.',
  },
  {
    act: 'rescreen',
    from: ['published'],
    to: ['held'],
    why: 'A later screen found suspected patient data in what is live, and the collection does not let it in.',
  },
  {
    act: 'end-run',
    from: ['open'],
    to: ['failed', 'cancelled'],
    why: 'Its run ended before it did; nothing waits for ever.',
  },
  {
    act: 'withdraw',
    from: ['published', 'held', 'needs_attention'],
    to: ['superseded'],
    why: 'A person, a sync or the source itself took the document out.',
  },
  {
    act: 'approve',
    from: ['held'],
    to: ['open'],
    why: 'A review let it pass, and it is indexed from its stored reading.',
  },
  {
    act: 'reject',
    from: ['held'],
    to: ['rejected'],
    why: 'A review decided that it is never published.',
  },
  {
    act: 'redact',
    from: ['held'],
    to: ['sanitized'],
    why: 'A review had it redacted; a version without the findings goes on in its place.',
  },
  {
    act: 'archive',
    from: ['published', 'superseded'],
    to: ['archived'],
    why: 'To come: a person keeps it on record, out of every search.',
  },
  {
    act: 'erase',
    from: ['open', 'held', 'needs_attention', 'superseded', 'failed', 'cancelled', 'rejected', 'sanitized', 'archived'],
    to: ['erased'],
    why: 'Its content is deleted for good. What is live is withdrawn before.',
  },
];

/** The state of a version that is being made: only now can it get pages, text and chunks. */
export const BEING_MADE = 'open' satisfies VersionState;

/** What clients see of a version's state. */
export function shownState(state: VersionState): DocumentState {
  return state === BEING_MADE ? 'processing' : state;
}

/** The states in which a version can come into being. */
export const FIRST_STATES: readonly VersionState[] = ['open', 'superseded'];

/** Whether any act may move a version so, or the given one. */
export function mayMove(from: VersionState, to: VersionState, act?: VersionAct): boolean {
  return VERSION_MOVES.some(
    (move) => (act === undefined || move.act === act) && move.from.includes(from) && move.to.includes(to),
  );
}

/** The states out of which an act moves versions. */
export function statesBefore(act: VersionAct): VersionState[] {
  return [...new Set(VERSION_MOVES.flatMap((move) => (move.act === act ? move.from : [])))];
}

/** The states, other than `published` itself, out of which some row of moves leads to `published`. */
export function statesThatMayGoLive(): VersionState[] {
  const found = new Set<VersionState>(['published']);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { from, to } of VERSION_MOVES) {
      if (to.some((state) => found.has(state))) from.forEach((state) => found.add(state));
    }
  }
  found.delete('published');
  return [...found];
}
