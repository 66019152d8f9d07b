import type { VersionState } from '../../core/contract/states.js';
import { ASIDE_REASONS, type AsideWords, type WordAccount, type WordPlace } from '../../core/contract/word-account.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import type { AccountBody } from '../schemas/account.js';

/** `quoted`: with the words that are not in the text, which nobody screened. */
export function presentAccount(
  version: { readonly versionId: string; readonly state: VersionState },
  account: WordAccount,
  quoted: boolean,
): AccountBody {
  const counts = wordCounts(account);
  return {
    versionId: version.versionId,
    state: version.state,
    counts: { ...counts, lostAt: [...counts.lostAt] },
    aside: account.aside.map(({ place, text, ...entry }) => ({
      ...entry,
      ...place,
      sentence: sentenceOf({ place, ...entry }),
      ...(quoted ? { text } : {}),
    })),
    notices: [...account.notices],
  };
}

const PARTS: Readonly<Record<WordPlace['part'], string>> = {
  text: 'Text',
  notes: 'Notes',
  page: 'Page',
  slide: 'Slide',
  chapter: 'Chapter',
  row: 'Row',
};

function sentenceOf({ fate, why, place, words }: Omit<AsideWords, 'text' | 'longestRun'>): string {
  const where = place.number === undefined ? PARTS[place.part] : `${PARTS[place.part]} ${place.number}`;
  const many = words === 1 ? '1 word' : `${words} words`;
  if (fate === 'lost')
    return `${where}: ${many} that can be seen there ${words === 1 ? 'is' : 'are'} missing in the text.`;
  return `${where}: ${many} left out. ${ASIDE_REASONS[why]}`;
}
