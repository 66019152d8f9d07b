import type { Readable } from 'node:stream';
import type { ObjectRef } from '../contract/object-ref.js';

export interface ObjectStat {
  readonly key: string;
  /** Bytes as stored (a sealed object is a little larger than its content). */
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

export interface PutOptions {
  readonly contentType?: string;
  /** Stop and leave nothing behind once more than this many bytes came: `Failure FILE_TOO_LARGE`. */
  readonly maxBytes?: number;
}

/**
 * Objects by key. Keys are `/`-separated, relative, without empty, `.` or `..` parts.
 * A put is all or nothing: a reader sees the former object or the whole new one, never a part, also after `kill -9`.
 * Errors: `Failure` with `OBJECT_MISSING`, `OBJECT_CORRUPT`, `FILE_TOO_LARGE`, `KEY_MISSING`, `STORE_UNAVAILABLE`.
 */
export interface ObjectStore {
  /** Stores the body, replacing what was there. Returns the reference with the hash of the bytes that went by. */
  put(key: string, body: Uint8Array | Readable, options?: PutOptions): Promise<ObjectRef>;
  /** Reads a whole object and verifies it against the reference. For artefacts of a few MB, not for originals. */
  get(ref: ObjectRef): Promise<Uint8Array>;
  /** Streams an object; the stream errors with a `Failure`. Unverified: hash what you need to trust. */
  openRead(key: string): Promise<Readable>;
  /** `null` when there is no such object. */
  stat(key: string): Promise<ObjectStat | null>;
  /** Copies within the store; the target is sealed or not as its area demands. */
  copy(fromKey: string, toKey: string): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** All objects whose key starts with the prefix, in key order. A failing page throws; the listing is never partial. */
  list(prefix: string): AsyncIterable<ObjectStat>;
  close(): Promise<void>;
}
