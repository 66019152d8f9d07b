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
  const few = fewer(points, MAX_COARSE_POINTS);
  const inRows = profileOf(few.ys, few.xs, STRIPS);
  const inColumns = profileOf(few.xs, few.ys, STRIPS);
  const rows = coarsely((degrees) => sharpness(inRows, -degrees));
  const columns = coarsely((degrees) => sharpness(inColumns, degrees));
  const onItsSide = columns.score > rows.score * ON_ITS_SIDE_RATIO;
  const all = fewer(points, MAX_POINTS);
  const whole = onItsSide ? profileOf(all.xs, all.ys, 1) : profileOf(all.ys, all.xs, 1);
  const skewDegrees = onItsSide
    ? finely(columns.degrees, (degrees) => sharpness(whole, degrees))
    : finely(rows.degrees, (degrees) => sharpness(whole, -degrees));
  return { onItsSide, skewDegrees };
}

interface Points {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
}

function inkOf(page: GreyPage): Points {
  const ink = lettersOf(inkMask(page));
  let count = 0;
  for (let index = 0; index < ink.length; index++) count += ink[index] as number;
  const [xs, ys] = [new Float32Array(count), new Float32Array(count)];
  for (let y = 0, point = 0; y < page.height; y++) {
    for (let x = 0; x < page.width; x++) {
      if (ink[y * page.width + x] !== 1) continue;
      xs[point] = x;
      ys[point++] = y;
    }
  }
  return { xs, ys };
}

/** Every so manyth of the points, so that there are no more than `most`. */
function fewer({ xs, ys }: Points, most: number): Points {
  const every = Math.ceil(xs.length / most);
  const taken = (values: Float32Array) =>
    Float32Array.from({ length: Math.ceil(values.length / every) }, (_, index) => values[index * every] as number);
  return every === 1 ? { xs, ys } : { xs: taken(xs), ys: taken(ys) };
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
  clearRuns(pixels, letters, { lines: height, length: width, step: 1, next: width });
  clearRuns(pixels, letters, { lines: width, length: height, step: width, next: 1 });
  return letters;
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Between the places of a line, and between lines. */
  readonly step: number;
  readonly next: number;
}

function clearRuns(pixels: Uint8Array, letters: Uint8Array, { lines, length, step, next }: Lines): void {
  for (let line = 0; line < lines; line++) {
    const start = line * next;
    let run = 0;
    for (let place = 0; place <= length; place++) {
      if (place < length && pixels[start + place * step] === 1) {
        run++;
        continue;
      }
      if (run > LONGEST_LETTER) for (let back = place - run; back < place; back++) letters[start + back * step] = 0;
      run = 0;
    }
  }
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

/** Points, as their profile is taken again and again along other angles. */
interface Profiled {
  /** Where each point stands among the lines, along them, and in which strip that is. */
  readonly along: Float32Array;
  readonly across: Float32Array;
  readonly strip: Uint8Array;
  readonly strips: number;
  readonly highest: number;
  readonly farthest: number;
}

function profileOf(along: Float32Array, across: Float32Array, strips: number): Profiled {
  const most = (values: Float32Array) => values.reduce((highest, value) => Math.max(highest, value), 0);
  const farthest = most(across);
  const stripWidth = (farthest + 1) / strips;
  const strip = Uint8Array.from(across, (place) => place / stripWidth);
  return { along, across, strip, strips, highest: most(along), farthest };
}

/** Sum of the squared differences between neighbouring lines of the profile, seen along this angle in each strip by itself. */
function sharpness({ along, across, strip, strips, highest, farthest }: Profiled, degrees: number): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  const margin = Math.ceil(Math.abs(slope) * farthest) + 1;
  const length = Math.ceil(highest) + 2 * margin + 1;
  const profile = new Int32Array(length * strips);
  for (let index = 0; index < along.length; index++) {
    // Half a line more, as a whole number is made of it by cutting off.
    const line = ((along[index] as number) + slope * (across[index] as number) + margin + 0.5) | 0;
    const at = line + (strip[index] as number) * length;
    profile[at] = (profile[at] as number) + 1;
  }
  let sum = 0;
  for (let line = 1; line < profile.length; line++) {
    const difference = (profile[line] as number) - (profile[line - 1] as number);
    sum += difference * difference;
  }
  return sum;
}
