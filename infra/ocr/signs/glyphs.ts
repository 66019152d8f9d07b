import type { GreyPage } from '../../readers/page-image/grey-page.js';

/** Ink that hangs together, or stands one above the other as the parts of `≥` and `:` do; pixels of its picture. */
export interface Glyph {
  readonly left: number;
  readonly top: number;
  /** Exclusive. */
  readonly right: number;
  readonly bottom: number;
}

/** The ink of a small picture: 1 where it is darker than the middle between its paper and its darkest place. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Less is no print: dust, and the noise of the paper. A raised minus has twice this. Share of the picture's height, squared. */
const SPECK = 0.03;
/** Grey levels between paper and ink; less is an empty place. */
const MIN_CONTRAST = 40;
/** Of the narrower of two glyphs, the share that has to stand over the other one. */
const STACKED = 0.6;

export function inkOf({ width, height, levels }: GreyPage): Ink {
  const sorted = Uint8Array.from(levels).sort();
  const darkest = sorted[Math.floor(sorted.length * 0.02)] ?? 0;
  const paper = sorted[Math.floor(sorted.length * 0.8)] ?? 255;
  const threshold = paper - darkest < MIN_CONTRAST ? -1 : (paper + darkest) / 2;
  return { width, height, pixels: levels.map((level) => (level < threshold ? 1 : 0)) };
}

/** Left to right, without specks. */
export function glyphsOf(ink: Ink): Glyph[] {
  const smallest = (ink.height * SPECK) ** 2;
  const parts = components(ink).filter(({ count }) => count >= smallest);
  const sorted = parts.map(({ glyph }) => glyph).sort((a, b) => a.left - b.left);
  const glyphs: Glyph[] = [];
  for (const part of sorted) {
    const over = glyphs.findIndex((glyph) => isStacked(glyph, part));
    const other = glyphs[over];
    if (other) glyphs[over] = around(other, part);
    else glyphs.push(part);
  }
  return glyphs;
}

export function heightOf(glyph: Glyph): number {
  return glyph.bottom - glyph.top;
}

export function widthOf(glyph: Glyph): number {
  return glyph.right - glyph.left;
}

function isStacked(a: Glyph, b: Glyph): boolean {
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return shared >= Math.min(widthOf(a), widthOf(b)) * STACKED;
}

function around(a: Glyph, b: Glyph): Glyph {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

function components({ width, height, pixels }: Ink): { glyph: Glyph; count: number }[] {
  const seen = new Uint8Array(pixels.length);
  const found: { glyph: Glyph; count: number }[] = [];
  for (let start = 0; start < pixels.length; start++) {
    if (pixels[start] !== 1 || seen[start] === 1) continue;
    seen[start] = 1;
    const waiting = [start];
    let [left, top, right, bottom, count] = [width, height, 0, 0, 0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      count++;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
      for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
        for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
          const next = v * width + u;
          if (pixels[next] === 1 && seen[next] === 0) {
            seen[next] = 1;
            waiting.push(next);
          }
        }
      }
    }
    found.push({ glyph: { left, top, right, bottom }, count });
  }
  return found;
}
