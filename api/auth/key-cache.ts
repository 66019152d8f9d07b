import { createHash } from 'node:crypto';
import type { ApiKey, KeyCatalog } from '../../core/ports/key-catalog.js';

/** How long a revoked key may still be taken. Saves a query a request; two seconds are within "at once" for a person. */
const KEY_TTL_MS = 2_000;
/** A key that is in use is looked up again at this age, so that no request waits for it. */
const REFRESH_AFTER_MS = KEY_TTL_MS / 2;
/** Keys, and wrong keys, remembered at once: about 1 MB. The oldest go first, so guessing cannot fill the memory. */
const MAX_KEYS = 5_000;

interface Remembered {
  readonly key: Promise<ApiKey | null>;
  readonly askedAtMs: number;
  isRefreshing: boolean;
}

/** Looks keys up by the SHA-256 of their text, or by their id; concurrent requests of one key share a query. Errors are not remembered. */
export class KeyCache {
  readonly #keys: Pick<KeyCatalog, 'byHash' | 'byId'>;
  readonly #now: () => number;
  readonly #elapsedMs: () => number;
  readonly #remembered = new Map<string, Remembered>();

  /** `elapsedMs`: never goes back; a clock that is set back must not keep a revoked key. */
  constructor(
    keys: Pick<KeyCatalog, 'byHash' | 'byId'>,
    now: () => number = Date.now,
    elapsedMs: () => number = () => performance.now(),
  ) {
    this.#keys = keys;
    this.#now = now;
    this.#elapsedMs = elapsedMs;
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
    const ageMs = known ? this.#elapsedMs() - known.askedAtMs : Infinity;
    const fresh = ageMs < KEY_TTL_MS ? known : undefined;
    if (fresh && ageMs >= REFRESH_AFTER_MS) this.#refresh(name, fresh, look);
    const key = await (fresh ? fresh.key : this.#load(name, look));
    return key?.expiresAt && key.expiresAt.getTime() <= this.#now() ? null : key;
  }

  /** Once: what cannot be looked up now is looked up when it is needed, by whoever needs it. */
  #refresh(name: string, known: Remembered, look: () => Promise<ApiKey | null>): void {
    if (known.isRefreshing) return;
    known.isRefreshing = true;
    const askedAtMs = this.#elapsedMs();
    look().then(
      (key) => this.#remember(name, { key: Promise.resolve(key), askedAtMs, isRefreshing: false }),
      () => undefined,
    );
  }

  #load(name: string, look: () => Promise<ApiKey | null>): Promise<ApiKey | null> {
    const entry: Remembered = { key: look(), askedAtMs: this.#elapsedMs(), isRefreshing: false };
    this.#remember(name, entry);
    entry.key.catch(() => {
      if (this.#remembered.get(name) === entry) this.#remembered.delete(name);
    });
    return entry.key;
  }

  #remember(name: string, entry: Remembered): void {
    // A slow look tells less than a later one.
    if ((this.#remembered.get(name)?.askedAtMs ?? -Infinity) > entry.askedAtMs) return;
    // A Map keeps the order of insertion: taking the entry out first moves it to the end.
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_KEYS) break;
      this.#remembered.delete(oldest);
    }
  }
}
