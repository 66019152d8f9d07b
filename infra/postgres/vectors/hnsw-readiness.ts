import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Queryable } from '../database.js';
import { hnswIndex } from './build-hnsw.js';

/** How long an index that another process has built may go unused. Searching without it is only slower. */
const LOOK_AGAIN_MS = 10_000;

const INDEX_IS_VALID = `
  select coalesce(i.indisvalid, false) as valid
  from (select to_regclass($1) as id) asked left join pg_index i on i.indexrelid = asked.id`;

/** Remembers which vector indexes have a complete HNSW index, so that searches need not ask. */
export class HnswReadiness {
  readonly #known = new Map<string, { readonly ready: boolean; readonly atMs: number }>();

  constructor(private readonly database: Queryable) {}

  /** One that is there stays; it goes with its table only. */
  async of(spec: VectorIndexSpec): Promise<boolean> {
    const known = this.#known.get(spec.vectorIndexId);
    if (known && (known.ready || Date.now() - known.atMs < LOOK_AGAIN_MS)) return known.ready;
    const [row] = await this.database.query<{ valid: boolean }>('hnswIsValid', INDEX_IS_VALID, [hnswIndex(spec)]);
    this.#known.set(spec.vectorIndexId, { ready: row?.valid === true, atMs: Date.now() });
    return row?.valid === true;
  }

  forget(spec: VectorIndexSpec): void {
    this.#known.delete(spec.vectorIndexId);
  }
}
