import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Queryable } from '../database.js';
import { hnswState } from './hnsw-index.js';

/** How long an index that another process has built may go unused. Searching without it is only slower. */
const LOOK_AGAIN_MS = 10_000;

/** Remembers which vector indexes have a complete HNSW index, so that searches need not ask. */
export class HnswReadiness {
  readonly #known = new Map<string, { readonly ready: boolean; readonly atMs: number }>();

  constructor(private readonly database: Queryable) {}

  /** One that is there stays; it goes with its table only. */
  async of(spec: VectorIndexSpec): Promise<boolean> {
    const known = this.#known.get(spec.vectorIndexId);
    if (known && (known.ready || Date.now() - known.atMs < LOOK_AGAIN_MS)) return known.ready;
    const ready = (await hnswState(this.database, spec)) === 'ready';
    this.#known.set(spec.vectorIndexId, { ready, atMs: Date.now() });
    return ready;
  }

  forget(spec: VectorIndexSpec): void {
    this.#known.delete(spec.vectorIndexId);
  }
}
