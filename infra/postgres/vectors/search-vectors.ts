import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import type { ScoredChunk, VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { liveLookup } from '../documents/live-lookup.js';
import { Parameters, visibleDocuments } from '../documents/visible-documents.js';
import { vectorLiteral, vectorTable, vectorType } from './vector-table.js';

export interface VectorSearchInput {
  readonly scope: AccessScope;
  readonly specs: readonly VectorIndexSpec[];
  readonly vector: Float32Array;
  readonly filter: SearchFilter;
  readonly k: number;
  /** Whether there is a complete HNSW index. */
  readonly isIndexed: (spec: VectorIndexSpec) => Promise<boolean>;
}

interface Found {
  readonly chunk_id: string;
  readonly distance: number;
}

type ExactRow = { readonly nearest: number } & (Found | { readonly chunk_id: null; readonly distance: null });

/** The k best of all specs, each searched for its own k best. */
export async function searchVectors(database: DatabaseHandle, input: VectorSearchInput): Promise<ScoredChunk[]> {
  if (input.specs.length === 0 || input.k <= 0) return [];
  const found: Found[] = [];
  for (const spec of input.specs) {
    const leg: Leg = { ...input, spec };
    found.push(
      ...((await input.isIndexed(spec)) ? await searchHnsw(database, leg) : await searchExactly(database, leg)),
    );
  }
  return found
    .sort((a, b) => a.distance - b.distance || (a.chunk_id < b.chunk_id ? -1 : 1))
    .slice(0, input.k)
    .map(({ chunk_id, distance }) => ({ chunkId: chunk_id, score: 1 - distance }));
}

interface Leg extends VectorSearchInput {
  readonly spec: VectorIndexSpec;
}

/** Nearest ones fetched for each one wanted: some are of former versions, whose chunks stay stored. */
const OVERFETCH = 2;
const OVERFETCH_GROWTH = 8;

/**
 * Reads all vectors and looks up for the nearest only whether they may be found. Where too many may not, once more with
 * eight times as many; a filter, which may well leave out the most, is applied to all of them beforehand.
 */
async function searchExactly(database: Queryable, leg: Leg): Promise<Found[]> {
  for (let fetched = leg.k * OVERFETCH; ; fetched *= OVERFETCH_GROWTH) {
    const parameters = new Parameters();
    const statement = exactStatement(leg, fetched, parameters);
    const rows = await database.query<ExactRow>('vectorSearch', statement, parameters.values);
    const found = rows.flatMap(({ chunk_id, distance }) => (chunk_id === null ? [] : [{ chunk_id, distance }]));
    const nearest = rows[0]?.nearest ?? 0;
    if (found.length >= leg.k || nearest < fetched) return found;
  }
}

/**
 * Distances are worked out before anything is joined ("offset 0"), as a join would carry the vectors along: 126 ms
 * instead of 37 at 5,000 rows on a busy machine. The nearest are looked up one by one until there are enough. Where nothing
 * is found, one row tells how many were looked at.
 */
function exactStatement(leg: Leg, fetched: number, parameters: Parameters): string {
  const { spec, scope, filter } = leg;
  const query = `${parameters.add(vectorLiteral(leg.vector))}::${vectorType(spec).column}`;
  const visible = visibleDocuments({ scope, filter }, parameters);
  // Nearly everything is in force: that is looked up for the nearest only, like liveness.
  const isFiltered = Object.entries(filter).some(([name, value]) => name !== 'inForce' && value !== undefined);
  return `
  with nearest as materialized (
    select s.chunk_no, s.document_id, s.distance
    from (select chunk_no, document_id, embedding <=> ${query} as distance from ${vectorTable(spec)} offset 0) s
    ${isFiltered ? `where s.document_id in (select d.document_id from knowledge.documents d where ${visible})` : ''}
    order by s.distance, s.chunk_no
    limit ${parameters.add(fetched)}
  ), live as (
    select c.chunk_id, n.distance
    from (select * from nearest order by distance, chunk_no) n
    cross join lateral (select chunk_id from knowledge.chunks where chunk_no = n.chunk_no offset 0) c
    ${liveLookup({ chunkNo: 'n.chunk_no', documentId: 'n.document_id' })}
    where ${visible}
    order by n.distance, n.chunk_no
    limit ${parameters.add(leg.k)}
  )
  select live.chunk_id, live.distance, total.nearest
  from (select count(*) as nearest from nearest) total left join live on true
  order by live.distance, live.chunk_id`;
}

/** pgvector looks at 40 by default, too few for the 50 and more that hybrid search asks for; 1,000 is its maximum. */
const EF_SEARCH_MIN = 100;
const EF_SEARCH_MAX = 1_000;

/** Goes on along the index until k pass the filter, in exact order of what it finds (pgvector's iterative scan). */
function searchHnsw(database: DatabaseHandle, leg: Leg): Promise<Found[]> {
  const efSearch = Math.min(EF_SEARCH_MAX, Math.max(EF_SEARCH_MIN, leg.k * OVERFETCH));
  const parameters = new Parameters();
  const statement = hnswStatement(leg, parameters);
  return database.transaction('vectorSearch', async (tx) => {
    // Without "enable_sort" off, a planner without statistics prefers to read and sort the whole table.
    await tx.query(
      'searchSettings',
      `set local hnsw.iterative_scan = strict_order; set local hnsw.ef_search = ${efSearch}; set local enable_sort = off`,
    );
    return tx.query<Found>('vectorSearch', statement, parameters.values);
  });
}

function hnswStatement({ spec, scope, filter, vector, k }: Leg, parameters: Parameters): string {
  const query = `${parameters.add(vectorLiteral(vector))}::${vectorType(spec).column}`;
  return `
  select c.chunk_id, s.embedding <=> ${query} as distance
  from ${vectorTable(spec)} s
  cross join lateral (select chunk_id from knowledge.chunks where chunk_no = s.chunk_no offset 0) c
  ${liveLookup({ chunkNo: 's.chunk_no', documentId: 's.document_id' })}
  where ${visibleDocuments({ scope, filter }, parameters)}
  order by distance
  limit ${parameters.add(k)}`;
}
