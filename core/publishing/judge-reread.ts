import type { VersionState } from '../contract/states.js';
import type { RereadRefusal } from '../ports/run-catalog.js';
import { shownState } from './version-life.js';

/** Versions whose pages were all read: what is kept of them is whole. */
const READ_TO_THE_END: ReadonlySet<VersionState> = new Set<VersionState>([
  'published',
  'needs_attention',
  'superseded',
]);

export interface RereadBase {
  /** Of the document's newest version. */
  readonly state: VersionState;
  readonly hasPage: boolean;
  /** A run of its source is under way, and it is not the same reread. */
  readonly isUnderWay: boolean;
}

/** Why a page is not read again; `null`: it is. */
export function judgeReread({ state, hasPage, isUnderWay }: RereadBase): RereadRefusal | null {
  if (isUnderWay) return { refusal: 'state', state: 'processing' };
  if (!READ_TO_THE_END.has(state)) return { refusal: 'state', state: shownState(state) };
  return hasPage ? null : { refusal: 'page' };
}
