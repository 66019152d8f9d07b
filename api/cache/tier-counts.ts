/** What a tier has done since the process started, and holds now. */
export interface TierStats {
  readonly hits: number;
  readonly misses: number;
  readonly stores: number;
  readonly evictions: number;
  readonly errors: number;
  /** Mean age of the answers that were given, in seconds; `null`: none was. */
  readonly meanAgeSeconds: number | null;
  readonly entries: number | null;
  readonly sizeBytes: number | null;
}

export class TierCounts {
  hits = 0;
  misses = 0;
  stores = 0;
  evictions = 0;
  errors = 0;
  #agesMs = 0;

  hit(madeAtMs: number): void {
    this.hits++;
    // Clocks of two machines differ.
    this.#agesMs += Math.max(0, Date.now() - madeAtMs);
  }

  stats(size: { readonly entries: number; readonly sizeBytes: number } | null): TierStats {
    const { hits, misses, stores, evictions, errors } = this;
    return {
      hits,
      misses,
      stores,
      evictions,
      errors,
      meanAgeSeconds: hits === 0 ? null : Math.round(this.#agesMs / hits / 100) / 10,
      entries: size?.entries ?? null,
      sizeBytes: size?.sizeBytes ?? null,
    };
  }
}

export const NO_STATS: TierStats = new TierCounts().stats({ entries: 0, sizeBytes: 0 });
