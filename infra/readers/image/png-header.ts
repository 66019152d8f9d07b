import { crc32 } from 'node:zlib';
import { Failure } from '../../../core/contract/failures.js';
import type { ImageHeader } from './image-page.js';
import type { RandomAccess } from './random-access.js';

const SIGNATURE_BYTES = 8;
const METRES_PER_INCH = 0.0254;
/** A chunk of pixels is 8–64 kB in practice; a file with more of them than this is made to be slow. */
const MAX_CHUNKS = 100_000;
const CRC_PIECE_BYTES = 1024 * 1024;

/**
 * Size and resolution (`pHYs`) of a PNG. Every chunk is held against its checksum up to the end, since the engine draws
 * a picture that was cut off as if the rest were white, and dies of some that are damaged. Errors: `IMAGE_DAMAGED`.
 */
export async function pngHeader(file: RandomAccess): Promise<ImageHeader> {
  let size: { widthPixels: number; heightPixels: number } | undefined;
  let resolution: ImageHeader['resolution'];
  let offset = SIGNATURE_BYTES;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const head = await file.read(offset, 8);
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    await checkSum(file, offset + 4, length + 4);
    if (!size) {
      if (type !== 'IHDR' || length !== 13) throw new Failure('IMAGE_DAMAGED');
      const data = await file.read(offset + 8, 8);
      size = { widthPixels: data.readUInt32BE(0), heightPixels: data.readUInt32BE(4) };
      if (size.widthPixels === 0 || size.heightPixels === 0) throw new Failure('IMAGE_DAMAGED');
    }
    if (type === 'pHYs' && length === 9) resolution = physicalResolution(await file.read(offset + 8, 9));
    if (type === 'IEND') return { ...size, orientation: 1, ...(resolution ? { resolution } : {}) };
    offset += 12 + length;
  }
  throw new Failure('IMAGE_DAMAGED');
}

async function checkSum(file: RandomAccess, offset: number, length: number): Promise<void> {
  let sum = 0;
  for (let done = 0; done < length; done += CRC_PIECE_BYTES) {
    sum = crc32(await file.read(offset + done, Math.min(CRC_PIECE_BYTES, length - done)), sum);
  }
  if ((await file.read(offset + length, 4)).readUInt32BE(0) !== sum) throw new Failure('IMAGE_DAMAGED');
}

function physicalResolution(data: Buffer): ImageHeader['resolution'] {
  const [x, y, unit] = [data.readUInt32BE(0), data.readUInt32BE(4), data[8]];
  return unit === 1 && x > 0 && y > 0 ? { x: x * METRES_PER_INCH, y: y * METRES_PER_INCH } : undefined;
}
