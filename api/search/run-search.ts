import { Failure } from '../../core/contract/failures.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { LiveChunk } from '../../core/ports/document-catalog.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import type { ScoredChunk } from '../../core/ports/vector-index.js';
import { confidenceOf } from '../../core/retrieval/confidence.js';
import { candidatesPerLeg, type FusedChunk, fuseRankedLists, type RankedList } from '../../core/retrieval/fusion.js';
import { normaliseQuery } from '../../core/retrieval/query.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { DEFAULT_TOP_K, type EffectiveMode, type SearchRequest, type VectorIndexBody } from '../schemas/search.js';
import { QueryVectors } from './query-vectors.js';
import { type DatedFilter, toSearchFilter } from './search-filter.js';
import { describeVectorIndex, MODEL_DOWN, planSearch, type SearchPlan } from './search-plan.js';
import { narrowScope } from '../auth/collection-scope.js';

export interface SearchHit {
  readonly chunk: LiveChunk;
  readonly fused: FusedChunk;
}

export interface SearchOutcome {
  readonly hits: readonly SearchHit[];
  readonly confidence: number;
  readonly mode: EffectiveMode;
  readonly vectorIndex: VectorIndexBody | null;
  /** The day that the answer holds for. */
  readonly asOf: string;
  readonly degraded?: string;
}

export type Search = (scope: AccessScope, request: SearchRequest) => Promise<SearchOutcome>;

type SearchDependencies = Pick<ApiDependencies, 'catalog' | 'vectorIndex' | 'embedder'>;

/**
 * The search of `POST /v1/search`: both legs in parallel over live chunks that scope and filter let pass, fused by rank,
 * then read. Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`, `COLLECTION_NOT_FOUND`, `VALIDATION_FAILED`, `MODEL_MISMATCH`,
 * `EMBEDDING_UNAVAILABLE`, and the failures of the stores.
 */
export function createSearch({ catalog, vectorIndex, embedder }: SearchDependencies): Search {
  const queryVectors = embedder ? new QueryVectors(embedder) : null;

  return async function search(keyScope, request) {
    const query = normaliseQuery(request.query);
    if (!query.ok) throw new ApiError(query.problem === 'empty' ? 'QUERY_EMPTY' : 'QUERY_TOO_LONG');
    const filter = toSearchFilter(request);
    const scope = await narrowScope(catalog.collections, keyScope, request.collections);
    const mode = request.mode ?? 'hybrid';
    const topK = request.topK ?? DEFAULT_TOP_K;
    // The model computes while the catalog is asked. A plan without vectors never looks at the outcome.
    const vector = mode === 'text' || !queryVectors ? null : queryVectors.embed(query.text);
    vector?.catch(() => undefined);
    const plan = await planSearch({ collections: catalog.collections, embedder, scope, mode });
    const leg = { scope, query: query.text, filter, candidates: candidatesPerLeg(topK) };

    const vectorSearch =
      plan.mode === 'text' ? null : searchVectors({ ...leg, plan, vector, minScore: request.minScore });
    const textSearch = plan.mode === 'vector' ? null : searchText(leg);
    // Only a hybrid search has the other leg to fall back on, and only a missing model is a reason to.
    const [vectors, text] = await Promise.all([
      mode === 'vector' ? vectorSearch : vectorSearch?.catch(nullWithoutModel),
      textSearch,
    ]);

    const lists = [vectors, text].filter((list): list is RankedList => !!list);
    const fused = fuseRankedLists(lists);
    const hits = await readHits({ scope, inForce: filter.inForce, fused, topK });
    const legs = lists.map((list) => list.leg);
    const modelIsDown = vectorSearch !== null && !vectors;
    return {
      hits,
      confidence: confidenceOf(
        hits.map((hit) => hit.fused),
        legs,
      ),
      mode: modelIsDown ? 'text' : plan.mode,
      vectorIndex: modelIsDown ? null : describeVectorIndex(plan),
      asOf: filter.inForce.on,
      ...(modelIsDown ? { degraded: MODEL_DOWN } : plan.degraded ? { degraded: plan.degraded } : {}),
    };
  };

  async function searchVectors(input: VectorLeg): Promise<RankedList> {
    const { scope, filter, candidates, plan, vector, minScore } = input;
    if (!vector || plan.specs.length === 0) return { leg: 'vector', ranked: [] };
    const found = await vectorIndex.search(scope, plan.specs, await vector, filter, candidates);
    const ranked = minScore === undefined ? found : found.filter(({ score }: ScoredChunk) => score >= minScore);
    return { leg: 'vector', ranked };
  }

  async function searchText({ scope, query, filter, candidates }: Leg): Promise<RankedList> {
    return { leg: 'text', ranked: await catalog.lexical.search(scope, query, filter, candidates) };
  }

  /** The best `topK` that are still live: one may have been withdrawn since its leg found it, so further ones are read. */
  async function readHits(input: {
    scope: AccessScope;
    /** Asked again: a document that came between may have taken the place of one that a leg found. */
    inForce: DatedFilter['inForce'];
    fused: readonly FusedChunk[];
    topK: number;
  }): Promise<SearchHit[]> {
    const hits: SearchHit[] = [];
    for (let from = 0; hits.length < input.topK && from < input.fused.length;) {
      const batch = input.fused.slice(from, from + input.topK - hits.length);
      from += batch.length;
      const live = await catalog.documents.liveChunks(
        input.scope,
        batch.map(({ chunkId }) => chunkId),
        input.inForce,
      );
      const chunks = new Map(live.map((chunk) => [chunk.chunkId, chunk]));
      for (const fused of batch) {
        const chunk = chunks.get(fused.chunkId);
        if (chunk) hits.push({ chunk, fused });
      }
    }
    return hits;
  }
}

interface Leg {
  readonly scope: AccessScope;
  readonly query: string;
  readonly filter: SearchFilter;
  readonly candidates: number;
}

interface VectorLeg extends Leg {
  readonly plan: SearchPlan;
  /** Of the query; rejects when the model does not answer. */
  readonly vector: Promise<Float32Array> | null;
  readonly minScore: number | undefined;
}

function nullWithoutModel(error: unknown): null {
  if (error instanceof Failure && error.code === 'EMBEDDING_UNAVAILABLE') return null;
  throw error;
}
