import { randomBytes } from 'node:crypto';
import { Failure } from '../../core/contract/failures.js';
import { type EncryptionKey, parseEncryptionKeys } from '../settings-reader.js';

export type { EncryptionKey };

/** AES-256. */
export const KEY_BYTES = 32;

/**
 * The keys of a deployment, newest first: the first one seals, every one opens. To rotate, put a new key in front;
 * a key may go once nothing is left that was sealed with it, the oldest one never (infra/starting/look-at-keys.ts).
 */
export class Keyring {
  readonly #keys: ReadonlyMap<string, EncryptionKey>;
  /** Seals what is written from now on. */
  readonly active: EncryptionKey;
  /** Last of the list: keyed hashes hang on it, so that a rotation does not change them. */
  readonly oldest: EncryptionKey;

  /** Errors: throws on an empty list, a key that is not 32 bytes long, or an id that comes twice. */
  constructor(keys: readonly EncryptionKey[]) {
    const [active] = keys;
    const oldest = keys.at(-1);
    if (active === undefined || oldest === undefined) throw new Error('a keyring needs at least one encryption key');
    for (const { id, key } of keys) {
      if (!/^[A-Za-z0-9_-]{1,32}$/.test(id))
        throw new Error('an encryption key id has 1 to 32 letters, digits, - or _');
      if (key.length !== KEY_BYTES) throw new Error(`encryption key ${id} is not ${KEY_BYTES} bytes long`);
    }
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    if (this.#keys.size !== keys.length) throw new Error('an encryption key id comes twice');
    this.active = active;
    this.oldest = oldest;
  }

  /** From the form of MEDINDEX_ENCRYPTION_KEYS: `id:base64,…`, the active key first. Errors: says what is wrong. */
  static parse(setting: string): Keyring {
    const keys = parseEncryptionKeys(setting);
    if (typeof keys === 'string') throw new Error(`MEDINDEX_ENCRYPTION_KEYS ${keys}`);
    return new Keyring(keys);
  }

  /** Errors: `Failure KEY_MISSING`. */
  require(id: string): EncryptionKey {
    const key = this.#keys.get(id);
    if (key === undefined) throw new Failure('KEY_MISSING', { detail: `key id=${id}` });
    return key;
  }
}

/** A new random key. Its id tells its month, and eight random digits keep the keys of a month apart. */
export function generateEncryptionKey(now: Date = new Date()): EncryptionKey {
  return {
    id: `${now.toISOString().slice(0, 7)}-${randomBytes(4).toString('hex')}`,
    key: new Uint8Array(randomBytes(KEY_BYTES)),
  };
}

/** The form that {@link Keyring.parse} and MEDINDEX_ENCRYPTION_KEYS take. Secret. */
export function formatEncryptionKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');
}
