import type { GoldenExpectation } from '../contract/golden-question.js';
import { holdsPhrase } from '../retrieval/golden-question.js';

/** A passage of a version, and the pages on which it stands. */
export interface VersionPassage {
  readonly text: string;
  readonly pages: readonly number[];
}

/** What is to be known of a golden question before a new version of an expected document goes live. */
export interface GuardedReplacement {
  readonly expectation: Pick<GoldenExpectation, 'pages' | 'phrase'>;
  /** Of the version that is live. */
  readonly before: readonly VersionPassage[];
  /** Of the one that is to take its place. */
  readonly after: readonly VersionPassage[];
}

/** Nothing can be told of an answer of which only the document is known: at which rank it will stand is told by a check. */
export function canGuard({ pages, phrase }: GuardedReplacement['expectation']): boolean {
  return pages.length > 0 || phrase !== null;
}

/** Whether the answer stands in what is live and no longer in what is to take its place. */
export function losesAnswer({ expectation, before, after }: GuardedReplacement): boolean {
  return holdsAnswer(before, expectation) && !holdsAnswer(after, expectation);
}

export function holdsAnswer(
  passages: readonly VersionPassage[],
  { pages, phrase }: GuardedReplacement['expectation'],
): boolean {
  return passages.some(
    (passage) =>
      (pages.length === 0 || passage.pages.some((page) => pages.includes(page))) &&
      (phrase === null || holdsPhrase(passage.text, phrase)),
  );
}
