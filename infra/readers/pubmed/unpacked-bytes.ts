import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, createGunzip } from 'node:zlib';
import { isUtf8, oneByteCharset, oneByteDecoder } from '../text/charset.js';

/** How the bytes ended. */
export type BytesEnd = 'complete' | 'ARCHIVE_DAMAGED' | 'ARCHIVE_TOO_LARGE';

/** Plain files: fewer system calls, and still nothing beside a record's size. */
const PLAIN_CHUNK_BYTES = 256 * 1024;
/** Deflate unpacks to at most 1,032 times its size, so one packed chunk becomes at most 17 MB; two are unpacked at a time. */
const PACKED_CHUNK_BYTES = 16 * 1024;

/** What one packed chunk usually becomes, at once; Node's own 16 kB would come back to the busy main thread for each. */
const UNPACKED_CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a file, unpacked when it is gzip, in chunks; memory does not grow with the file. Damage is no error
 * but the generator's result: everything before it was given out, the same bytes each time.
 */
export async function* unpackedBytes(path: string, maxUnpackedBytes: number): AsyncGenerator<Buffer, BytesEnd> {
  if (!(await isGzip(path))) {
    for await (const chunk of createReadStream(path, { highWaterMark: PLAIN_CHUNK_BYTES })) yield chunk as Buffer;
    return 'complete';
  }
  // A cut file must give out what it has: SYNC_FLUSH makes its end no error (the missing end tag tells it later).
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: UNPACKED_CHUNK_BYTES });
  const unpacked: Buffer[] = [];
  let damaged = false;
  let total = 0;
  const isTooMuch = (part: Buffer) => (total += part.length) > maxUnpackedBytes;
  // Taken as it comes and not through the stream's own buffer, which an error would throw away.
  gunzip.on('data', (chunk: Buffer) => unpacked.push(chunk));
  gunzip.on('error', () => (damaged = true));
  const unpack = (chunk: Buffer) => new Promise<void>((resolve) => gunzip.write(chunk, () => resolve()));
  let ahead: Promise<void> | undefined;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: PACKED_CHUNK_BYTES })) {
      await ahead;
      const ready = unpacked.splice(0);
      const endsHere = damaged;
      // On another thread, while who asked works on what there is.
      if (!damaged) ahead = unpack(chunk as Buffer);
      for (const part of ready) {
        if (isTooMuch(part)) return 'ARCHIVE_TOO_LARGE';
        yield part;
      }
      if (endsHere) return 'ARCHIVE_DAMAGED';
    }
    await ahead;
    if (!damaged) {
      await new Promise<void>((resolve) => {
        gunzip.once('close', resolve);
        gunzip.once('end', resolve);
        gunzip.end();
      });
    }
    for (const part of unpacked.splice(0)) {
      if (isTooMuch(part)) return 'ARCHIVE_TOO_LARGE';
      yield part;
    }
    return damaged ? 'ARCHIVE_DAMAGED' : 'complete';
  } finally {
    gunzip.destroy();
  }
}

/** A declaration stands within this. */
const DECLARATION_BYTES = 256;

/**
 * The same bytes as UTF-8 when they begin with a UTF-16 byte order mark, or declare a charset of one byte a letter that the
 * first of their letters beyond ASCII do not contradict; all others go through untouched.
 */
export async function* asUtf8(chunks: AsyncGenerator<Buffer, BytesEnd>): AsyncGenerator<Buffer, BytesEnd> {
  let decode: ((chunk: Buffer) => string) | undefined;
  let declared: string | undefined;
  let first = true;
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done) return next.value;
      const chunk = next.value;
      if (first && chunk.length > 1) {
        const mark = chunk.readUInt16BE(0);
        if (mark === 0xfffe || mark === 0xfeff) {
          const decoder = new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be');
          decode = (bytes) => decoder.decode(bytes, { stream: true });
        } else declared = oneByteCharset(chunk.subarray(0, DECLARATION_BYTES));
      }
      first = false;
      if (declared !== undefined && chunk.some((byte) => byte > 0x7f)) {
        if (!isUtf8(chunk, { cutOff: true })) decode = oneByteDecoder(declared);
        declared = undefined;
      }
      yield decode ? Buffer.from(decode(chunk)) : chunk;
    }
  } finally {
    await chunks.return('complete');
  }
}

export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
