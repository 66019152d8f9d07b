import { describe, expect, it } from 'vitest';
import { bandsOf, type TiffPart } from '../../../infra/readers/image/tiff-parts.js';

/** Strips of `rows` lines of a page of 4,000 × 6,000 pixels. */
function strips(rows: number): TiffPart[] {
  return Array.from({ length: Math.ceil(6_000 / rows) }, (_, index) => {
    const y = index * rows;
    return { x: 0, y, columns: 4_000, rows: Math.min(rows, 6_000 - y), offset: 0, length: 0 };
  });
}

describe('bands of a TIFF page', () => {
  it.each([1, 7, 64, 999, 3_000, 6_000])('hold strips of %i lines, all of them, each band little', (rows) => {
    const parts = strips(rows);
    const bands = bandsOf(parts, 4_000);
    expect(new Set(bands.flat())).toEqual(new Set(parts));
    for (const [index, band] of bands.entries()) {
      const height = band.reduce((sum, part) => sum + part.rows, 0);
      // Two strips at least, or nothing would be gained: the one that hides the seam and one more.
      expect(height * 4_000 <= 4_000_000 || band.length <= 2).toBe(true);
      if (index > 0) expect(band[0]).toBe(bands[index - 1]?.at(-1));
    }
  });
});
