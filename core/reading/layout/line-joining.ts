/**
 * First halves that keep their hyphen when a line breaks after it, although typesetters' hyphenation is the likelier
 * cause in general: compounds of these are written with a hyphen far more often than not.
 */
const HYPHEN_PREFIXES = new Set(
  'self non well high low long short follow half cross first second third age dose risk evidence double single'.split(
    ' ',
  ),
);

/**
 * Second halves before which a hyphen is the word's own (`life-` `threatening`, `quality-` `adjusted`): none of them ends
 * a longer word behind a syllable of four letters or more.
 */
const HYPHEN_ENDINGS = new Set(
  'release sparing effective effectiveness free threatening adjusted related based dependent specific resistant controlled associated induced mediated acting coated reported treated lowering onset blind week month year hour day'.split(
    ' ',
  ),
);
const MIN_COMPOUND_LETTERS = 4;
/** `anti-` `inflammatory`, `pre-` `existing`: a hyphen keeps two equal vowels apart. */
const MET_VOWELS = /^(?:(?:anti|semi|multi)-i|(?:pre|re|de)-e|co-o|intra-a|micro-o)/;
/** Shorter parts are words of their own (`well-to-`), not syllables. */
const MIN_SYLLABLE = 3;
/** Portuguese verbs and the pronouns behind them: `oferecer-` `se`. */
const ENCLITIC_VERB = /(?:[aei]r|[ae]m|ou|eu|iu)$/u;
const ENCLITICS = new Set('se lhe lhes nos'.split(' '));

/** Short second halves of compounds (`follow-` `up`); other short ones are endings (`low-` `est`). */
const SHORT_SECONDS = new Set('up on off in out by to end age use day'.split(' '));
const MIN_SECOND_LETTERS = 4;
/** Longer than any word or address that is broken over lines. */
const MAX_WORD_LENGTH = 1_000;

/** How a document writes, as far as it helps to join its lines. */
export interface WordsSeen {
  /** In lower case, hyphenated ones whole; a word cut at a line end is left out. */
  readonly words: ReadonlySet<string>;
  /** Lines are broken with U+2010, and words have a hyphen-minus of their own, as browsers write them. */
  readonly breaksWithOwnHyphen: boolean;
}

export function collectWords(lines: Iterable<string>): WordsSeen {
  const words = new Set<string>();
  let breaks = false;
  let own = false;
  for (const line of lines) {
    breaks ||= /\p{Ll}\u2010\s*$/u.test(line);
    own ||= /\u2010\p{L}/u.test(line);
    for (const match of line.matchAll(/\p{L}+(?:[-‐]\p{L}+)*[-‐\u00AD]?/gu)) {
      const word = match[0];
      if (!/[-‐\u00AD]$/.test(word)) words.add(word.toLowerCase().replaceAll('‐', '-'));
    }
  }
  return { words, breaksWithOwnHyphen: breaks && !own };
}

/**
 * One running text from the lines of a paragraph. A word that was hyphenated at a line end is put together again; a
 * hyphen that belongs to the word stays, as the document's other words tell, and so do ranges (`2–`/`4 mg`) and
 * names with numbers (`COVID-`/`19`). Looks at the last word before a line alone, so that its time is in proportion to the text.
 */
export function joinLines(lines: readonly string[], seen: WordsSeen): string {
  const parts: string[] = [];
  let end = '';
  for (const raw of lines) {
    const line = raw.trim();
    if (line === '') continue;
    const seam = parts.length === 0 ? '' : seamOf(end, line, seen);
    if (seam === 'cut') {
      parts.push((parts.pop() ?? '').slice(0, -1));
      end = end.slice(0, -1);
    } else {
      parts.push(seam);
      end += seam;
    }
    parts.push(line);
    end = line.length >= MAX_WORD_LENGTH ? line.slice(-MAX_WORD_LENGTH) : (end + line).slice(-MAX_WORD_LENGTH);
  }
  return parts.join('');
}

/** What stands between two lines: a space, nothing, or nothing and the sign before it goes as well. */
function seamOf(before: string, after: string, { words, breaksWithOwnHyphen }: WordsSeen): ' ' | '' | 'cut' {
  if (before.endsWith('\u00AD')) return 'cut';
  if (!/[-‐–/]/.test(before.slice(-1))) return ' ';
  const first = /(?:^|[^\p{L}])(\p{L}+)[-‐]$/u.exec(before)?.[1];
  const second = /^\p{Ll}[\p{L}]*/u.exec(after)?.[0];
  if (first !== undefined && second !== undefined) {
    const keepsHyphen = breaksWithOwnHyphen
      ? !before.endsWith('\u2010')
      : isInAddress(before, first.toLowerCase(), words) || isCompound(first.toLowerCase(), second.toLowerCase(), words);
    return keepsHyphen ? '' : 'cut';
  }
  // `COVID-` `19`, `2-` `4 mg`, `10–` `20`, `and/` `or`: no space belongs there; a dash between spaces keeps its spaces.
  const isWithin =
    /[\p{L}\d][-‐–/]$/u.test(before) && /^[\p{L}\d]/u.test(after) && !(before.endsWith('–') && /^\p{L}/u.test(after));
  return isWithin ? '' : ' ';
}

/**
 * `state-of-the-` and `https://…/terms-and-`: a word with hyphens or slashes of its own breaks at one of them, but for a part
 * of it that is no word of the document (`cost-effec-` `tiveness`).
 */
function isInAddress(before: string, first: string, words: ReadonlySet<string>): boolean {
  const token = /\S+$/.exec(before.slice(0, -1))?.[0] ?? '';
  return /[/@]/.test(token) || (/[-‐]/.test(token) && (words.has(first) || first.length < MIN_SYLLABLE));
}

function isCompound(first: string, second: string, words: ReadonlySet<string>): boolean {
  if (words.has(`${first}-${second}`)) return true;
  if (words.has(first + second)) return false;
  if (ENCLITICS.has(second) && ENCLITIC_VERB.test(first)) return true;
  if (MET_VOWELS.test(`${first}-${second}`)) return true;
  if (HYPHEN_ENDINGS.has(second) && first.length >= MIN_COMPOUND_LETTERS) return true;
  const isWord = second.length >= MIN_SECOND_LETTERS || SHORT_SECONDS.has(second);
  return HYPHEN_PREFIXES.has(first) && isWord;
}
