import type { LookedUp, SharedCache, SharedCacheSize } from '../../core/ports/shared-cache.js';
import type { Keyring } from '../encryption/keyring.js';
import { openBytes, sealBytes } from '../encryption/seal.js';

/** Seals every value for its key: whoever reads the store has no answer, and cannot put one in another's place. */
export class SealedSharedCache implements SharedCache {
  constructor(
    private readonly inner: SharedCache,
    private readonly keyring: Keyring,
  ) {}

  get kind(): string {
    return this.inner.kind;
  }

  async lookUp(key: string, claimMs: number): Promise<LookedUp> {
    const found = await this.inner.lookUp(key, claimMs);
    if (!found.value) return found;
    try {
      return { value: openBytes(found.value, this.#seal(key)) };
    } catch {
      // Damaged, or sealed with a key that was dropped. The next answer takes its place.
      return { value: null, claimed: true };
    }
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.inner.set(key, sealBytes(value, this.#seal(key)), ttlMs);
  }

  #seal(key: string) {
    return { keyring: this.keyring, associatedData: `cache ${key}` };
  }

  release(key: string): Promise<void> {
    return this.inner.release(key);
  }

  clear(prefix: string): Promise<void> {
    return this.inner.clear(prefix);
  }

  size(): Promise<SharedCacheSize> {
    return this.inner.size();
  }

  ping(): Promise<void> {
    return this.inner.ping();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
