import type { Box, DraftBlock } from '../../contract/block.js';
import { readingOrder } from './columns.js';
import { withDrawnTables } from './drawn-tables.js';
import type { FlowBlock } from './flow-block.js';
import { flowBlocks } from './flow-blocks.js';
import { footnotesOf } from './footnotes.js';
import {
  boxOnPage,
  roundedBox,
  uprightSize,
  uprightText,
  type PageSize,
  type PositionedText,
  type Turn,
} from './positioned-text.js';
import { withTurnedHeads } from './turned-heads.js';
import { withoutLineNumbers } from './line-numbers.js';
import { joinCells, segmentBottom, segmentTop, textRows } from './text-lines.js';

/** What a page draws as text, in the order of its content stream. */
export interface LayoutInput extends PageSize {
  readonly items: readonly PositionedText[];
}

/** Running footers stand below this share of the page's height. */
const FOOT = 0.9;

const MIN_BOX_POINTS = 1;

/** Lines drawn with characters, and nothing else. */
const RULES_ONLY = /^[-–—_=~.·*\s]*$/;

/**
 * Blocks of one page in reading order, each with its box: text runs are put into lines (superscripts at their place),
 * lines into columns, columns into headings, paragraphs, lists and tables. Text that runs in another direction than
 * most of the page (a note along the margin) comes last, and so do footnotes; heads of columns on their side stand over them. `putAside` is told the numbers that count lines.
 */
export function layOutPage(page: LayoutInput, putAside: (lineNumber: string) => void = () => undefined): DraftBlock[] {
  const input = { ...page, items: withTurnedHeads(page.items) };
  const bodySize = usualSize(input.items);
  return turnsByWeight(input.items).flatMap((turn) => {
    const all = input.items.filter((item) => item.turn === turn).map((item) => uprightText(item, input));
    const upright = withoutLineNumbers(all);
    if (upright.length < all.length) {
      const kept = new Set(upright);
      for (const item of all) if (!kept.has(item)) putAside(item.text);
    }
    const footTop = uprightSize(turn, input).height * FOOT;
    const drafts = readingOrder(withDrawnTables(textRows(upright))).flatMap((region) => {
      const blocks = flowBlocks(joinCells(region), bodySize).filter((block) => !RULES_ONLY.test(block.text));
      const notes = footnotesOf(blocks, { bodySize, footTop });
      return blocks.map((block, index): DraftBlock => {
        const draft = draftOf(block, turn, input);
        return notes.has(index) ? { ...draft, kind: 'paragraph', note: true } : draft;
      });
    });
    return [...drafts.filter((draft) => !draft.note), ...drafts.filter((draft) => draft.note)];
  });
}

function draftOf(block: FlowBlock, turn: Turn, page: PageSize): DraftBlock {
  const size = uprightSize(turn, page);
  const [x, width] = within(
    Math.min(...block.segments.map((segment) => segment.left)),
    Math.max(...block.segments.map((segment) => segment.right)),
    size.width,
  );
  const [y, height] = within(
    Math.min(...block.segments.map(segmentTop)),
    Math.max(...block.segments.map(segmentBottom)),
    size.height,
  );
  const box: Box = { x, y, width, height };
  const fontSize = [...block.segments].sort((a, b) => b.text.length - a.text.length)[0]?.fontSize ?? 0;
  return {
    kind: block.kind,
    text: block.text,
    fontSize: Math.round(fontSize * 100) / 100,
    ...(block.segments.every((segment) => segment.bold) ? { bold: true } : {}),
    boxes: [roundedBox(boxOnPage(box, turn, page))],
  };
}

/** Start and length of what lies on the page; a sign without a width, and text beyond the edge, keep a place to be shown. */
function within(from: number, to: number, max: number): [start: number, length: number] {
  const start = Math.min(Math.max(from, 0), Math.max(max - MIN_BOX_POINTS, 0));
  return [start, Math.max(Math.min(to, max) - start, MIN_BOX_POINTS)];
}

/** Directions of text on the page, that of most characters first. */
function turnsByWeight(items: readonly PositionedText[]): Turn[] {
  const weights = new Map<Turn, number>();
  for (const item of items) weights.set(item.turn, (weights.get(item.turn) ?? 0) + item.text.trim().length);
  return [...weights].sort((a, b) => b[1] - a[1]).map(([turn]) => turn);
}

/** The font size of most characters. */
function usualSize(items: readonly PositionedText[]): number {
  const characters = new Map<number, number>();
  for (const item of items) {
    const size = Math.round(item.fontSize * 2) / 2;
    characters.set(size, (characters.get(size) ?? 0) + item.text.trim().length);
  }
  return [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
