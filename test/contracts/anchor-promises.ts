import { isDeepStrictEqual } from 'node:util';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import type { Chunk } from '../../core/contract/chunk.js';
import type { PageBox } from '../../core/contract/block.js';
import type { PageReading, Reading } from '../../core/contract/reading.js';

/** Boxes are kept to a hundredth of a point. */
const ROUNDING_POINTS = 0.02;

/** What collections start with, and what cuts nearly every block. */
export const MAX_TOKENS = [256, 40];

/** Cuts a reading as collections do. Gives what is broken in any chunk, and how many chunks there were. */
export async function brokenAnchors({ reading, pages }: Omit<AnchoredInput, 'chunks'>) {
  const broken: string[] = [];
  let chunked = 0;
  for (const maxTokens of MAX_TOKENS) {
    const chunks = await chunkReading(reading, { maxTokens, tokenizer: new EstimatingTokenizer() });
    chunked += chunks.length;
    broken.push(...brokenPromises({ reading, chunks, pages }));
  }
  return { broken, chunked };
}

export interface AnchoredInput {
  readonly reading: Reading;
  readonly chunks: readonly Chunk[];
  /** As the reader gave them, page by page; empty where the source has no pages. */
  readonly pages: readonly PageReading[];
}

/** What a chunk's anchor promises and does not keep, as constant phrases with the chunk's number; empty when all is well. */
export function brokenPromises({ reading, chunks, pages }: AnchoredInput): string[] {
  const broken: string[] = [];
  const byNumber = new Map(pages.map((page) => [page.page, page]));
  let before: Chunk | undefined;
  for (const chunk of chunks) {
    const { start, end, text } = chunk;
    const promise = (kept: boolean, what: string): void => void (kept || broken.push(`${chunk.ordinal}: ${what}`));
    promise(start >= 0 && start < end && end <= reading.text.length, 'offsets lie within the text');
    promise(reading.text.slice(start, end) === text, 'the text is what stands at the offsets');
    promise(text.isWellFormed() && reading.text.slice(0, start).isWellFormed(), 'offsets are between code points');
    promise(/[^\s]/u.test(text), 'there is something to read');
    promise(!before || (start > before.start && end > before.end), 'chunks are in the order of the text');
    promise(chunk.ordinal === (before ? before.ordinal + 1 : 0), 'ordinals count from 0');
    before = chunk;

    const blocks = reading.blocks.filter((block) => block.start < end && block.end > start);
    promise(blocks.length > 0, 'blocks are covered');
    promise(
      blocks.every((block) => isDeepStrictEqual(block.sectionPath, chunk.sectionPath)),
      'one section only',
    );
    promise(
      blocks.slice(1).every((block) => block.kind !== 'heading'),
      'no heading in the middle',
    );

    promise(pages.length > 0 === chunk.boxes.length > 0, 'boxes where there are pages');
    promise(pages.length > 0 === chunk.pages.length > 0, 'pages where there are pages');
    const ofBoxes = [...new Set(chunk.boxes.map((box) => box.page))].sort((a, b) => a - b);
    promise(isDeepStrictEqual(chunk.pages, ofBoxes), 'pages are those of the boxes');
    for (const box of chunk.boxes) {
      const page = byNumber.get(box.page);
      if (!page) promise(false, 'the page exists');
      else promise(liesWithin(box, page), 'boxes lie within their page');
    }
    for (const block of blocks) {
      const part = letters(reading.text.slice(Math.max(start, block.start), Math.min(end, block.end)));
      const boxes = block.boxes.filter((box) => chunk.boxes.some((own) => isDeepStrictEqual(own, box)));
      promise(pages.length > 0 === boxes.length > 0, 'every block has a box');
      const drafts = boxes.map((box) => textIn(box, byNumber.get(box.page)));
      promise(drafts.every((draft, at) => holdsSomeOf(draft, part, { first: at === 0, last: at === drafts.length - 1 })), 'each box holds some of the text'); // prettier-ignore
    }
    if (pages.length > 0) {
      const named = chunk.pages.flatMap((number) => byNumber.get(number) ?? []);
      promise(lostWords(text, named).length < named.length || named.length === 0, 'the pages hold all of its words');
    }
  }
  return broken;
}

function liesWithin({ x, y, width, height }: PageBox, page: PageReading): boolean {
  const positive = width > 0 && height > 0;
  const starts = x >= -ROUNDING_POINTS && y >= -ROUNDING_POINTS;
  return positive && starts && x + width <= page.width + ROUNDING_POINTS && y + height <= page.height + ROUNDING_POINTS;
}

/** Letters and digits alone: hyphens, spaces and ligatures are set otherwise on the page than in the reading. */
function letters(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** What the reader found in this box of a page. */
function textIn({ page: _page, ...bare }: PageBox, page: PageReading | undefined): string {
  const drafts = page?.blocks.filter((block) => block.boxes.some((own) => isDeepStrictEqual({ ...own }, bare)));
  return drafts?.map((draft) => draft.text).join('\n') ?? '';
}

/**
 * Whether text of a box stands in a part of its block: all of the part in one box; a line of it; and in the first and the
 * last box of a part at least the end that they share.
 */
function holdsSomeOf(draft: string, part: string, { first, last }: { first: boolean; last: boolean }): boolean {
  const whole = letters(draft);
  // Signs without a letter (a row of dashes) have nothing to be compared by.
  if (part === '' || whole === '' || whole.includes(part)) return true;
  const lines = draft.split('\n').map(letters);
  if (lines.some((line) => line !== '' && part.includes(line))) return true;
  return (first && meets(whole, part)) || (last && meets(part, whole));
}

/** Whether one text ends with what the other begins with. */
function meets(one: string, other: string): boolean {
  for (let length = Math.min(one.length, other.length); length > 0; length--) {
    if (one.endsWith(other.slice(0, length))) return true;
  }
  return false;
}

/** Words of a text that its pages have not; a word that is parted by the end of a page is on neither. */
function lostWords(text: string, pages: readonly PageReading[]): string[] {
  const onPages = letters(pages.flatMap((page) => page.blocks.map((block) => block.text)).join(''));
  const words = text.split(/[^\p{L}\p{M}\p{N}]+/u).map(letters);
  return words.filter((word) => word !== '' && !onPages.includes(word));
}
