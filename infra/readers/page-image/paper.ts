import type { GreyPage } from './grey-page.js';

/** How bright the paper is from place to place: a value for each square of `tile` pixels. */
export interface Paper {
  readonly tile: number;
  readonly columns: number;
  readonly rows: number;
  readonly levels: Float32Array;
}

/** Share of a tile's pixels that are at least as dark as what is taken for its paper: text covers less than half. */
const PAPER_QUANTILE = 0.85;
const LEVELS = 256;
/** Pixels beside each other are mostly of one level, and its counter cannot be raised again before it was written. */
const COUNTERS = 4;

/** The brightness of the paper. Tiles without paper in them (pictures, thick rules) take that of their neighbours. */
export function paperOf(page: GreyPage, tile: number): Paper {
  const columns = Math.ceil(page.width / tile);
  const rows = Math.ceil(page.height / tile);
  const raw = new Float32Array(columns * rows);
  const counts = new Uint32Array(LEVELS * COUNTERS);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      counts.fill(0);
      const pixels = countLevels(page, { left: column * tile, top: row * tile, size: tile }, counts);
      raw[row * columns + column] = paperLevel(counts, pixels);
    }
  }
  return { tile, columns, rows, levels: smoothed(closed(raw, columns, rows), columns, rows) };
}

/** Adds up how often each level occurs in a square, over all counters, and gives the number of its pixels. */
function countLevels(
  { width, height, levels }: GreyPage,
  { left, top, size }: { readonly left: number; readonly top: number; readonly size: number },
  counts: Uint32Array,
): number {
  const right = Math.min(left + size, width);
  const bottom = Math.min(top + size, height);
  for (let y = top; y < bottom; y++) {
    const end = y * width + right;
    let at = y * width + left;
    for (; at + COUNTERS <= end; at += COUNTERS) {
      count(counts, levels[at] as number);
      count(counts, LEVELS + (levels[at + 1] as number));
      count(counts, 2 * LEVELS + (levels[at + 2] as number));
      count(counts, 3 * LEVELS + (levels[at + 3] as number));
    }
    for (; at < end; at++) count(counts, levels[at] as number);
  }
  return (right - left) * (bottom - top);
}

function count(counts: Uint32Array, level: number): void {
  counts[level] = (counts[level] as number) + 1;
}

/** The darkest level that {@link PAPER_QUANTILE} of the pixels do not exceed; from above, as paper is bright. */
function paperLevel(counts: Uint32Array, pixels: number): number {
  let darker = pixels;
  for (let level = LEVELS - 1; level > 0; level--) {
    for (let at = level; at < counts.length; at += LEVELS) darker -= counts[at] as number;
    if (darker < pixels * PAPER_QUANTILE) return level;
  }
  return 0;
}

/** Brightest, then darkest of each tile's neighbourhood: dark tiles alone vanish, a shadow with its edge stays. */
function closed(levels: Float32Array, columns: number, rows: number): Float32Array {
  return neighbourhood(neighbourhood(levels, columns, rows, Math.max), columns, rows, Math.min);
}

function smoothed(levels: Float32Array, columns: number, rows: number): Float32Array {
  return neighbourhood(
    levels,
    columns,
    rows,
    (...values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
}

function neighbourhood(
  levels: Float32Array,
  columns: number,
  rows: number,
  of: (...values: number[]) => number,
): Float32Array {
  return levels.map((_, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const values: number[] = [];
    for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, rows - 1); y++) {
      for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, columns - 1); x++) {
        values.push(levels[y * columns + x] ?? 0);
      }
    }
    return of(...values);
  });
}

/** Brightest, then darkest of the square around each place, `radius` to each side: what is dark and narrower than it vanishes. */
export function closedBySquare(levels: Float32Array, columns: number, rows: number, radius: number): Float32Array {
  const along = { lines: rows, length: columns, step: 1, next: columns, radius };
  const down = { lines: columns, length: rows, step: columns, next: 1, radius };
  const brightest = extremes(extremes(levels, { ...along, sign: 1 }), { ...down, sign: 1 });
  return extremes(extremes(brightest, { ...along, sign: -1 }), { ...down, sign: -1 });
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Between the places of a line, and between lines. */
  readonly step: number;
  readonly next: number;
  readonly radius: number;
  /** 1 for the highest value near each place, −1 for the lowest. */
  readonly sign: 1 | -1;
}

function extremes(values: Float32Array, { lines, length, step, next, radius, sign }: Lines): Float32Array {
  const found = new Float32Array(values.length);
  const line = new Float32Array(length);
  for (let index = 0; index < lines; index++) {
    const start = index * next;
    for (let place = 0; place < length; place++) line[place] = (values[start + place * step] ?? 0) * sign;
    for (let place = 0; place < length; place++) {
      const end = Math.min(place + radius, length - 1);
      let highest = line[place] ?? 0;
      for (let near = Math.max(place - radius, 0); near <= end; near++) {
        const value = line[near] ?? 0;
        if (value > highest) highest = value;
      }
      found[start + place * step] = highest * sign;
    }
  }
  return found;
}

/** The paper's brightness at a pixel, between the middles of the tiles around it. */
export function paperAt({ tile, columns, rows, levels }: Paper, x: number, y: number): number {
  const column = Math.min(Math.max(x / tile - 0.5, 0), columns - 1);
  const row = Math.min(Math.max(y / tile - 0.5, 0), rows - 1);
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, bottom] = [Math.min(left + 1, columns - 1), Math.min(top + 1, rows - 1)];
  const [u, v] = [column - left, row - top];
  const at = (r: number, c: number) => levels[r * columns + c] ?? 255;
  return (1 - v) * ((1 - u) * at(top, left) + u * at(top, right)) + v * ((1 - u) * at(bottom, left) + u * at(bottom, right)); // prettier-ignore
}

/** Between the darkest and the brightest twentieth of the paper. */
export function unevenness({ levels }: Paper): number {
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 255;
  return at(0.95) - at(0.05);
}
