import type { Pool } from 'pg';
import { Failure } from '../../core/contract/failures.js';
import type { ChunkId } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type {
  StaleVectors,
  VectorCandidates,
  VectorIndex,
  VectorIndexSpec,
  VectorItem,
  VectorQuery,
} from '../../core/ports/vector-index.js';
import { Database } from './database.js';
import { isUuid } from './storable.js';
import { buildDueHnsw } from './vectors/build-hnsw.js';
import { HnswReadiness } from './vectors/hnsw-readiness.js';
import { insertVectors } from './vectors/insert-vectors.js';
import { prepareVectorTable, TABLE_EXISTS } from './vectors/prepare-vector-table.js';
import { searchVectors } from './vectors/search-vectors.js';
import { vectorTable } from './vectors/vector-table.js';

function removeStatement(table: string): string {
  return `
  delete from ${table} where chunk_no in (select chunk_no from knowledge.chunks where chunk_id = any ($1::uuid[]))`;
}

function missingStatement(table: string): string {
  return `
  select asked.chunk_id
  from unnest($1::uuid[]) with ordinality asked (chunk_id, place)
  where not exists (
    select from knowledge.chunks c join ${table} stored using (chunk_no) where c.chunk_id = asked.chunk_id)
  order by asked.place`;
}

/** Rows a step looks at: 10 ms on PGlite, where all other clients wait for it. */
const ROWS_PER_STALE_STEP = 5_000;

function removeStaleStatement(table: string): string {
  return `
  with looked_at as (
    select chunk_no from ${table} where chunk_no > $1 order by chunk_no limit ${ROWS_PER_STALE_STEP}
  ), removed as (
    delete from ${table} v using looked_at l
    where v.chunk_no = l.chunk_no and not exists (select from knowledge.chunks c where c.chunk_no = l.chunk_no)
    returning v.chunk_no
  )
  select (select count(*) from removed) as removed, max(chunk_no) as last from looked_at`;
}

/**
 * pgvector: a table a vector index, in the schema `vectors`; cosine on unit vectors. Scanned exactly while it is small,
 * then through HNSW, which {@link maintain} makes off the hot path.
 */
export class PgVectorIndex implements VectorIndex {
  readonly #database: Database;
  readonly #hnswMinChunks: number | undefined;
  readonly #hnsw: HnswReadiness;

  /** `hnswMinChunks`: live chunks of a collection from which HNSW is built; absent: what pays on this server. */
  constructor(input: { readonly pool: Pool; readonly database?: Database; readonly hnswMinChunks?: number }) {
    this.#database = input.database ?? new Database(input.pool);
    this.#hnswMinChunks = input.hnswMinChunks;
    this.#hnsw = new HnswReadiness(this.#database.forSystem('whether an index is built stands in the system catalog'));
  }

  prepare(spec: VectorIndexSpec): Promise<void> {
    return prepareVectorTable(this.#database.forSystem('tables are made by their owner'), spec);
  }

  async insert(spec: VectorIndexSpec, items: readonly VectorItem[]): Promise<void> {
    requireDimensions(
      spec,
      items.map((item) => item.vector),
    );
    await insertVectors(this.#database.forOrganization(spec.organizationId), spec, items);
  }

  async remove(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<void> {
    await this.#database
      .forOrganization(spec.organizationId)
      .query('removeVectors', removeStatement(vectorTable(spec)), [chunkIds.filter(isUuid)]);
  }

  async missing(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<ChunkId[]> {
    const rows = await this.#database
      .forOrganization(spec.organizationId)
      .query<{ chunk_id: string }>('missingVectors', missingStatement(vectorTable(spec)), [chunkIds.filter(isUuid)]);
    return rows.map((row) => row.chunk_id);
  }

  /** Its chunks lie in the same database, so it asks nobody. The number of a chunk is never given again. */
  async removeStale(spec: VectorIndexSpec, after: string | null): Promise<StaleVectors> {
    const database = this.#database.forOrganization(spec.organizationId);
    // Prepared for its first vectors only, or dropped.
    const [table] = await database.query<{ found: boolean }>('vectorTableExists', TABLE_EXISTS, [vectorTable(spec)]);
    if (!table?.found) return { removed: 0, next: null };
    const [row] = await database.query<{
      removed: number;
      last: number | null;
    }>('removeStaleVectors', removeStaleStatement(vectorTable(spec)), [Number(after ?? 0)]);
    return { removed: row?.removed ?? 0, next: row?.last == null ? null : String(row.last) };
  }

  async search(scope: AccessScope, spec: VectorIndexSpec, query: VectorQuery): Promise<VectorCandidates> {
    requireDimensions(spec, [query.vector]);
    if (!isInScope(scope, spec) || query.k <= 0) return { candidates: [], exact: true };
    return searchVectors(this.#database.forOrganization(scope.organizationId), {
      spec,
      query,
      isIndexed: await this.#hnsw.of(spec),
    });
  }

  async count(spec: VectorIndexSpec): Promise<number> {
    const [row] = await this.#database
      .forOrganization(spec.organizationId)
      .query<{ count: number }>('countVectors', `select count(*) from ${vectorTable(spec)}`);
    return row?.count ?? 0;
  }

  async drop(spec: VectorIndexSpec): Promise<void> {
    await this.#database
      .forSystem('tables are dropped by their owner')
      .query('dropVectors', `drop table if exists ${vectorTable(spec)}`);
    this.#hnsw.forget(spec);
  }

  /** On PGlite all other clients wait for a build (7–11 s at 20,000 rows). */
  async maintain(): Promise<VectorIndexSpec[]> {
    const built = await buildDueHnsw(
      this.#database.forSystem('indexes are built for all organizations, by the owner of the tables'),
      this.#hnswMinChunks,
    );
    for (const spec of built) this.#hnsw.forget(spec);
    return built;
  }
}

function isInScope(scope: AccessScope, spec: VectorIndexSpec): boolean {
  if (spec.organizationId !== scope.organizationId) return false;
  return scope.collections === 'all' || scope.collections.includes(spec.collectionId);
}

function requireDimensions(spec: VectorIndexSpec, vectors: readonly Float32Array[]): void {
  const { dimensions } = spec.model;
  const other = vectors.find((vector) => vector.length !== dimensions);
  if (other) {
    throw new Failure('MODEL_MISMATCH', { detail: `indexed=${dimensions}, given=${other.length}` });
  }
}
