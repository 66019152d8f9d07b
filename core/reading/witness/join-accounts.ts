import { PIPELINE_VERSION } from '../fingerprint.js';
import type { ReaderNotice, WordAccount } from '../../contract/word-account.js';

/** The account of several pages, or of a page and its pictures. */
export function joinAccounts(accounts: readonly WordAccount[]): WordAccount {
  const notices = new Map<string, number>();
  for (const { notice, times } of accounts.flatMap((account) => account.notices)) {
    notices.set(notice, (notices.get(notice) ?? 0) + times);
  }
  const total = (of: (account: WordAccount) => number) => accounts.reduce((sum, account) => sum + of(account), 0);
  return {
    pipelineVersion: accounts[0]?.pipelineVersion ?? PIPELINE_VERSION,
    words: total(({ words }) => words),
    read: total(({ read }) => read),
    added: total(({ added }) => added),
    aside: accounts.flatMap(({ aside }) => aside),
    notices: [...notices].map(([notice, times]): ReaderNotice => ({ notice, times })),
  };
}

/**
 * The account of a document whose pages were read, and then put together: what the second step lacks of the first is no longer read, and
 * stands beside what the pages lack of the source. `read` of the pages' own words that the source has not is not told apart.
 */
export function thenAssembled(pages: WordAccount, assembled: WordAccount): WordAccount {
  const left = assembled.words - assembled.read;
  return {
    pipelineVersion: assembled.pipelineVersion,
    words: pages.words,
    read: Math.max(0, pages.read - left),
    added: pages.added + assembled.added,
    aside: [...pages.aside, ...assembled.aside],
    notices: pages.notices,
  };
}

/** Without any words of the document, as of one in which placeholders were set: counts and places tell nothing of a person. */
export function withoutQuotes(account: WordAccount): WordAccount {
  return { ...account, aside: account.aside.map((entry) => ({ ...entry, text: '' })) };
}
