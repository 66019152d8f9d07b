/** What a look-up found. `claimed`: nothing is there, and the caller is the one that works it out for all processes. */
export type LookedUp = { readonly value: Uint8Array } | { readonly value: null; readonly claimed: boolean };

export interface SharedCacheSize {
  readonly entries: number;
  readonly sizeBytes: number;
}

/**
 * A tier of the cache that all processes of a deployment share. Keys are keyed hashes behind a prefix without secrets; values
 * are opaque bytes. It may lose anything at any time. Errors: `SharedCacheUnavailable`,
 * or the `Failure` of its store.
 */
export interface SharedCache {
  /** `redis` or `postgres`; shown to operators. */
  readonly kind: string;
  /**
   * The value, or else a claim on it: of all callers one gets it, until it sets the value, releases the claim or
   * `claimMs` are over.
   */
  lookUp(key: string, claimMs: number): Promise<LookedUp>;
  /** Ends the claim, too. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /** Gives a claim back without a value. */
  release(key: string): Promise<void>;
  /** Removes all keys that begin so. */
  clear(prefix: string): Promise<void>;
  size(): Promise<SharedCacheSize>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The shared tier does not answer; whoever asked does without it. */
export class SharedCacheUnavailable extends Error {
  override readonly name = 'SharedCacheUnavailable';

  constructor(kind: string, cause: unknown) {
    super(`the shared cache does not answer [kind=${kind}]`, { cause });
  }
}
