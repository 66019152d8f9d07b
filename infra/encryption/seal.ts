import { Transform, type TransformCallback } from 'node:stream';
import { FrameOpener, FrameSealer } from './frames.js';
import type { Keyring } from './keyring.js';

export interface SealInput {
  readonly keyring: Keyring;
  /** Where the content belongs, e.g. the object's key; opening it elsewhere fails. */
  readonly associatedData: string;
}

/** Plain bytes in, sealed bytes out (AES-256-GCM frames, see `frames.ts`). Never holds more than a frame and a chunk. */
export function createSealingStream(input: SealInput): Transform {
  return frameTransform(new FrameSealer(input.keyring, input.associatedData));
}

/** Sealed bytes in, checked plain bytes out. The stream errors with `Failure OBJECT_CORRUPT` or `KEY_MISSING`. */
export function createOpeningStream(input: SealInput): Transform {
  return frameTransform(new FrameOpener(input.keyring, input.associatedData));
}

export function sealBytes(plain: Uint8Array, input: SealInput): Buffer {
  const sealer = new FrameSealer(input.keyring, input.associatedData);
  return Buffer.concat([...sealer.push(asBuffer(plain)), ...sealer.end()]);
}

/** Errors: `Failure OBJECT_CORRUPT`, `KEY_MISSING`. */
export function openBytes(sealed: Uint8Array, input: SealInput): Buffer {
  const opener = new FrameOpener(input.keyring, input.associatedData);
  return Buffer.concat([...opener.push(asBuffer(sealed)), ...opener.end()]);
}

interface Frames {
  push(chunk: Buffer): Buffer[];
  end(): Buffer[];
}

function frameTransform(frames: Frames): Transform {
  const emit = (stream: Transform, make: () => Buffer[], done: TransformCallback): void => {
    try {
      for (const bytes of make()) if (bytes.length > 0) stream.push(bytes);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      emit(this, () => frames.push(asBuffer(chunk)), done);
    },
    flush(done) {
      emit(this, () => frames.end(), done);
    },
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
