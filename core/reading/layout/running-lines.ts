import type { DraftBlock } from '../../contract/block.js';
import { FAR_APART } from './flow-blocks.js';
import type { PageReading } from '../../contract/reading.js';

/** Running headers and footers stand in the outer parts of a page; LaTeX puts its page number 14 % above the edge. */
const MARGIN_SHARE = 0.15;
/** Lines looked at from the top and from the bottom: headers and footers of three lines exist, of five hardly. */
const LINES_LOOKED_AT = 4;
/** Three pages make a running line; in shorter documents all pages must carry it. */
const MIN_PAGES = 3;
/**
 * Share of the pages between its first and last that carry it: left and right pages alternate (.5), and a chapter's head
 * ends with its chapter. A sentence that happens to reach the margin now and then is far below.
 */
const MIN_DENSITY = 0.4;

/**
 * Removes headers, footers and page numbers: lines at the edge of a page that stand on at least three pages (on all
 * of a two-page document), and on enough of those between, at the same height, the same but for their numbers. A line
 * that is seen on one page only always stays unless it is that page's number, and so do tables that do not lie in the
 * margin as a whole.
 */
export function withoutRunningLines(pages: readonly PageReading[]): PageReading[] {
  const seen = new Map<string, Set<number>>();
  for (const page of pages) {
    for (const { key, parts } of edgeLines(page)) {
      for (const each of [key, ...parts]) {
        const onPages = seen.get(each) ?? new Set();
        seen.set(each, onPages.add(page.page));
      }
    }
  }
  const withText = pages.filter((page) => page.blocks.length > 0).length;
  const enough = Math.min(MIN_PAGES, Math.max(2, withText));
  const isRunning = (key: string) => {
    const on = [...(seen.get(key) ?? [])];
    return on.length >= enough && on.length >= (Math.max(...on) - Math.min(...on) + 1) * MIN_DENSITY;
  };
  return pages.map((page) => {
    const removed = new Map<DraftBlock, Set<number>>();
    for (const { key, parts, text, block, line, isOutermost } of edgeLines(page)) {
      if (isRunning(key) || parts.some(isRunning) || (isOutermost && isPageNumber(text, page.page)))
        removed.set(block, (removed.get(block) ?? new Set()).add(line));
    }
    if (removed.size === 0) return page;
    const blocks = page.blocks.flatMap((block) => {
      const lines = removed.get(block);
      if (!lines) return [block];
      const text = block.text
        .split('\n')
        .filter((_, index) => !lines.has(index))
        .join('\n');
      return text.trim() === '' ? [] : [{ ...block, text }];
    });
    return { ...page, blocks };
  });
}

/** In English, Portuguese and Spanish, French, German, Italian. */
const PAGE_NUMBER =
  /^[-–—\s|]*(?:(?:page|p\.|pg\.|p[áa]gina|p[áa]g\.?|folha|fls?\.|seite|s\.|pagina|pag\.)\s*)?(\d{1,4})(?:\s*(?:of|de|sur|von|di|\/)\s*\d{1,4})?[-–—\s|]*$/iu;

/** `4`, `– 4 –`, `Page 4`, `4 of 12`, `Página 4 de 12`, when that is the page's place in its file. */
function isPageNumber(text: string, page: number): boolean {
  const found = PAGE_NUMBER.exec(text.trim());
  return found !== null && Number(found[1]) === page;
}

interface EdgeLine {
  readonly key: string;
  /** Of a line whose parts stand far apart, one each: its section's title may change where its document's title stays. */
  readonly parts: readonly string[];
  readonly text: string;
  /** Whether nothing stands between it and its edge of the page. */
  readonly isOutermost: boolean;
  readonly block: DraftBlock;
  /** Index of the line in its block. */
  readonly line: number;
}

function edgeLines(page: PageReading): EdgeLine[] {
  const lines: EdgeLine[] = [];
  const boxes = page.blocks.flatMap((block) => block.boxes.slice(0, 1));
  const topmost = Math.min(...boxes.map((box) => box.y));
  const lowest = Math.max(...boxes.map((box) => box.y + box.height));
  for (const block of page.blocks) {
    const box = block.boxes[0];
    if (!box || page.height <= 0) continue;
    const texts = block.text.split('\n');
    const lineHeight = box.height / texts.length;
    texts.forEach((text, line) => {
      const fromTop = box.y + lineHeight * line;
      const fromBottom = page.height - (box.y + lineHeight * (line + 1));
      const wholeBlock = block.kind === 'table';
      const top = wholeBlock ? box.y + box.height : fromTop + lineHeight;
      const bottom = wholeBlock ? page.height - box.y : fromBottom + lineHeight;
      const words = wordsOf(text);
      if (words === '') return;
      const partsAt = (edge: string) =>
        text.includes(FAR_APART)
          ? text
              .split(FAR_APART)
              .map(wordsOf)
              .filter((part) => /\p{L}{3}/u.test(part))
              .map((part) => `${edge} part ${part}`)
          : [];
      if (top <= page.height * MARGIN_SHARE && line < LINES_LOOKED_AT) {
        const isOutermost = fromTop <= topmost + 1;
        const edge = `top ${band(fromTop)}`;
        lines.push({ key: `${edge} ${words}`, parts: partsAt(edge), text, block, line, isOutermost });
      } else if (bottom <= page.height * MARGIN_SHARE && texts.length - line <= LINES_LOOKED_AT) {
        const isOutermost = box.y + lineHeight * (line + 1) >= lowest - 1;
        const edge = `bottom ${band(fromBottom)}`;
        lines.push({ key: `${edge} ${words}`, parts: partsAt(edge), text, block, line, isOutermost });
      }
    });
  }
  return lines;
}

/** As one page has it and the next one too: without case, numbers and spacing. */
function wordsOf(text: string): string {
  return text.toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
}

/** Heights within some points of each other are one: half a line, so that a line and its neighbour stay apart. */
function band(points: number): number {
  return Math.round(points / 8);
}
