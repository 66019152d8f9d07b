import type { GreyPage } from './grey-page.js';
import { paperAt, paperOf } from './paper.js';

export interface FoundTurn {
  /** Whether lines of text run from top to bottom: the page lies on its side. */
  readonly onItsSide: boolean;
  /** Degrees clockwise by which the lines fall away from their direction. */
  readonly skewDegrees: number;
}

/** Sheets are fed askew by a degree or two and photographed by more; lines that lean further are drawn so. */
const MAX_SKEW_DEGREES = 10;
const COARSE_DEGREES = 0.5;
const FINE_DEGREES = 0.05;
/** Fine steps to each side of a coarse angle: strips tell it to a step, and up to half of one beyond. */
const COARSE_STEPS = 15;
/** Ink is what is clearly darker than the paper around it. */
const INK_OF_PAPER = 0.65;
/** Ink without a break over this many pixels is a rule, an edge or a stain, and no letter; some 25 points at 100 dpi. */
const LONGEST_LETTER = 35;
/** Parts of a page across its lines that are looked at each by itself: lines of a curved page run straight in none but these. */
const STRIPS = 5;
/** Enough points to see lines by, roughly and sharply; every page of text has more. */
const MAX_COARSE_POINTS = 15_000;
const MAX_POINTS = 50_000;
/** Fewer are no text: dust, a page number. */
const MIN_POINTS = 1_500;
/**
 * How much more sharply the ink has to fall into columns than into rows. All scans of
 * `npm run bench -- extract --parts scans`, upright and on either side, are told apart by it.
 */
const ON_ITS_SIDE_RATIO = 1.3;

/**
 * How a page lies, by the profile of its ink (Postl's method): across lines of text ink and paper alternate sharply, at the
 * right angle most of all. A page without text is upright.
 */
export function findTurn(page: GreyPage): FoundTurn {
  const points = inkOf(page);
  if (points.xs.length < MIN_POINTS) return { onItsSide: false, skewDegrees: 0 };
  const { xs, ys } = fewer(points, MAX_COARSE_POINTS);
  const rows = coarsely((degrees) => sharpness(ys, xs, { degrees: -degrees, strips: STRIPS }));
  const columns = coarsely((degrees) => sharpness(xs, ys, { degrees, strips: STRIPS }));
  const onItsSide = columns.score > rows.score * ON_ITS_SIDE_RATIO;
  const all = fewer(points, MAX_POINTS);
  const skewDegrees = onItsSide
    ? finely(columns.degrees, (degrees) => sharpness(all.xs, all.ys, { degrees, strips: 1 }))
    : finely(rows.degrees, (degrees) => sharpness(all.ys, all.xs, { degrees: -degrees, strips: 1 }));
  return { onItsSide, skewDegrees };
}

interface Points {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
}

function inkOf(page: GreyPage): Points {
  const ink = lettersOf(inkMask(page));
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let index = 0; index < ink.length; index++) {
    if (ink[index] !== 1) continue;
    xs.push(index % page.width);
    ys.push(Math.floor(index / page.width));
  }
  return { xs: Float32Array.from(xs), ys: Float32Array.from(ys) };
}

/** Every so manyth of the points, so that there are no more than `most`. */
function fewer({ xs, ys }: Points, most: number): Points {
  const every = Math.ceil(xs.length / most);
  const isTaken = (_: number, index: number) => index % every === 0;
  return every === 1 ? { xs, ys } : { xs: xs.filter(isTaken), ys: ys.filter(isTaken) };
}

interface Mask {
  readonly width: number;
  readonly height: number;
  /** 1 where there is ink. */
  readonly pixels: Uint8Array;
}

function inkMask({ width, height, levels }: GreyPage): Mask {
  const paper = paperOf({ width, height, levels }, 24);
  const pixels = new Uint8Array(levels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const level = levels[index] as number;
      // Brighter than that is no ink on any paper, and needs no look at it.
      if (level < 255 * INK_OF_PAPER && level < paperAt(paper, x, y) * INK_OF_PAPER) pixels[index] = 1;
    }
  }
  return { width, height, pixels };
}

/** The ink without what runs on for longer than letters do: streaks and dark borders are as sharp as lines of text. */
function lettersOf({ width, height, pixels }: Mask): Uint8Array {
  const letters = Uint8Array.from(pixels);
  const clearRuns = (lines: number, length: number, at: (line: number, place: number) => number) => {
    for (let line = 0; line < lines; line++) {
      let run = 0;
      for (let place = 0; place <= length; place++) {
        if (place < length && pixels[at(line, place)] === 1) {
          run++;
          continue;
        }
        if (run > LONGEST_LETTER) for (let back = place - run; back < place; back++) letters[at(line, back)] = 0;
        run = 0;
      }
    }
  };
  clearRuns(height, width, (y, x) => y * width + x);
  clearRuns(width, height, (x, y) => y * width + x);
  return letters;
}

function coarsely(scoreAt: (degrees: number) => number): { degrees: number; score: number } {
  let best = { degrees: 0, score: scoreAt(0) };
  for (let degrees = -MAX_SKEW_DEGREES; degrees <= MAX_SKEW_DEGREES; degrees += COARSE_DEGREES) {
    const score = scoreAt(degrees);
    if (score > best.score) best = { degrees, score };
  }
  return best;
}

/** Near a coarse angle, the one that is sharpest over the whole page; level wins where nothing is gained. */
function finely(near: number, scoreAt: (degrees: number) => number): number {
  let best = { degrees: 0, score: scoreAt(0) * 1.001 };
  for (let step = -COARSE_STEPS; step <= COARSE_STEPS; step++) {
    const degrees = near + step * FINE_DEGREES;
    const score = scoreAt(degrees);
    if (score > best.score) best = { degrees, score };
  }
  return Math.round(best.degrees * 100) / 100;
}

/** Sum of the squared differences between neighbouring lines of the profile, seen along this angle in each strip by itself. */
function sharpness(
  along: Float32Array,
  across: Float32Array,
  { degrees, strips }: { degrees: number; strips: number },
): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  let highest = 0;
  for (const value of along) if (value > highest) highest = value;
  let farthest = 0;
  for (const value of across) if (value > farthest) farthest = value;
  const margin = Math.ceil(Math.abs(slope) * farthest) + 1;
  const length = Math.ceil(highest) + 2 * margin + 1;
  const profile = new Int32Array(length * strips);
  const stripWidth = (farthest + 1) / strips;
  for (let index = 0; index < along.length; index++) {
    const place = across[index] as number;
    // Half a line more, as a whole number is made of it by cutting off.
    const line = ((along[index] as number) + slope * place + margin + 0.5) | 0;
    const at = line + ((place / stripWidth) | 0) * length;
    profile[at] = (profile[at] as number) + 1;
  }
  let sum = 0;
  for (let line = 1; line < profile.length; line++) {
    const difference = (profile[line] as number) - (profile[line - 1] as number);
    sum += difference * difference;
  }
  return sum;
}
