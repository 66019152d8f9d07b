import { areaOf } from '../../core/contract/object-keys.js';

/** S3's own bound on a whole key, in UTF-8 bytes; leaves room for a store's prefix. */
const MAX_KEY_BYTES = 1024;
/** What ext4, APFS, NTFS and MinIO (which keeps keys as paths) take for one part. */
const MAX_PART_BYTES = 255;

// Control characters and U+FFFE/U+FFFF cannot stand in S3's XML listings; a backslash separates folders on Windows;
// a lone surrogate has no UTF-8 form.
const FORBIDDEN = /[\u0000-\u001f\u007f\\\ufffe\uffff]|\p{Surrogate}/u;

/** A key that no store of ours accepts. The key itself is not told: it may come from outside. */
export class InvalidObjectKey extends Error {
  override readonly name = 'InvalidObjectKey';

  constructor(reason: string) {
    super(`object key ${reason}`);
  }
}

/**
 * The one rule for all stores, so that a key that works in one works in every other: `/`-separated, relative, parts
 * neither empty nor `.` nor `..` and of at most 255 bytes, 1,024 bytes in all.
 * Errors: {@link InvalidObjectKey}.
 */
export function assertObjectKey(key: string): void {
  if (key === '') throw new InvalidObjectKey('is empty');
  if (FORBIDDEN.test(key)) throw new InvalidObjectKey('has a forbidden character');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new InvalidObjectKey(`is longer than ${MAX_KEY_BYTES} bytes`);
  for (const part of key.split('/')) {
    if (part === '' || part === '.' || part === '..') throw new InvalidObjectKey('has an empty, . or .. part');
    if (Buffer.byteLength(part) > MAX_PART_BYTES) {
      throw new InvalidObjectKey(`has a part longer than ${MAX_PART_BYTES} bytes`);
    }
  }
}

/** A prefix of a listing is the beginning of a key: empty, or whole parts and the beginning of one. */
export function assertKeyPrefix(prefix: string): void {
  const wholeParts = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0));
  if (wholeParts !== '') assertObjectKey(wholeParts);
  const begun = prefix.slice(prefix.lastIndexOf('/') + 1);
  if (begun !== '' && begun !== '.' && begun !== '..') assertObjectKey(begun);
  if (prefix.startsWith('/')) throw new InvalidObjectKey('is not relative');
}

/** A key as an error may tell it: our own keys are made of ids; any other could hold a file name. */
export function describeKey(key: string): string {
  return areaOf(key) === null ? '(not one of ours)' : key;
}
