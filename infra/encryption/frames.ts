import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Failure } from '../../core/contract/failures.js';
import type { Keyring } from './keyring.js';
import { newContentKey, readHeader } from './sealed-header.js';

/**
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance", CRYPTO 2015; as in Tink and age) over AES-256-GCM: content is cut into frames, each with its
 * own tag; the nonce holds the frame's number and whether it is the last, so frames cannot be dropped, repeated,
 * reordered or cut off at the end. `associatedData` (the object's key) enters every tag: content opens only in its place.
 */

/** 64 KiB as in age: the tags cost 0.02 % of space, and a reader holds one frame in memory. */
export const FRAME_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES;
/** 11 bytes of frame number, 1 byte that is 1 in the last frame. */
const NONCE_BYTES = 12;

function nonce(frameNumber: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(NONCE_BYTES);
  // 48 bits of the number are used: 2^48 frames are 18 exabytes.
  bytes.writeUIntBE(frameNumber, 5, 6);
  bytes[NONCE_BYTES - 1] = last ? 1 : 0;
  return bytes;
}

/** Collects chunks of any size and gives them out again in pieces of a chosen size. */
class Pieces {
  #chunks: Buffer[] = [];
  bytes = 0;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  take(bytes: number): Buffer {
    const all = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const rest = all.subarray(bytes);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.bytes = rest.length;
    return all.subarray(0, bytes);
  }
}

/** Seals bytes as they come: `push` gives what is ready, `end` the rest. Content of no bytes is one empty last frame. */
export class FrameSealer {
  readonly #pending = new Pieces();
  readonly #associatedData: Buffer;
  readonly #key: Buffer;
  #header: Buffer | null;
  #frameNumber = 0;

  constructor(keyring: Keyring, associatedData: string) {
    const { header, key } = newContentKey(keyring);
    this.#header = header;
    this.#key = key;
    this.#associatedData = Buffer.from(associatedData, 'utf8');
  }

  push(chunk: Buffer): Buffer[] {
    this.#pending.push(chunk);
    const out: Buffer[] = this.#takeHeader();
    // A full frame waits until more comes: it could be the last.
    while (this.#pending.bytes > FRAME_BYTES) out.push(...this.#seal(this.#pending.take(FRAME_BYTES), false));
    return out;
  }

  end(): Buffer[] {
    return [...this.#takeHeader(), ...this.#seal(this.#pending.take(this.#pending.bytes), true)];
  }

  #takeHeader(): Buffer[] {
    const header = this.#header;
    this.#header = null;
    return header ? [header] : [];
  }

  #seal(plain: Buffer, last: boolean): Buffer[] {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce(this.#frameNumber++, last), {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(this.#associatedData);
    return [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  }
}

/**
 * Opens what {@link FrameSealer} made; gives out no byte before its frame's tag was checked.
 * Errors of `push` and `end`: `Failure OBJECT_CORRUPT` (changed, cut off, another place), `KEY_MISSING`.
 */
export class FrameOpener {
  readonly #pending = new Pieces();
  readonly #keyring: Keyring;
  readonly #associatedData: Buffer;
  #key: Buffer | null = null;
  #frameNumber = 0;

  constructor(keyring: Keyring, associatedData: string) {
    this.#keyring = keyring;
    this.#associatedData = Buffer.from(associatedData, 'utf8');
  }

  push(chunk: Buffer): Buffer[] {
    this.#pending.push(chunk);
    const key = this.#key ?? this.#readHeader();
    const out: Buffer[] = [];
    if (key === null) return out;
    while (this.#pending.bytes > SEALED_FRAME_BYTES) {
      out.push(this.#open(key, this.#pending.take(SEALED_FRAME_BYTES), false));
    }
    return out;
  }

  end(): Buffer[] {
    if (this.#key === null || this.#pending.bytes < TAG_BYTES) throw corrupt('cut off');
    const plain = this.#open(this.#key, this.#pending.take(this.#pending.bytes), true);
    // Only content of no bytes ends with an empty frame; anything else has one form only.
    if (plain.length === 0 && this.#frameNumber > 1) throw corrupt('empty last frame');
    return [plain];
  }

  #readHeader(): Buffer | null {
    const bytes = this.#pending.take(this.#pending.bytes);
    const found = readHeader(bytes, this.#keyring);
    this.#pending.push(found ? bytes.subarray(found.header.length) : bytes);
    this.#key = found?.key ?? null;
    return this.#key;
  }

  #open(key: Buffer, sealed: Buffer, last: boolean): Buffer {
    const body = sealed.subarray(0, sealed.length - TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(this.#frameNumber++, last), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#associatedData);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const plain = decipher.update(body);
    try {
      decipher.final();
    } catch {
      throw corrupt('tag does not match');
    }
    return plain;
  }
}

function corrupt(detail: string): Failure {
  return new Failure('OBJECT_CORRUPT', { detail });
}
