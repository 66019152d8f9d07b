import { createHash } from 'node:crypto';
import type { ApiKey, KeyCatalog } from '../../core/ports/key-catalog.js';

/** How long a revoked key may still be taken. Saves a query a request; two seconds are within "at once" for a person. */
const KEY_TTL_MS = 2_000;
/** Keys, and wrong keys, remembered at once: about 1 MB. The oldest go first, so guessing cannot fill the memory. */
const MAX_KEYS = 5_000;

interface Remembered {
  readonly key: Promise<ApiKey | null>;
  readonly untilMs: number;
}

/** Looks keys up by the SHA-256 of their text, or by their id; concurrent requests of one key share a query. Errors are not remembered. */
export class KeyCache {
  readonly #keys: Pick<KeyCatalog, 'byHash' | 'byId'>;
  readonly #now: () => number;
  readonly #remembered = new Map<string, Remembered>();

  constructor(keys: Pick<KeyCatalog, 'byHash' | 'byId'>, now: () => number = Date.now) {
    this.#keys = keys;
    this.#now = now;
  }

  /** `null` when the key is unknown, revoked or expired. */
  async find(keyText: string): Promise<ApiKey | null> {
    const hash = createHash('sha256').update(keyText).digest();
    return this.#recall(`text ${hash.toString('base64')}`, () => this.#keys.byHash(hash));
  }

  /** The key that somebody speaks for without having it. `null` as above. */
  async byId(keyId: string): Promise<ApiKey | null> {
    return this.#recall(`id ${keyId}`, () => this.#keys.byId(keyId));
  }

  async #recall(name: string, look: () => Promise<ApiKey | null>): Promise<ApiKey | null> {
    const known = this.#remembered.get(name);
    const key = await (known && known.untilMs > this.#now() ? known.key : this.#load(name, look));
    return key?.expiresAt && key.expiresAt.getTime() <= this.#now() ? null : key;
  }

  #load(name: string, look: () => Promise<ApiKey | null>): Promise<ApiKey | null> {
    const entry: Remembered = { key: look(), untilMs: this.#now() + KEY_TTL_MS };
    // A Map keeps the order of insertion: taking the entry out first moves it to the end.
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    entry.key.catch(() => {
      if (this.#remembered.get(name) === entry) this.#remembered.delete(name);
    });
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_KEYS) break;
      this.#remembered.delete(oldest);
    }
    return entry.key;
  }
}
