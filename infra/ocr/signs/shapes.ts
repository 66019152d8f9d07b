import { heightOf, widthOf, type Glyph, type Ink } from './glyphs.js';

/** What raised digits are measured by: the line they stand off, and the height of its digits. */
export interface Line {
  readonly bottom: number;
  readonly size: number;
}

/** Shares of the height of the line's digits. */
const RAISED_BY = 0.28;
const RAISED_HEIGHT = { min: 0.4, max: 0.8 };
const RAISED_TOP = 0.75;
const MINUS_HEIGHT = 0.2;
/** Raised digits follow each other, and their base, closer than words do. */
const RAISED_GAP = 0.45;
/** How far down the middle of a letter its first ink is, in shares of its height with its stem: between `µ`'s two strokes, under `p`'s bowl. */
const MICRO_DEPTH = 0.35;
const BOWL_DEPTH = 0.2;

/** The raised number that begins at this position, signs included; empty where none does. */
export function raisedRun(glyphs: readonly Glyph[], from: number, line: Line): Glyph[] {
  const run: Glyph[] = [];
  for (let index = from; index < glyphs.length; index++) {
    const [glyph, before] = [glyphs[index], glyphs[index - 1]];
    if (!glyph || !before || glyph.left - before.right > line.size * RAISED_GAP) break;
    if (!isRaisedDigit(glyph, line) && !(run.length === 0 && isRaisedMinus(glyph, line))) break;
    run.push(glyph);
  }
  return run.some((glyph) => isRaisedDigit(glyph, line)) ? run : [];
}

function isRaisedDigit(glyph: Glyph, { bottom, size }: Line): boolean {
  const height = heightOf(glyph);
  const isOffLine = bottom - glyph.bottom >= size * RAISED_BY && glyph.top <= bottom - size * RAISED_TOP;
  return isOffLine && height >= size * RAISED_HEIGHT.min && height <= size * RAISED_HEIGHT.max;
}

export function isRaisedMinus(glyph: Glyph, { bottom, size }: Line): boolean {
  const isFlat = widthOf(glyph) >= heightOf(glyph) * 1.5 && heightOf(glyph) <= size * MINUS_HEIGHT;
  return isFlat && bottom - glyph.bottom >= size * 0.5;
}

/** `×` floats about the middle of a digit's height; the letter stands on the line. */
export function floats(glyph: Glyph, digit: Glyph): boolean {
  return digit.bottom - glyph.bottom >= heightOf(digit) * 0.1;
}

/**
 * `≥` and `≤` by their bar: near the bottom a row of ink from side to side, with paper between it and the angle, or the
 * angle's tip on it. The angle alone has a stroke's end there. `isParted`: only with paper between, as `2` has a foot too.
 * `null`: neither.
 */
export function comparison(ink: Ink, glyph: Glyph, isParted: boolean): '≥' | '≤' | null {
  const [width, height] = [widthOf(glyph), heightOf(glyph)];
  if (isParted && !rowsOf(glyph).some((y) => y > glyph.top + height / 2 && inkInRow(ink, glyph, y) === 0)) return null;
  const bar = rowsOf(glyph).findLast((y) => inkInRow(ink, glyph, y) >= width * 0.8);
  if (bar === undefined || bar < glyph.bottom - height * 0.3 || height < width * 0.9) return null;
  // Above the bar: the angle opens to the side on which its strokes are apart.
  const angle = rowsOf(glyph).filter((y) => y < glyph.bottom - height * 0.35);
  const middles = angle.map((y) => middleOfRow(ink, glyph, y)).filter((middle) => middle !== null);
  if (middles.length < 4 || angle.some((y) => inkInRow(ink, glyph, y) >= width * 0.8)) return null;
  const tip = middles[Math.floor(middles.length * 0.6)] ?? 0.5;
  const end = middles[0] ?? 0.5;
  if (tip - end > 0.2) return '≥';
  return end - tip > 0.2 ? '≤' : null;
}

/**
 * Whether a letter is `µ`: with a stem below the line as `p` has, open at its top, and not closed by a bowl. `next`: the letter
 * behind it, `hasTail` if that reaches below the line itself. `null`: cannot be told.
 */
export function isMicro(ink: Ink, glyph: Glyph, next: Glyph, hasTail: boolean): boolean | null {
  const stem = glyph.bottom - next.bottom;
  if (stem < (hasTail ? -heightOf(next) * 0.15 : heightOf(glyph) * 0.15)) return false;
  const depths = [0.45, 0.5, 0.55].map((share) => {
    const x = Math.floor(glyph.left + widthOf(glyph) * share);
    const first = rowsOf(glyph).find((y) => ink.pixels[y * ink.width + x] === 1) ?? glyph.bottom;
    return (first - glyph.top) / heightOf(glyph);
  });
  if (depths.every((depth) => depth >= MICRO_DEPTH)) return true;
  return depths.every((depth) => depth <= BOWL_DEPTH) ? false : null;
}

function rowsOf(glyph: Glyph): number[] {
  return Array.from({ length: heightOf(glyph) }, (_, index) => glyph.top + index);
}

function inkInRow(ink: Ink, glyph: Glyph, y: number): number {
  let count = 0;
  for (let x = glyph.left; x < glyph.right; x++) count += ink.pixels[y * ink.width + x] ?? 0;
  return count;
}

/** Mean place of a row's ink, as a share of the glyph's width; `null` where it has none. */
function middleOfRow(ink: Ink, glyph: Glyph, y: number): number | null {
  let [sum, count] = [0, 0];
  for (let x = glyph.left; x < glyph.right; x++) {
    if (ink.pixels[y * ink.width + x] === 1) [sum, count] = [sum + x - glyph.left, count + 1];
  }
  return count === 0 ? null : sum / count / widthOf(glyph);
}
