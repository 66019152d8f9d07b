import type { GreyPage } from './grey-page.js';
import { paperAt, paperOf } from './paper.js';

export interface FoundTurn {
  /** Whether lines of text run from top to bottom: the page lies on its side. */
  readonly onItsSide: boolean;
  /** Degrees clockwise by which the lines fall away from their direction. */
  readonly skewDegrees: number;
}

/** Sheets are fed askew by a degree or two; lines that lean by more are drawn so. */
const MAX_SKEW_DEGREES = 6;
const COARSE_DEGREES = 0.5;
const FINE_DEGREES = 0.05;
/** Ink is what is clearly darker than the paper around it. */
const INK_OF_PAPER = 0.65;
/** Enough points to see lines by; every page of text has more. */
const MAX_POINTS = 50_000;
/** Of these every fourth one shows to half a degree how a page lies. */
const COARSE_EVERY = 4;
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
  const { xs, ys } = inkOf(page);
  if (xs.length < MIN_POINTS) return { onItsSide: false, skewDegrees: 0 };
  const rows = sharpest({ along: ys, across: xs, alongLength: page.height, acrossLength: page.width, sign: -1 });
  const columns = sharpest({ along: xs, across: ys, alongLength: page.width, acrossLength: page.height, sign: 1 });
  const onItsSide = columns.score > rows.score * ON_ITS_SIDE_RATIO;
  return { onItsSide, skewDegrees: (onItsSide ? columns : rows).degrees };
}

function inkOf(page: GreyPage): { xs: Float32Array; ys: Float32Array } {
  const paper = paperOf(page, 24);
  const found: number[] = [];
  for (let y = 0; y < page.height; y++) {
    for (let x = 0; x < page.width; x++) {
      const level = page.levels[y * page.width + x] ?? 255;
      // Brighter than that is no ink on any paper, and needs no look at it.
      if (level < 255 * INK_OF_PAPER && level < paperAt(paper, x, y) * INK_OF_PAPER) found.push(x, y);
    }
  }
  const every = Math.max(1, Math.ceil(found.length / 2 / MAX_POINTS));
  const count = Math.floor(found.length / 2 / every);
  const [xs, ys] = [new Float32Array(count), new Float32Array(count)];
  for (let index = 0; index < count; index++) {
    xs[index] = found[index * every * 2] ?? 0;
    ys[index] = found[index * every * 2 + 1] ?? 0;
  }
  return { xs, ys };
}

/** Points of ink, by their place along the profile's direction and across it. */
interface Ink {
  readonly along: Float32Array;
  readonly across: Float32Array;
  readonly alongLength: number;
  readonly acrossLength: number;
  /** Which way round degrees count clockwise. */
  readonly sign: 1 | -1;
}

function sharpest(ink: Ink): { degrees: number; score: number } {
  const look = (from: number, to: number, step: number, every: number, around: number) => {
    let best = { degrees: around, score: sharpness(ink, around, every) };
    for (let degrees = from; degrees <= to + step / 2; degrees += step) {
      const score = sharpness(ink, degrees, every);
      // Upright wins where nothing is gained.
      if (score > best.score * 1.001) best = { degrees, score };
    }
    return best;
  };
  const { degrees: near } = look(-MAX_SKEW_DEGREES, MAX_SKEW_DEGREES, COARSE_DEGREES, COARSE_EVERY, 0);
  const { degrees, score } = look(near - COARSE_DEGREES, near + COARSE_DEGREES, FINE_DEGREES, 1, near);
  return { degrees: Math.round(degrees * 100) / 100, score };
}

/** Sum of the squared differences between neighbouring lines of the profile, seen along this angle by every nth point. */
function sharpness({ along, across, alongLength, acrossLength, sign }: Ink, degrees: number, every: number): number {
  const slope = sign * Math.tan((degrees * Math.PI) / 180);
  const margin = Math.ceil(Math.abs(slope) * acrossLength) + 1;
  const profile = new Int32Array(alongLength + 2 * margin + 1);
  // Half a line more, as a whole number is made of it by cutting off.
  const shift = margin + 0.5;
  for (let index = 0; index < along.length; index += every) {
    const line = ((along[index] as number) + slope * (across[index] as number) + shift) | 0;
    profile[line] = (profile[line] as number) + 1;
  }
  let sum = 0;
  for (let line = 1; line < profile.length; line++) {
    const difference = (profile[line] as number) - (profile[line - 1] as number);
    sum += difference * difference;
  }
  return sum;
}
