import { Failure } from '../../../core/contract/failures.js';
import type { ImageHeader } from './image-page.js';
import type { RandomAccess } from './random-access.js';
import { TAG, tagValues, tagValue, type TiffDirectory } from './tiff-directories.js';

/** A part of a picture (strip or tile): where it lies in it, in pixels from the top left, and in the file. */
export interface TiffPart {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
  readonly offset: number;
  readonly length: number;
}

/** A tile is padded to its full size, so that it may be larger than the picture; writers use 128 to 1,024 a side. */
const MAX_PART_PIXELS = 36_000_000;
/** More parts than a page of the largest size has in tiles of 64. */
const MAX_PARTS = 10_000;
/** The parts of a page from top to bottom. Errors: `IMAGE_DAMAGED`. */
export async function tiffParts(
  file: RandomAccess,
  directory: TiffDirectory,
  header: ImageHeader,
): Promise<TiffPart[]> {
  const { widthPixels, heightPixels } = header;
  const tileWidth = await tagValue(file, directory, TAG.tileWidth, 0);
  const tileHeight = await tagValue(file, directory, TAG.tileHeight, 0);
  const tiled = tileWidth > 0 && tileHeight > 0;
  const offsets = await tagValues(file, directory, tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = await tagValues(file, directory, tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const columns = tiled ? tileWidth : widthPixels;
  const rows = tiled
    ? tileHeight
    : Math.min(await tagValue(file, directory, TAG.rowsPerStrip, heightPixels), heightPixels);
  if (rows === 0 || columns * rows > MAX_PART_PIXELS) throw new Failure('IMAGE_DAMAGED');
  const across = Math.ceil(widthPixels / columns);
  const down = Math.ceil(heightPixels / rows);
  if (across * down > MAX_PARTS || offsets.length < across * down) throw new Failure('IMAGE_DAMAGED');
  return Array.from({ length: across * down }, (_, index): TiffPart => {
    const [x, y] = [(index % across) * columns, Math.floor(index / across) * rows];
    const offset = offsets[index] ?? 0;
    // Some fax programs leave out the length of their one strip: it ends where the file ends at the latest.
    const length = lengths[index] ?? file.sizeBytes - offset;
    // The last strip holds what is left; a tile at the edge is padded to its full size.
    return { x, y, columns, rows: tiled ? rows : Math.min(rows, heightPixels - y), offset, length };
  });
}

/** Parts side by side stay together; otherwise a band ends before it has more pixels than this. */
const BAND_PIXELS = 4_000_000;

/**
 * Parts in bands from top to bottom, so that a picture in thousands of strips is not unpacked at once. Each band begins
 * with the last row of parts of the band before: where it is drawn over that one, no seam is left.
 */
export function bandsOf(parts: readonly TiffPart[], widthPixels: number): TiffPart[][] {
  const rows = new Map<number, TiffPart[]>();
  for (const part of parts) rows.set(part.y, [...(rows.get(part.y) ?? []), part]);
  const bands: TiffPart[][] = [];
  let band: TiffPart[] = [];
  let last: TiffPart[] = [];
  for (const row of rows.values()) {
    const top = band[0]?.y ?? 0;
    const bottom = (row[0]?.y ?? 0) + (row[0]?.rows ?? 0);
    if (band.length > last.length && (bottom - top) * widthPixels > BAND_PIXELS) {
      bands.push(band);
      band = [...last];
    }
    band.push(...row);
    last = row;
  }
  return [...bands, band];
}
