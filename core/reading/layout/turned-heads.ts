import type { PositionedText } from './positioned-text.js';

/** One text on its side is a note in the margin. */
const MIN_HEADS = 2;
/** As many of the texts on their side have cells below them. */
const MIN_OVER_CELLS = 0.8;
const MIN_ROWS = 2;
/** In font sizes: how far the first row stands below the heads, at most, and how far from a head's line its cells begin. */
const BELOW = 3;
const BESIDE = 2.5;
/** Heads of one row begin, or end, at one height. */
const ALIGNED = 2;
/** Lines of one head, in font sizes. */
const LEADING = 1.6;
const SAME_LINE_POINTS = 1.5;
/** In font sizes: what two cells of a row keep free between them. */
const BETWEEN = 1.6;
const MIN_WIDTH_POINTS = 2;

interface Head {
  readonly items: readonly PositionedText[];
  readonly text: string;
  /** Across the page, as far as its letters reach. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly size: number;
}

/**
 * The texts of a page with the heads of columns that are set on their side, to save space, put upright over their columns: by
 * themselves they would stand behind the page's text, and the values in the table would have no names.
 */
export function withTurnedHeads(items: readonly PositionedText[]): readonly PositionedText[] {
  const upright = items.filter(({ turn, text }) => turn === 0 && text.trim() !== '');
  const heads = ([90, 270] as const).flatMap((turn) => headsOf(items.filter((item) => item.turn === turn && item.text.trim() !== ''), turn)); // prettier-ignore
  if (heads.length < MIN_HEADS || upright.length === 0) return items;
  const size = Math.max(...heads.map((head) => head.size));
  const bottom = Math.max(...heads.map((head) => head.bottom));
  const top = Math.min(...heads.map((head) => head.top));
  const areAligned = (edge: (head: Head) => number) => heads.every((head) => Math.abs(edge(head) - edge(heads[0] ?? head)) <= ALIGNED * size); // prettier-ignore
  if (!areAligned((head) => head.bottom) && !areAligned((head) => head.top)) return items;
  const rows = rowsBelow(upright, bottom);
  const [first, second] = rows;
  if (!first || !second || rows.length < MIN_ROWS || first.y - bottom > BELOW * size) return items;
  const columns = heads.map((head) => ({ head, cell: cellUnder(head, first.items) ?? cellUnder(head, second.items) }));
  if (columns.filter(({ cell }) => cell).length < columns.length * MIN_OVER_CELLS) return items;
  const pitch = Math.min(Math.max(second.y - first.y, 1.2 * first.size), 2.5 * first.size);
  const y = first.y - pitch;
  const starts = columns.map(({ head, cell }) => cell?.x ?? head.left).sort((a, b) => a - b);
  const moved = new Map<PositionedText, PositionedText | null>();
  for (const { head, cell } of columns) {
    const x = cell?.x ?? head.left;
    const next = starts.find((start) => start > x + SAME_LINE_POINTS) ?? x + 20 * first.size;
    const width = Math.max(MIN_WIDTH_POINTS, Math.min(next - x - BETWEEN * first.size, head.text.length * first.size * 0.5)); // prettier-ignore
    const [own, ...others] = head.items;
    if (!own) continue;
    moved.set(own, { ...own, text: head.text, x, y, width, fontSize: first.size, turn: 0 });
    for (const other of others) moved.set(other, null);
  }
  // Upright names of columns between them stand in the same row.
  const labels = upright.filter((item) => item.y > top && item.y <= bottom + 0.5 * size);
  if (labels.every((label) => Math.abs(label.y - (labels[0]?.y ?? 0)) <= SAME_LINE_POINTS)) {
    for (const label of labels) moved.set(label, { ...label, y });
  }
  return items.flatMap((item) => (moved.has(item) ? (moved.get(item) ?? []) : [item]));
}

/** Texts on their side, lines beside each other that begin or end at one height as one. */
function headsOf(items: readonly PositionedText[], turn: 90 | 270): Head[] {
  const sorted = [...items].sort((a, b) => (turn === 270 ? a.x - b.x : b.x - a.x) || (turn === 270 ? b.y - a.y : a.y - b.y)); // prettier-ignore
  const heads: Head[] = [];
  for (const item of sorted) {
    const head = headOf(item, turn);
    const before = heads.at(-1);
    const last = before?.items.at(-1);
    const step = last ? Math.abs(item.x - last.x) : Infinity;
    if (before && step <= LEADING * item.fontSize && isNextLine(before, head)) {
      const text = `${before.text} ${head.text}`;
      heads[heads.length - 1] = {
        items: [...before.items, item],
        text,
        left: Math.min(before.left, head.left),
        right: Math.max(before.right, head.right),
        top: Math.min(before.top, head.top),
        bottom: Math.max(before.bottom, head.bottom),
        size: before.size,
      };
    } else heads.push(head);
  }
  return heads;
}

/** Lines of one cell overlap in height; and two columns stand further apart than lines do. */
function isNextLine(before: Head, head: Head): boolean {
  return head.top < before.bottom && head.bottom > before.top;
}

function headOf(item: PositionedText, turn: 90 | 270): Head {
  const { x, y, width, fontSize } = item;
  const [left, right] = turn === 270 ? [x - fontSize, x] : [x, x + fontSize];
  const [top, bottom] = turn === 270 ? [y - width, y] : [y, y + width];
  return { items: [item], text: item.text.trim(), left, right, top, bottom, size: fontSize };
}

interface RowBelow {
  readonly y: number;
  readonly size: number;
  readonly items: readonly PositionedText[];
}

/** The first lines below a height. */
function rowsBelow(upright: readonly PositionedText[], bottom: number): RowBelow[] {
  const below = upright.filter(({ y, fontSize }) => y > bottom + 0.5 * fontSize).sort((a, b) => a.y - b.y);
  const rows: PositionedText[][] = [];
  for (const item of below) {
    const row = rows.at(-1);
    if (row && item.y - (row[0]?.y ?? 0) <= SAME_LINE_POINTS) row.push(item);
    else if (rows.length === MIN_ROWS) break;
    else rows.push([item]);
  }
  return rows.map((row) => ({ y: row[0]?.y ?? 0, size: row[0]?.fontSize ?? 1, items: row }));
}

/** The cell that stands under a head, or begins or ends near it. */
function cellUnder({ left, right, size }: Head, cells: readonly PositionedText[]): PositionedText | undefined {
  const middle = (left + right) / 2;
  const away = ({ x, width }: PositionedText) => Math.max(0, x - middle, middle - (x + width));
  const [nearest] = [...cells].sort((a, b) => away(a) - away(b));
  return nearest && away(nearest) <= BESIDE * size ? nearest : undefined;
}
