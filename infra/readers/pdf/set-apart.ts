import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import type { DrawnRun } from './graphics-walk.js';

/** Fewer are initials, choices or names of columns. */
const MIN_LETTERS = 5;
/** Figures that stand apart are a scale. */
const MIN_SHARE_OF_LETTERS = 0.8;
/** As shares of the font size: gaps of letters that are set apart. */
const GAP = { least: 0.08, most: 0.75 };
/** Of the gaps between letters, as many are alike. */
const MIN_ALIKE = 0.6;
const ALIKE = 0.2;
/** So many times the usual gap ends a word. */
const WORD_GAP = 1.5;
/** In font sizes: further on another text begins. */
const MAX_WORD_GAP = 2.2;
const SAME_LINE_POINTS = 0.5;

/**
 * Texts of a page whose letters a program drew one by one with equal gaps (`letter-spacing`), put together to words. pdfjs
 * puts a blank behind each letter.
 */
export function closedUpLetters(
  items: readonly PositionedText[],
  runs: readonly DrawnRun[],
): readonly PositionedText[] {
  const gone = new Set<PositionedText>();
  const written: PositionedText[] = [];
  for (const row of rowsOfLetters(runs)) {
    const text = wordsOf(row);
    const [first, last] = [row[0], row.at(-1)];
    if (text === undefined || !first || !last) continue;
    const own = items.filter((item) => item.turn === 0 && !gone.has(item) && Math.abs(item.y - first.y) <= SAME_LINE_POINTS && item.x >= first.x - SAME_LINE_POINTS && item.x < last.endX); // prettier-ignore
    const letters = own.map((item) => item.text).join('').replace(/\s+/g, ''); // prettier-ignore
    const [place] = own;
    if (!place || letters !== text.replace(/\s+/g, '')) continue;
    for (const item of own) gone.add(item);
    written.push({ ...place, text, x: first.x, width: last.endX - first.x });
  }
  if (gone.size === 0) return items;
  return [...items.filter((item) => !gone.has(item)), ...written];
}

/** Runs of one letter each that follow each other on one line. */
function rowsOfLetters(runs: readonly DrawnRun[]): DrawnRun[][] {
  const rows: DrawnRun[][] = [];
  let row: DrawnRun[] = [];
  const close = () => {
    if (row.length >= MIN_LETTERS) rows.push(row);
    row = [];
  };
  for (const run of runs) {
    if (run.characters === 0 && row.length > 0) continue;
    const before = row.at(-1);
    const size = run.spacing.gap * 1000;
    const gap = before ? run.x - before.endX : 0;
    const follows = !before || (Math.abs(run.y - before.y) <= SAME_LINE_POINTS && gap > 0 && gap <= MAX_WORD_GAP * size); // prettier-ignore
    if (run.hidden || run.characters !== 1 || !follows) close();
    if (!run.hidden && run.characters === 1) row.push(run);
  }
  close();
  return rows;
}

function wordsOf(row: readonly DrawnRun[]): string | undefined {
  const letters = row.map(({ glyphs }) => glyphs.flatMap((glyph) => (typeof glyph === 'number' ? [] : [glyph.unicode])).join('').trim()); // prettier-ignore
  if (letters.filter((letter) => /\p{L}/u.test(letter)).length < letters.length * MIN_SHARE_OF_LETTERS) return undefined; // prettier-ignore
  const gaps = row.slice(1).map((run, index) => run.x - (row[index]?.endX ?? run.x));
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 3)] ?? 0;
  const size = (row[0]?.spacing.gap ?? 0) * 1000;
  if (usual < GAP.least * size || usual > GAP.most * size) return undefined;
  const alike = gaps.filter((gap) => Math.abs(gap - usual) <= Math.max(ALIKE * usual, 0.3)).length;
  if (alike < gaps.length * MIN_ALIKE) return undefined;
  return letters.map((letter, index) => (index > 0 && (gaps[index - 1] ?? 0) > usual * WORD_GAP ? ' ' : '') + letter).join(''); // prettier-ignore
}
