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
  const rows = sharpest((degrees) => sharpness(ys, xs, -degrees));
  const columns = sharpest((degrees) => sharpness(xs, ys, degrees));
  const onItsSide = columns.score > rows.score * ON_ITS_SIDE_RATIO;
  return { onItsSide, skewDegrees: (onItsSide ? columns : rows).degrees };
}

function inkOf(page: GreyPage): { xs: Float32Array; ys: Float32Array } {
  const paper = paperOf(page, 24);
  const found: number[] = [];
  for (let y = 0; y < page.height; y++) {
    for (let x = 0; x < page.width; x++) {
      if ((page.levels[y * page.width + x] ?? 255) < paperAt(paper, x, y) * INK_OF_PAPER) found.push(x, y);
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

function sharpest(scoreAt: (degrees: number) => number): { degrees: number; score: number } {
  let best = { degrees: 0, score: scoreAt(0) };
  const look = (from: number, to: number, step: number) => {
    for (let degrees = from; degrees <= to + step / 2; degrees += step) {
      const score = scoreAt(degrees);
      // Upright wins where nothing is gained.
      if (score > best.score * 1.001) best = { degrees, score };
    }
  };
  look(-MAX_SKEW_DEGREES, MAX_SKEW_DEGREES, COARSE_DEGREES);
  look(best.degrees - COARSE_DEGREES, best.degrees + COARSE_DEGREES, FINE_DEGREES);
  return { ...best, degrees: Math.round(best.degrees * 100) / 100 };
}

/** Sum of the squared differences between neighbouring lines of the profile, seen along this angle. */
function sharpness(along: Float32Array, across: Float32Array, degrees: number): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  let highest = 0;
  for (const value of along) if (value > highest) highest = value;
  let farthest = 0;
  for (const value of across) if (value > farthest) farthest = value;
  const margin = Math.ceil(Math.abs(slope) * farthest) + 1;
  const profile = new Uint32Array(Math.ceil(highest) + 2 * margin + 1);
  for (let index = 0; index < along.length; index++) {
    const line = Math.round((along[index] ?? 0) + slope * (across[index] ?? 0)) + margin;
    profile[line] = (profile[line] ?? 0) + 1;
  }
  let sum = 0;
  for (let line = 1; line < profile.length; line++) {
    const difference = (profile[line] ?? 0) - (profile[line - 1] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
