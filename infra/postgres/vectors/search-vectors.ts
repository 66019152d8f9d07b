import type { ScoredChunk, VectorCandidates, VectorIndexSpec, VectorQuery } from '../../../core/ports/vector-index.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { Parameters } from '../documents/visible-documents.js';
import { isUuid } from '../storable.js';
import { vectorLiteral, vectorTable, vectorType } from './vector-table.js';

interface Found {
  readonly chunk_id: string;
  readonly distance: number;
}

/** Through HNSW where there is one and nothing asks for exactness; a list of documents is looked up by its own index. */
export async function searchVectors(
  database: DatabaseHandle,
  input: { readonly spec: VectorIndexSpec; readonly query: VectorQuery; readonly isIndexed: boolean },
): Promise<VectorCandidates> {
  const { spec, query } = input;
  const exact = !input.isIndexed || query.exact === true || query.documentIds !== undefined;
  const found = exact ? await searchExactly(database, spec, query) : await searchHnsw(database, spec, query);
  const candidates = found.map(({ chunk_id, distance }): ScoredChunk => ({ chunkId: chunk_id, score: 1 - distance }));
  return { candidates: candidates.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)), exact };
}

/**
 * Distances are worked out before anything is joined ("offset 0"), as a join would carry the vectors along: 126 ms
 * instead of 37 at 5,000 rows on a busy machine. "offset 0" also keeps the order from being read off an HNSW index.
 */
function searchExactly(database: Queryable, spec: VectorIndexSpec, query: VectorQuery): Promise<Found[]> {
  const parameters = new Parameters();
  const vector = `${parameters.add(vectorLiteral(query.vector))}::${vectorType(spec).column}`;
  const documents = query.documentIds
    ? `where document_id = any (${parameters.add(query.documentIds.filter(isUuid))}::uuid[])`
    : '';
  const statement = `
  select c.chunk_id, n.distance
  from (
    select s.chunk_no, s.distance
    from (
      select chunk_no, embedding <=> ${vector} as distance from ${vectorTable(spec)} ${documents} offset 0
    ) s
    order by s.distance, s.chunk_no
    limit ${parameters.add(query.k)}
  ) n
  cross join lateral (select chunk_id from knowledge.chunks where chunk_no = n.chunk_no offset 0) c`;
  return database.query<Found>('vectorSearch', statement, parameters.values);
}

/** pgvector looks at 40 by default, too few for the 75 and more that hybrid search asks for; 1,000 is its maximum. */
const EF_SEARCH_MIN = 100;
const EF_SEARCH_MAX = 1_000;
/** Looked at for each one wanted: at 100,000 vectors the tenth of ten is found as surely as the first. */
const EF_SEARCH_PER_CANDIDATE = 1.5;

/** Goes on along the index past what it looks at in one go, in exact order of what it finds (pgvector's iterative scan). */
function searchHnsw(database: DatabaseHandle, spec: VectorIndexSpec, query: VectorQuery): Promise<Found[]> {
  const wanted = Math.ceil(query.k * EF_SEARCH_PER_CANDIDATE);
  const efSearch = Math.min(EF_SEARCH_MAX, Math.max(EF_SEARCH_MIN, wanted));
  const parameters = new Parameters();
  const vector = `${parameters.add(vectorLiteral(query.vector))}::${vectorType(spec).column}`;
  const statement = `
  select c.chunk_id, n.distance
  from (
    select chunk_no, embedding <=> ${vector} as distance from ${vectorTable(spec)}
    order by embedding <=> ${vector}
    limit ${parameters.add(query.k)}
  ) n
  cross join lateral (select chunk_id from knowledge.chunks where chunk_no = n.chunk_no offset 0) c`;
  return database.transaction('vectorSearch', async (tx) => {
    // Without "enable_sort" off, a planner without statistics prefers to read and sort the whole table.
    await tx.query(
      'searchSettings',
      `set local hnsw.iterative_scan = strict_order; set local hnsw.ef_search = ${efSearch}; set local enable_sort = off`,
    );
    return tx.query<Found>('vectorSearch', statement, parameters.values);
  });
}
