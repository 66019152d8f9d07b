import type { DraftBlock } from './block.js';
import { boxStartsOf, type BlockToPlace } from './place-blocks.js';

const BETWEEN_CELLS = ' | ';
/** Tables begin at the same margin on every page; cells that start with a sign or a number stand off a little. */
const SAME_LEFT_POINTS = 8;
/** Rows of a header that is set again: more would be data that repeats itself. */
const MAX_HEADER_LINES = 4;

/** `Table 2 (continued)` above the rest of a table. */
export function isContinuedCaption(block: DraftBlock): boolean {
  return (
    block.kind !== 'table' &&
    /^\S+\s*\d+.{0,120}(?:continued|cont(?:d|inua)?\.?|continua[çc][ãa]o|continuaci[óo]n|suite|fortsetzung|segue)[^\p{L}\d]*$/isu.test(
      block.text,
    )
  );
}

/**
 * The table that ended the page before with the rows that open this page, if they are one: as many columns, and either
 * the same header again, which stands once in the result, or the same left margin. `undefined` where they are two.
 */
export function tableGoingOn(last: BlockToPlace, next: DraftBlock, page: number): BlockToPlace | undefined {
  if (last.kind !== 'table' || next.kind !== 'table' || columnsOf(last.text) !== columnsOf(next.text)) return undefined;
  const above = last.text.split('\n');
  const rows = next.text.split('\n');
  let header = 0;
  while (header < MAX_HEADER_LINES && header < rows.length - 1 && rows[header] === above[header]) header++;
  const [lastBox, nextBox] = [last.boxes.at(-1), next.boxes[0]];
  if (!lastBox || !nextBox || lastBox.page !== page - 1) return undefined;
  if (header === 0 && Math.abs(lastBox.x - nextBox.x) > SAME_LEFT_POINTS) return undefined;
  return {
    ...last,
    text: [...above, ...rows.slice(header)].join('\n'),
    boxes: [...last.boxes, { page, ...nextBox }],
    boxStarts: [...boxStartsOf(last), last.text.length + 1],
  };
}

function columnsOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.split(BETWEEN_CELLS).length));
}
