import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from '../collections/vector-index-row.js';
import type { DatabaseHandle } from '../database.js';
import { hnswIndex, hnswState } from './hnsw-index.js';
import { MAX_INDEXED_DIMENSIONS, vectorTable, vectorType } from './vector-table.js';

interface HnswSettings {
  /** Live chunks from which it pays. */
  readonly minChunks: number;
  readonly build: string;
}

/**
 * Of 384 dimensions. PGlite, 20,000 rows: an exact scan takes 14 ms, and each row inserted with the index in place 2–6 ms
 * more; m 12 / ef 32 builds in 11 s, m 16 / ef 64 (pgvector's default) in 22 s, at equal search times. Native, 4,909 rows: an
 * exact search takes 4.0 ms and one through HNSW 3.1, built in 1.5 s; at twice that the scan costs twice as much, HNSW the same.
 */
const HNSW_SETTINGS = {
  pglite: { minChunks: 20_000, build: 'm = 12, ef_construction = 32' },
  native: { minChunks: 10_000, build: 'm = 16, ef_construction = 64' },
} as const satisfies Record<string, HnswSettings>;

const SERVER_KIND = `select version() like '%PGlite%' as pglite`;

// A complete vector index has a row for each live chunk at least; counting its rows would read a large table every time. One
// that is still being filled would be slowed down, and one that is whole needs its graph before it takes its place.
const LARGE_ENOUGH = `
  select ${VECTOR_INDEX_COLUMNS}
  from knowledge.vector_indexes i
  join knowledge.collections k using (organization_id, collection_id)
  where (state = 'live' or (state = 'building' and i.vectors_skipped <= i.vectors_filled))
    and store = 'pgvector' and k.live_chunks >= $1 and dimensions <= $2`;

/** Builds what is due, one after the other; which were built now. `minChunks`: instead of the setting. */
export async function buildDueHnsw(database: DatabaseHandle, minChunks?: number): Promise<VectorIndexSpec[]> {
  const [server] = await database.query<{ pglite: boolean }>('serverKind', SERVER_KIND);
  const isPglite = server?.pglite === true;
  const settings: HnswSettings = HNSW_SETTINGS[isPglite ? 'pglite' : 'native'];
  const rows = await database.query<VectorIndexRow>('largeVectorIndexes', LARGE_ENOUGH, [
    minChunks ?? settings.minChunks,
    MAX_INDEXED_DIMENSIONS,
  ]);
  const built: VectorIndexSpec[] = [];
  for (const spec of rows.map(toVectorIndexSpec)) {
    const state = await hnswState(database, spec);
    // Somebody may have given up waiting for a build that the server goes on with.
    if (state === 'ready' || state === 'building') continue;
    if (state === 'broken') await database.query('dropBrokenHnsw', `drop index if exists ${hnswIndex(spec)}`);
    await build(database, { spec, isPglite, settings });
    built.push(spec);
  }
  return built;
}

async function build(
  database: DatabaseHandle,
  input: { spec: VectorIndexSpec; isPglite: boolean; settings: HnswSettings },
): Promise<void> {
  const { spec, isPglite, settings } = input;
  const [name] = hnswIndex(spec).split('.').slice(-1);
  // PGlite runs one statement at a time, so there "concurrently" only costs a second scan.
  await database.query(
    'buildHnsw',
    `create index ${isPglite ? '' : 'concurrently'} if not exists ${name} on ${vectorTable(spec)}
     using hnsw (embedding ${vectorType(spec).operatorClass})
     with (${settings.build})`,
  );
}
