import { hkdfSync, randomBytes } from 'node:crypto';
import { Failure } from '../../core/contract/failures.js';
import { KEY_BYTES, type Keyring } from './keyring.js';

/**
 * What stands before the frames of sealed content:
 *
 *     magic "MDXS" · version 1 · length of key id · key id (ASCII) · salt (32 random bytes)
 *
 * The key of the content is HKDF-SHA-256 (RFC 5869) of the keyring's key and the salt, with the whole header as info:
 * a changed header gives another key, so the header needs no tag of its own, and no two contents share a key.
 */
const MAGIC = Buffer.from('MDXS', 'ascii');
const VERSION = 1;
const FIXED_BYTES = MAGIC.length + 2;
/** As long as the key: salts do not collide, so nonces may start at zero for each content (as in age). */
const SALT_BYTES = 32;

export interface ContentKey {
  readonly header: Buffer;
  readonly key: Buffer;
}

/** A header with a fresh salt, and the content key that belongs to it. */
export function newContentKey(keyring: Keyring): ContentKey {
  const { id, key } = keyring.active;
  const keyId = Buffer.from(id, 'ascii');
  const header = Buffer.concat([MAGIC, Buffer.from([VERSION, keyId.length]), keyId, randomBytes(SALT_BYTES)]);
  return { header, key: deriveContentKey(key, header) };
}

/**
 * Reads the header from the first bytes of sealed content; `null` while there are too few of them.
 * Errors: `Failure OBJECT_CORRUPT` (not sealed content), `KEY_MISSING`.
 */
export function readHeader(bytes: Buffer, keyring: Keyring): ContentKey | null {
  const magic = bytes.subarray(0, MAGIC.length);
  if (!magic.equals(MAGIC.subarray(0, magic.length))) throw new Failure('OBJECT_CORRUPT', { detail: 'not sealed' });
  const version = bytes[MAGIC.length];
  const idBytes = bytes[MAGIC.length + 1];
  if (version === undefined || idBytes === undefined) return null;
  if (version !== VERSION) throw new Failure('OBJECT_CORRUPT', { detail: 'unknown version of the sealed form' });
  const headerBytes = FIXED_BYTES + idBytes + SALT_BYTES;
  if (bytes.length < headerBytes) return null;
  const header = bytes.subarray(0, headerBytes);
  const keyId = header.toString('latin1', FIXED_BYTES, FIXED_BYTES + idBytes);
  // A damaged id must not reach a log as it is.
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(keyId)) throw new Failure('OBJECT_CORRUPT', { detail: 'key id unreadable' });
  return { header, key: deriveContentKey(keyring.require(keyId).key, header) };
}

function deriveContentKey(key: Uint8Array, header: Buffer): Buffer {
  const salt = header.subarray(header.length - SALT_BYTES);
  const info = Buffer.concat([Buffer.from('medindex/seal/v1/', 'ascii'), header]);
  return Buffer.from(hkdfSync('sha256', key, salt, info, KEY_BYTES));
}
