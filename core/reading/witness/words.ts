/** Letters of one script or figures; signs between them part words and are none. */
const WORD = /\p{L}+|\p{N}+/gu;
const PLAIN_WORD = /[a-z]+|[0-9]+/g;
const BEYOND_ASCII = /[^\0-\x7f]/;
/** Raised and lowered characters are words of their own: `10⁹` is 10 and 9, and never 109. */
const RAISED = /[\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u2070-\u209c]+/g;
/** Written without spaces, where each sign is counted by itself. */
const SIGNS_OF_THEIR_OWN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
/** Invisible within a word: soft hyphens, joiners, marks of direction, and accents once they are apart. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|\p{M}+/gu;

/**
 * The words of a text for comparing: runs of letters and runs of figures in their order, without case, accents, ligatures and
 * invisible characters, so that two ways of writing the same word are the same.
 */
export function wordsOf(text: string): string[] {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase().match(PLAIN_WORD) ?? [];
  const plain = text.replace(RAISED, ' $& ').normalize('NFKD').replace(INVISIBLE, '').toLowerCase();
  const words = plain.replace(SIGNS_OF_THEIR_OWN, ' $& ').match(WORD) ?? [];
  return RIGHT_TO_LEFT.test(plain) ? words.map(eitherWay) : words;
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** Pages draw such words from left to right, so that they come in either order. */
function eitherWay(word: string): string {
  if (!RIGHT_TO_LEFT.test(word)) return word;
  const other = [...word].reverse().join('');
  return other < word ? other : word;
}
