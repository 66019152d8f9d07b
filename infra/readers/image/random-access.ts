import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../../../core/contract/failures.js';

/** Bytes that are read where they are needed, so that a file is never in memory as a whole. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Errors: `IMAGE_DAMAGED` where the range is not in the file. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Opens a file for `use` and closes it behind it. */
export async function withFile<Result>(path: string, use: (file: RandomAccess) => Promise<Result>): Promise<Result> {
  const handle = await open(path);
  try {
    return await use(await accessFile(handle));
  } finally {
    await handle.close();
  }
}

async function accessFile(handle: FileHandle): Promise<RandomAccess> {
  const { size: sizeBytes } = await handle.stat();
  return {
    sizeBytes,
    read: async (offset, length) => {
      refuseOutside(offset, length, sizeBytes);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead < length) throw new Failure('IMAGE_DAMAGED');
      return buffer;
    },
  };
}

/** The same over bytes in memory, e.g. the EXIF data of a photograph, which is a TIFF file within. */
export function accessBytes(bytes: Buffer): RandomAccess {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      refuseOutside(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

function refuseOutside(offset: number, length: number, sizeBytes: number): void {
  if (offset < 0 || length < 0 || offset + length > sizeBytes) throw new Failure('IMAGE_DAMAGED');
}
