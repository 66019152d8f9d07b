import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import type { DrawnRun } from './graphics-walk.js';

/** As shares of a run's own width and of its letters' size: what lies nearer over its like is its shadow, or makes it bold. */
const NEAR = { width: 0.35, size: 0.2 };
const CELL_POINTS = 4;
const SAME_LINE_POINTS = 1;
/** In thousandths of the font size: a gap within a run from here on is a space. */
const SPACE = 180;

/**
 * Texts of a page without those that are drawn once more nearly at the same place, a letter, a word or a line at a time.
 * pdfjs strings such letters together in the order of their places, so the texts there are put together anew.
 */
export function drawnOnceOnly(items: readonly PositionedText[], runs: readonly DrawnRun[]): readonly PositionedText[] {
  const shown = runs.filter(({ hidden, glyphs }) => !hidden && glyphs.length > 0);
  const { again, first } = drawnAgain(shown);
  if (again.size === 0) return items;
  const touched = linesOf([...again, ...first]);
  const isTouched = (item: PositionedText) =>
    item.turn === 0 && near(touched, item.y).some(({ x, endX }) => x < item.x + item.width && endX > item.x);
  const taken = items.filter(isTouched);
  if (taken.length === 0) return items;
  const takenByLine = linesOf(taken);
  const within = (run: DrawnRun) => near(takenByLine, run.y).find((item) => run.x >= item.x - SAME_LINE_POINTS && run.x < item.x + item.width + SAME_LINE_POINTS); // prettier-ignore
  const written = shown.flatMap((run): PositionedText[] => {
    const place = again.has(run) ? undefined : within(run);
    const text = place ? spacedText(run) : '';
    return !place || text.trim() === '' ? [] : [{ ...place, text, x: run.x, y: run.y, width: run.endX - run.x }];
  });
  const gone = new Set(taken);
  return [...items.filter((item) => !gone.has(item)), ...written];
}

/** What a person sees of the runs of a page: none that only makes the one below it bold, or is its shadow. */
export function withoutDrawnAgain(runs: readonly DrawnRun[]): readonly DrawnRun[] {
  const { again } = drawnAgain(runs.filter(({ hidden }) => !hidden));
  return again.size === 0 ? runs : runs.filter((run) => !again.has(run));
}

/** Of runs of one text that lie over each other, those behind the first. */
function drawnAgain(runs: readonly DrawnRun[]): { readonly again: Set<DrawnRun>; readonly first: Set<DrawnRun> } {
  const again = new Set<DrawnRun>();
  const first = new Set<DrawnRun>();
  const places = new Map<string, DrawnRun[]>();
  for (const run of runs) {
    const text = spacedText(run);
    if (text.trim() === '') continue;
    const [column, row] = [Math.floor(run.x / CELL_POINTS), Math.floor(run.y / CELL_POINTS)];
    const around = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => places.get(`${column + dx} ${row + dy} ${text}`) ?? [])); // prettier-ignore
    const under = around.find((other) => isOver(run, other));
    if (under) {
      again.add(run);
      first.add(under);
      continue;
    }
    const key = `${column} ${row} ${text}`;
    const others = places.get(key);
    if (others) others.push(run);
    else places.set(key, [run]);
  }
  return { again, first };
}

function isOver(run: DrawnRun, other: DrawnRun): boolean {
  const size = run.spacing.gap * 1000;
  const most = Math.min(NEAR.width * (other.endX - other.x), NEAR.size * size);
  return Math.abs(run.x - other.x) <= most && Math.abs(run.y - other.y) <= NEAR.size * size;
}

function spacedText({ glyphs }: DrawnRun): string {
  return glyphs.map((glyph) => (typeof glyph === 'number' ? (-glyph >= SPACE ? ' ' : '') : glyph.unicode)).join('');
}

function linesOf<Placed extends { readonly y: number }>(placed: Iterable<Placed>): Map<number, Placed[]> {
  const lines = new Map<number, Placed[]>();
  for (const one of placed) {
    const key = Math.round(one.y);
    const line = lines.get(key);
    if (line) line.push(one);
    else lines.set(key, [one]);
  }
  return lines;
}

function near<Placed extends { readonly y: number }>(lines: ReadonlyMap<number, Placed[]>, y: number): Placed[] {
  const key = Math.round(y);
  return [-1, 0, 1].flatMap((by) => lines.get(key + by) ?? []).filter((one) => Math.abs(one.y - y) <= SAME_LINE_POINTS); // prettier-ignore
}
