import { Failure } from '../../../core/contract/failures.js';
import type { RandomAccess } from './random-access.js';

/** The tags of TIFF 6.0 that pages are read by. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  faxOptions: 292,
  resolutionUnit: 296,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  jpegTables: 347,
} as const;

const WANTED = new Set<number>(Object.values(TAG));
/** Bytes of one value by the type's number; a rational is two numbers of four bytes. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 }; // prettier-ignore
const ENTRY_BYTES = 12;
/** Far more pages than any limit lets in; a chain that is longer leads in circles or is made to be endless. */
const MAX_DIRECTORIES = 200_000;
/** A strip a row of the largest picture that is let in. */
const MAX_VALUES = 100_000;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values lie in the file. */
  readonly offset: number;
}

/** One page of a TIFF file: its tags, whose values are read when they are asked for. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  readonly entries: ReadonlyMap<number, Entry>;
}

/**
 * The directories of a TIFF file in their order, by their tables only: nothing is unpacked.
 * Errors: `IMAGE_DAMAGED` where the chain leads out of the file or in circles.
 */
export async function tiffDirectories(file: RandomAccess): Promise<TiffDirectory[]> {
  const head = await file.read(0, 8);
  const littleEndian = head.toString('latin1', 0, 2) === 'II';
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  for (let offset = uint32(head, 4, littleEndian); offset !== 0;) {
    if (seen.has(offset) || directories.length >= MAX_DIRECTORIES) throw new Failure('IMAGE_DAMAGED');
    seen.add(offset);
    const count = uint16(await file.read(offset, 2), 0, littleEndian);
    const table = await file.read(offset + 2, count * ENTRY_BYTES + 4);
    directories.push({ littleEndian, entries: entriesOf(table, { count, at: offset + 2, littleEndian }) });
    offset = uint32(table, count * ENTRY_BYTES, littleEndian);
  }
  return directories;
}

function entriesOf(
  table: Buffer,
  { count, at, littleEndian }: { count: number; at: number; littleEndian: boolean },
): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  for (let index = 0; index < count; index++) {
    const place = index * ENTRY_BYTES;
    const tag = uint16(table, place, littleEndian);
    if (!WANTED.has(tag)) continue;
    const type = uint16(table, place + 2, littleEndian);
    const values = uint32(table, place + 4, littleEndian);
    const inline = values * (TYPE_BYTES[type] ?? 0) <= 4;
    const offset = inline ? at + place + 8 : uint32(table, place + 8, littleEndian);
    entries.set(tag, { type, count: values, offset });
  }
  return entries;
}

/** The values of a tag; empty where the directory does not have it. Rationals come as quotients. */
export async function tagValues(file: RandomAccess, directory: TiffDirectory, tag: number): Promise<number[]> {
  const entry = directory.entries.get(tag);
  if (!entry) return [];
  const size = TYPE_BYTES[entry.type];
  if (size === undefined || entry.count > MAX_VALUES) throw new Failure('IMAGE_DAMAGED');
  const bytes = await file.read(entry.offset, entry.count * size);
  const { littleEndian } = directory;
  return Array.from({ length: entry.count }, (_, index) => {
    const place = index * size;
    switch (entry.type) {
      case 3:
      case 8:
        return uint16(bytes, place, littleEndian);
      case 4:
      case 9:
      case 13:
        return uint32(bytes, place, littleEndian);
      case 5:
      case 10:
        return uint32(bytes, place, littleEndian) / uint32(bytes, place + 4, littleEndian);
      default:
        return bytes[place] ?? 0;
    }
  });
}

/** The bytes of a tag as they stand, e.g. JPEG tables; `null` where the directory does not have it. */
export async function tagBytes(file: RandomAccess, directory: TiffDirectory, tag: number): Promise<Buffer | null> {
  const entry = directory.entries.get(tag);
  return entry ? file.read(entry.offset, entry.count * (TYPE_BYTES[entry.type] ?? 1)) : null;
}

export async function tagValue(
  file: RandomAccess,
  directory: TiffDirectory,
  tag: number,
  otherwise: number,
): Promise<number> {
  return (await tagValues(file, directory, tag))[0] ?? otherwise;
}

function uint16(bytes: Buffer, offset: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

function uint32(bytes: Buffer, offset: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}
