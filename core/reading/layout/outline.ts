import type { OutlineEntry } from '../../contract/reading.js';
import type { DraftBlock } from '../../contract/block.js';
import type { PageReading } from '../../contract/reading.js';

/** Longer texts in front of a bookmark are not its title. */
const MAX_HEADING_CHARACTERS = 200;
/** `3.1 Dosing` may be `Dosing` among the bookmarks, and the other way round. */
const SECTION_NUMBER = /^\s*(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z]\.|[IVX]{1,5}\.)\s+/u;

/**
 * Blocks that bookmarks name on their own page become headings, whatever they are set in, and carry the bookmark's level.
 * A bookmark whose words do not stand on its page says nothing; each names one block, the first.
 */
export function withOutlineHeadings(pages: readonly PageReading[], outline: readonly OutlineEntry[]): PageReading[] {
  if (outline.length === 0) return [...pages];
  const byPage = new Map<number, OutlineEntry[]>();
  for (const entry of outline) {
    const entries = byPage.get(entry.page);
    if (entries) entries.push(entry);
    else byPage.set(entry.page, [entry]);
  }
  return pages.map((page) => {
    const entries = byPage.get(page.page);
    return entries ? { ...page, blocks: named(page.blocks, entries) } : page;
  });
}

function named(blocks: readonly DraftBlock[], entries: readonly OutlineEntry[]): DraftBlock[] {
  const levels = new Map<string, number[]>();
  for (const { title, level } of entries) {
    const words = wordsOf(title);
    if (words === '') continue;
    const standing = levels.get(words);
    if (standing) standing.push(level);
    else levels.set(words, [level]);
  }
  return blocks.map((block) => {
    if (!canBeHeading(block)) return block;
    const outlineLevel = levels.get(wordsOf(block.text))?.shift();
    return outlineLevel === undefined ? block : { ...block, kind: 'heading', outlineLevel };
  });
}

/** A numbered heading by itself looks like a list of one item. A sentence is none, though programs make bookmarks of those too. */
function canBeHeading({ kind, text, note }: DraftBlock): boolean {
  if (note || text.length > MAX_HEADING_CHARACTERS) return false;
  if (kind === 'heading') return true;
  return (kind === 'paragraph' || (kind === 'list' && !text.includes('\n'))) && !/[.;,]\s*$/.test(text);
}

/** Letters and digits: bookmarks lose hyphens, ligatures and line breaks. */
function wordsOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(SECTION_NUMBER, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
