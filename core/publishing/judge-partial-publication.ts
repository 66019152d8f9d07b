import type { DocumentState, VersionState } from '../contract/states.js';
import { shownState } from './version-life.js';

/** The newest version of a document whose publication without its failed pages is asked for. */
export interface PartialCandidate {
  readonly state: VersionState;
  /** Published without some of its pages before. */
  readonly partial: boolean;
  /** The document has a tombstone. */
  readonly deleted: boolean;
  readonly hasChunks: boolean;
}

export type PartialVerdict =
  | 'publish'
  | 'already'
  /** None of its pages could be read. */
  | 'empty'
  /** It does not wait for this decision. */
  | { readonly state: DocumentState };

/** Whether a person's wish to publish a document without the pages that failed can be met. */
export function judgePartialPublication({ state, partial, deleted, hasChunks }: PartialCandidate): PartialVerdict {
  if (deleted) return { state: 'deleted' };
  if (state === 'published' && partial) return 'already';
  if (state !== 'needs_attention') return { state: shownState(state) };
  return hasChunks ? 'publish' : 'empty';
}
