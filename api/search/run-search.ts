import { Failure, type FailureCode } from '../../core/contract/failures.js';
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
import { ModelVectors } from './model-vectors.js';
import { type DatedFilter, toSearchFilter } from './search-filter.js';
import { byModel, describeVectorIndexes, isSameModel, MODEL_DOWN, type ModelSpecs, planSearch } from './search-plan.js';
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
  readonly furtherVectorIndexes?: readonly VectorIndexBody[];
  readonly degraded?: string;
}

export type Search = (scope: AccessScope, request: SearchRequest) => Promise<SearchOutcome>;

type SearchDependencies = Pick<ApiDependencies, 'catalog' | 'vectorIndex' | 'embedder' | 'collectionModels'>;

/**
 * The search of `POST /v1/search`: both legs in parallel over live chunks that scope and filter let pass, fused by rank,
 * then read. Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`, `COLLECTION_NOT_FOUND`, `VALIDATION_FAILED`, `MODEL_MISMATCH`,
 * `EMBEDDING_UNAVAILABLE`, and the failures of the stores.
 */
export function createSearch({ catalog, vectorIndex, embedder, collectionModels }: SearchDependencies): Search {
  const queryVectors = embedder ? new ModelVectors(embedder, collectionModels) : null;

  return async function search(keyScope, request) {
    const query = normaliseQuery(request.query);
    if (!query.ok) throw new ApiError(query.problem === 'empty' ? 'QUERY_EMPTY' : 'QUERY_TOO_LONG');
    const filter = toSearchFilter(request);
    const scope = await narrowScope(catalog.collections, keyScope, request.collections);
    const mode = request.mode ?? 'hybrid';
    const topK = request.topK ?? DEFAULT_TOP_K;
    // The model computes while the catalog is asked. A plan without its vectors never looks at the outcome.
    const ownVector = mode === 'text' ? undefined : queryVectors?.embed(query.text);
    ownVector?.catch(() => undefined);
    const plan = await planSearch({ collections: catalog.collections, embedder, collectionModels, scope, mode });
    const groups = byModel(plan.specs);
    const leg = { scope, query: query.text, filter, candidates: candidatesPerLeg(topK) };

    const vectorSearch =
      plan.mode === 'text'
        ? null
        : searchVectors({ ...leg, groups, ownVector, minScore: request.minScore, isAlone: mode === 'vector' });
    const textSearch = plan.mode === 'vector' ? null : searchText(leg);
    const [vectors, text] = await Promise.all([vectorSearch, textSearch]);
    const answered = vectors?.map(({ group }) => group) ?? [];
    const modelIsDown = answered.length < groups.length;

    const lists = [...(vectors?.map(({ list }) => list) ?? []), ...(text ? [text] : [])];
    const fused = fuseRankedLists(lists);
    const hits = await readHits({ scope, inForce: filter.inForce, fused, topK });
    const legs = [...new Set(lists.map((list) => list.leg))];
    const [vectorIndexBody, ...furtherVectorIndexes] = describeVectorIndexes(answered);
    return {
      hits,
      confidence: confidenceOf(
        hits.map((hit) => hit.fused),
        legs,
      ),
      mode: modelIsDown && answered.length === 0 ? 'text' : plan.mode,
      vectorIndex: vectorIndexBody ?? null,
      ...(furtherVectorIndexes.length > 0 ? { furtherVectorIndexes } : {}),
      asOf: filter.inForce.on,
      ...(modelIsDown ? { degraded: MODEL_DOWN } : plan.degraded ? { degraded: plan.degraded } : {}),
    };
  };

  /** Each model's indexes by its own vector. Those whose model does not answer are left out where words are searched, too. */
  async function searchVectors(input: VectorLeg): Promise<GroupRanking[]> {
    const found = await Promise.all(
      input.groups.map((group) =>
        input.isAlone ? searchGroup(input, group) : searchGroup(input, group).catch(nullWithoutModel),
      ),
    );
    return found.flatMap((ranking) => ranking ?? []);
  }

  async function searchGroup(input: VectorLeg, group: ModelSpecs): Promise<GroupRanking | null> {
    const { scope, query, filter, candidates, minScore, ownVector } = input;
    if (!embedder || !queryVectors) return null;
    const vector = await (isSameModel(group.model, embedder.model) && ownVector
      ? ownVector
      : queryVectors.embedBy(group.model, query));
    const found = await vectorIndex.search(scope, group.specs, vector, filter, candidates);
    const ranked = minScore === undefined ? found : found.filter(({ score }: ScoredChunk) => score >= minScore);
    return { group, list: { leg: 'vector', ranked } };
  }

  async function searchText({ scope, query, filter, candidates }: Leg): Promise<RankedList> {
    return { leg: 'text', ranked: await catalog.lexical.search(scope, query, filter, candidates) };
  }

  /** The best `topK` that are still live: one may have been withdrawn since its leg found it, so further ones are read. */
  async function readHits(input: {
    scope: AccessScope;
    inForce: DatedFilter['inForce'];
    fused: readonly FusedChunk[];
    topK: number;
  }): Promise<SearchHit[]> {
    let hits: SearchHit[] = [];
    for (let from = 0; hits.length < input.topK && from < input.fused.length;) {
      const batch = input.fused.slice(from, from + input.topK - hits.length);
      from += batch.length;
      const live = await catalog.documents.liveChunks(
        input.scope,
        batch.map(({ chunkId }) => chunkId),
      );
      const chunks = new Map(live.map((chunk) => [chunk.chunkId, chunk]));
      for (const fused of batch) {
        const chunk = chunks.get(fused.chunkId);
        if (chunk) hits.push({ chunk, fused });
      }
      hits = withoutReplaced(hits, input.inForce);
    }
    return hits;
  }
}

/**
 * A successor that came between the legs is found by one, and its predecessor by the other: only the successor is shown. Where
 * both legs came before it, the predecessor is, as it was in force then.
 */
function withoutReplaced(hits: SearchHit[], { on, withSuperseded }: DatedFilter['inForce']): SearchHit[] {
  if (withSuperseded || !hits.some(({ chunk }) => chunk.supersededBy)) return hits;
  const found = new Set(hits.map(({ chunk }) => chunk.documentId));
  return hits.filter(({ chunk: { supersededBy } }) => {
    return !(supersededBy && supersededBy.from <= on && found.has(supersededBy.documentId));
  });
}

interface Leg {
  readonly scope: AccessScope;
  readonly query: string;
  readonly filter: SearchFilter;
  readonly candidates: number;
}

interface VectorLeg extends Leg {
  readonly groups: readonly ModelSpecs[];
  /** Of the query, by the stack's own model; rejects when that does not answer. */
  readonly ownVector: Promise<Float32Array> | undefined;
  readonly minScore: number | undefined;
  /** There is no other leg to fall back on. */
  readonly isAlone: boolean;
}

interface GroupRanking {
  readonly group: ModelSpecs;
  readonly list: RankedList;
}

/** The model cannot be had: an outage, or settings that an operator has to correct. */
const NO_VECTORS: ReadonlySet<FailureCode> = new Set<FailureCode>(['EMBEDDING_UNAVAILABLE', 'EMBEDDING_MISCONFIGURED']);

function nullWithoutModel(error: unknown): null {
  if (error instanceof Failure && NO_VECTORS.has(error.code)) return null;
  throw error;
}
