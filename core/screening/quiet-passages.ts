import type { Block } from '../contract/block.js';
import { boundedPattern } from './bounded-pattern.js';

/** Headings below which persons and addresses are published on purpose. */
const QUIET_HEADING = boundedPattern(
  String.raw`^[\s\d.#*]{0,8}(?:references?|bibliography|literature cited|works cited|further reading|acknowledge?ments?|` +
    String.raw`author(?:s|['’]s|s['’])?(?: and)?(?: affiliations?| information| contributions?| details| disclosures)?|affiliations?|contributors?|correspondence|` +
    String.raw`(?:conflicts? of|competing) interests?|declarations?(?: of interests?)?|disclosures?|funding|` +
    String.raw`(?:guideline )?(?:development )?(?:committee|panel|group|task force|working group|board)(?: members(?:hip)?)?|` +
    String.raw`members of the [\p{L} ]{1,60}|reviewers?|editorial (?:board|team)|about the authors?|` +
    String.raw`referências(?: bibliográficas)?|agradecimentos|autores|bibliografia|conflitos? de interesses?)[\s:*]{0,4}$`,
  'iu',
);

/** A line that cites: `12. Smith J, Jones K. Title. N Engl J Med. 2011;364:2112-20.` */
const CITATION = boundedPattern(
  String.raw`(?:et al\b|\bdoi\b|10\.\d{4,5}/|\bpmid\b|(?:19|20)\d{2}\s?;\s?\d{1,4}|\((?:[^()\n]{1,40},\s)?(?:19|20)\d{2}[a-z]?\)|` +
    String.raw`\d{1,4}\s?\(\d{1,4}\)\s?:\s?e?\d{1,6})`,
  'iu',
);
/** Its authors; capitals count: `walk in, sit up,` cites nobody. */
const CITED_AUTHORS = boundedPattern(
  String.raw`(?:^[\s\[(]{0,3}\d{1,3}[.\])]{1,2}\s{0,3}\p{Lu}[\p{L}'’-]{1,30},?\s\p{Lu}{1,3}[,.]|` +
    String.raw`\p{Lu}[\p{L}'’-]{1,30} \p{Lu}{1,3}, \p{Lu}[\p{L}'’-]{1,30} \p{Lu}{1,3}[,.])`,
  'u',
);

export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Blocks in which names, addresses and e-mail are those of authors, members and publishers, ascending. */
export function quietPassages(text: string, blocks: readonly Block[]): Passage[] {
  const quiet: Passage[] = [];
  let below: number | null = null;
  for (const block of blocks) {
    const shown = text.slice(block.start, Math.min(block.end, block.start + 120));
    if (block.kind === 'heading' || shown.length < 60) {
      const isQuiet = QUIET_HEADING.test(shown);
      if (block.kind === 'heading') below = isQuiet ? (block.headingLevel ?? 6) : stillBelow(below, block.headingLevel);
      else if (isQuiet) below = 6;
      if (below !== null) {
        quiet.push(block);
        continue;
      }
    }
    const isQuiet = below !== null || block.sectionPath.some((title) => QUIET_HEADING.test(title.slice(0, 120)));
    if (isQuiet) quiet.push(block);
  }
  return quiet;
}

/** A heading of the same or a higher rank ends the section of another. */
function stillBelow(below: number | null, level = 1): number | null {
  return below !== null && level > below ? below : null;
}

/** Longest stretch around a span that is asked whether it cites. */
const LINE_REACH = 240;

/** Whether the line around a span, or what is near of a long one, is a reference to literature. */
export function isCited(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - LINE_REACH), start);
  const after = text.slice(end, end + LINE_REACH);
  const line = before.slice(before.lastIndexOf('\n') + 1) + text.slice(start, end) + (after.split('\n', 1)[0] ?? '');
  return CITATION.test(line) || CITED_AUTHORS.test(line);
}

/** Whether `offset` lies in one of the passages, which ascend. */
export function liesIn(passages: readonly Passage[], offset: number): boolean {
  let low = 0;
  let high = passages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((passages[middle]?.end ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return (passages[low]?.start ?? Infinity) <= offset;
}
