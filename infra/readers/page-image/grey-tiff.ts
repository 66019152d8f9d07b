import { TAG } from '../image/tiff-directories.js';
import type { GreyPage } from './grey-page.js';

/** Of TIFF 6.0: tag, number of bytes of its value (3: two, 4: four), value. In ascending order, as the format demands. */
type Field = readonly [tag: number, type: 3 | 4, value: number];

const FIELD_BYTES = 12;
const ENTRIES_AT = 10;
/** Distance to a next picture: there is none. */
const END_BYTES = 4;

/**
 * As TIFF of one strip of grey levels, unpacked, which end the file. Both engines take 0.15 to 0.2 s less for A4 at 300 dpi than
 * with PGM, whose pixels leptonica fetches one by one.
 */
export function tiffOf({ width, height, levels }: GreyPage): Uint8Array {
  const fields = (levelsAt: number): readonly Field[] => [
    [TAG.width, 4, width],
    [TAG.height, 4, height],
    [TAG.bitsPerSample, 3, 8],
    [TAG.compression, 3, 1], // none
    [TAG.photometric, 3, 1], // 0 is black
    [TAG.stripOffsets, 4, levelsAt],
    [TAG.samplesPerPixel, 3, 1],
    [TAG.rowsPerStrip, 4, height],
    [TAG.stripByteCounts, 4, levels.length],
  ];
  const levelsAt = ENTRIES_AT + fields(0).length * FIELD_BYTES + END_BYTES;
  const file = Buffer.alloc(levelsAt + levels.length);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(fields(levelsAt).length, 8);
  for (const [index, [tag, type, value]] of fields(levelsAt).entries()) {
    const at = ENTRIES_AT + index * FIELD_BYTES;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(1, at + 4);
    // The format sets a short value at the left of its four bytes.
    file.writeUInt32LE(value, at + 8);
  }
  file.set(levels, levelsAt);
  return file;
}
