import { Failure } from '../../../core/contract/failures.js';
import type { ImageHeader } from './image-page.js';
import { accessBytes, type RandomAccess } from './random-access.js';
import { tiffDirectories } from './tiff-directories.js';
import { describedSheet } from './tiff-header.js';

const CENTIMETRES_PER_INCH = 2.54;
const EXIF = 'Exif\0\0';
/** Photographs carry some twenty segments before the picture; ICC profiles come in up to 255. */
const MAX_SEGMENTS = 1_000;

type Sheet = Partial<Pick<ImageHeader, 'resolution' | 'orientation'>>;

/** Cameras and scanners add up to some kilobytes behind the picture's end. */
const TAIL_BYTES = 64 * 1024;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** Size, resolution (JFIF, or EXIF) and orientation (EXIF) of a JPEG. Errors: `IMAGE_DAMAGED`, also where it was cut off. */
export async function jpegHeader(file: RandomAccess): Promise<ImageHeader> {
  const tail = Math.min(TAIL_BYTES, file.sizeBytes);
  if (!(await file.read(file.sizeBytes - tail, tail)).includes(END_OF_IMAGE)) throw new Failure('IMAGE_DAMAGED');
  let offset = 2;
  let sheet: Sheet = {};
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    const head = await file.read(offset, 4);
    if (head[0] !== 0xff) break;
    const marker = head[1] ?? 0;
    // Markers may be padded with any number of FF.
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const length = head.readUInt16BE(2);
    if (length < 2) break;
    if (isFrame(marker)) {
      const frame = await file.read(offset + 5, 4);
      const heightPixels = frame.readUInt16BE(0);
      const widthPixels = frame.readUInt16BE(2);
      if (widthPixels === 0 || heightPixels === 0) break;
      return { widthPixels, heightPixels, orientation: 1, ...sheet };
    }
    if (marker === 0xe0) sheet = { ...jfifSheet(await file.read(offset + 4, length - 2)), ...sheet };
    if (marker === 0xe1) sheet = { ...sheet, ...(await exifSheet(await file.read(offset + 4, length - 2))) };
    offset += 2 + length;
  }
  throw new Failure('IMAGE_DAMAGED');
}

/** SOF0–SOF15 without DHT, JPG and DAC, which lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function jfifSheet(data: Buffer): Sheet {
  if (data.length < 12 || data.toString('latin1', 0, 5) !== 'JFIF\0') return {};
  const unit = data[7];
  if (unit !== 1 && unit !== 2) return {};
  const perInch = unit === 2 ? CENTIMETRES_PER_INCH : 1;
  const [x, y] = [data.readUInt16BE(8) * perInch, data.readUInt16BE(10) * perInch];
  return x > 0 && y > 0 ? { resolution: { x, y } } : {};
}

/** Damaged EXIF data says nothing about the picture. */
async function exifSheet(data: Buffer): Promise<Sheet> {
  if (data.toString('latin1', 0, 6) !== EXIF) return {};
  try {
    const exif = accessBytes(data.subarray(6));
    const [directory] = await tiffDirectories(exif);
    return directory ? await describedSheet(exif, directory) : {};
  } catch {
    return {};
  }
}
