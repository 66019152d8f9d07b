import { Failure } from '../contract/failures.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { Catalog } from '../ports/catalog.js';
import type { CollectionModels } from '../ports/collection-models.js';
import type { Embedder, EmbeddingModel } from '../ports/embedder.js';
import type { LexicalQuery } from '../ports/lexical-index.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { VectorIndexCatalog } from '../ports/vector-index-catalog.js';
import type { VectorIndex } from '../ports/vector-index.js';
import { coverageOf, weightyTerms } from './coverage.js';
import { candidatesPerLeg, fuseByEvidence, fuseRankedLists, type RankedList } from './fusion.js';
import { ModelVectors } from './model-vectors.js';
import {
  byModel,
  type EffectiveMode,
  isSameModel,
  MODEL_DOWN,
  type ModelSpecs,
  planRetrieval,
  STORE_DOWN,
  type SearchMode,
  VECTORS_GAVE_UP,
} from './plan.js';
import { readHits, type RetrievedChunk } from './read-hits.js';
import { RERANKED_CHUNKS, RERANKER_DOWN, rerankHits, type RerankingPort } from './rerank.js';
import { ANSWERABLE, isFitted, knownShare, NEAR_COSINE, relevanceOf } from './relevance.js';
import { openVectors, settleVectors } from './vector-leg.js';
import { searchWords } from './word-leg.js';

/** A search is always one of a day. */
export type DatedFilter = SearchFilter & Required<Pick<SearchFilter, 'inForce'>>;

export interface RetrievalQuery {
  /** As `normaliseQuery` gives it. */
  readonly text: string;
  readonly mode: SearchMode;
  readonly topK: number;
  /** Least cosine of what the vector leg finds. */
  readonly minScore?: number;
  readonly filter: DatedFilter;
}

/** A hit with how likely it answers the question, 0…1; `null` where that cannot be told. See `relevanceOf`. */
export interface RelevantChunk extends RetrievedChunk {
  readonly relevance: number | null;
}

export interface Retrieved {
  readonly hits: readonly RelevantChunk[];
  /** Where nothing answers: what was found in collections that have a threshold of their own. */
  readonly nearMisses: readonly RelevantChunk[];
  /** 0…1: the best relevance of all that was found. Where none can be told, the best cosine. */
  readonly confidence: number;
  /** Whether the hits are likely to hold the answer; `null` where that cannot be told. */
  readonly answerable: boolean | null;
  /** Nothing was found because of the question: it holds no word to search for, or none that is known or near to anything. */
  readonly saysNothing: boolean;
  /** What was done. */
  readonly mode: EffectiveMode;
  /** The vector indexes that answered, by model. */
  readonly vectorIndexes: readonly ModelSpecs[];
  /** Why less was done than asked; a constant. */
  readonly degraded?: string;
}

export type Retrieve = (scope: AccessScope, query: RetrievalQuery) => Promise<Retrieved>;

export interface RetrievalPorts {
  readonly catalog: Pick<Catalog, 'candidates' | 'documents' | 'lexical'> & {
    readonly vectorIndexes: Pick<VectorIndexCatalog, 'searchable'>;
  };
  readonly vectorIndex: VectorIndex;
  /** Of the stack; `null`: text mode. */
  readonly embedder: Embedder | null;
  readonly collectionModels: CollectionModels;
  /** Absent or `null`: hits stand as they were found. */
  readonly reranking?: RerankingPort | null;
}

/**
 * The search of the system: both legs in parallel over live chunks that scope and filter let pass, fused, read, and reranked
 * where there is a reranker and collections have it.
 * Errors: `ForeignModels`, `Failure EMBEDDING_UNAVAILABLE`, and the failures of the stores.
 */
export function createRetrieval(ports: RetrievalPorts): Retrieve {
  const { catalog, vectorIndex, embedder, collectionModels, reranking } = ports;
  const vectors = embedder ? new ModelVectors(embedder, collectionModels) : null;

  return async function retrieve(scope, query) {
    const { text, mode, topK, filter } = query;
    const leg = { scope, filter, k: candidatesPerLeg(topK) };
    // The model computes and words are searched while the catalog is asked for the plan: whatever it is, only `vector` does
    // without words. A plan that fails, or does without vectors, never looks at their outcome.
    const ownVector = mode === 'text' ? undefined : vectors?.embed(text);
    ownVector?.catch(() => undefined);
    const words = mode === 'vector' ? null : searchWords(catalog.lexical, { ...leg, text });
    words?.catch(() => undefined);
    const plan = await planRetrieval({ vectorIndexes: catalog.vectorIndexes, embedder, collectionModels, scope, mode });
    const groups = byModel(plan.specs);

    const vectorOf = async (model: EmbeddingModel): Promise<Float32Array> => {
      if (!embedder || !vectors) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'no model is configured' });
      return ownVector && isSameModel(model, embedder.model) ? ownVector : vectors.embedBy(model, text);
    };
    const isAlone = mode === 'vector';
    const [{ opened, storeIsDown }, byWords] = await Promise.all([
      plan.mode === 'text'
        ? { opened: [], storeIsDown: false }
        : openVectors({ catalog, vectorIndex, vectorOf }, { ...leg, groups, minScore: query.minScore, isAlone }),
      words,
    ]);
    const rare = byWords && weightyTerms(byWords.query);
    const known = { visible: new Set(byWords?.held.keys()), ...(rare ? { words: rare } : {}) };
    const settled = await Promise.all(
      opened.map((one) => settleVectors(one, { k: leg.k, minScore: query.minScore, known, isAlone })),
    );
    const byMeaning = settled.flatMap((found) => found ?? []);
    const answered = opened.filter((_, at) => settled[at] !== null);
    const isDown = answered.length < groups.length;
    const vectorLists = byMeaning.map(({ list }) => list);
    const lists = [...vectorLists, ...(byWords ? [byWords.list] : [])];
    const held = new Map([...byMeaning.flatMap((found) => [...found.held]), ...(byWords?.held ?? [])]);
    const coverage = rare ? coverageOf(rare, held) : null;
    const fitted = isFitted(answered.map(({ group }) => group.model));
    const saysNothing = byWords !== null && isSaidByNothing(text, byWords.query, fitted ? vectorLists : null);
    const fused = answered.length > 0 && coverage ? fuseByEvidence(lists, coverage) : fuseRankedLists(lists);
    const read = (count: number) =>
      saysNothing ? [] : readHits(catalog.documents, { scope, inForce: filter.inForce, fused, topK: count });
    const foundFirst = await read(reranking ? Math.max(topK, RERANKED_CHUNKS) : topK);
    const reranked = reranking ? await rerankHits(reranking, text, foundFirst) : foundFirst;
    const shown = (reranked ?? foundFirst).slice(0, topK);
    const share = byWords ? knownShare(byWords.query) : 1;
    // A chunk that the vectors did not find is no nearer than the last that they found.
    const beyond = Math.max(...vectorLists.map((list) => list.beyond ?? 0), 0);
    const found = shown.map((hit): RelevantChunk => {
      const cosine = fitted ? (hit.fused.scores.vector ?? beyond) : null;
      const words = coverage ? share * (coverage.get(hit.fused.chunkId) ?? 0) : null;
      return { ...hit, relevance: relevanceOf({ words, cosine }) };
    });
    const relevances = found.flatMap(({ relevance }) => relevance ?? []);
    const cannotTell = found.length > 0 && relevances.length === 0;
    const best = cannotTell ? found.map((hit) => hit.fused.scores.vector ?? 0) : relevances;
    const confidence = Math.max(...best, 0);
    const gaveUp = byMeaning.some((found) => found.gaveUp) ? VECTORS_GAVE_UP : undefined;
    const down = storeIsDown || answered.length < opened.length ? STORE_DOWN : MODEL_DOWN;
    const degraded = isDown ? down : (plan.degraded ?? gaveUp ?? (reranked === null ? RERANKER_DOWN : undefined));
    const answerable = cannotTell ? null : found.some(isAnswer);
    const isApart = (hit: RelevantChunk) => answerable === false && hit.chunk.answerThreshold !== null;
    return {
      hits: found.filter((hit) => !isApart(hit)),
      nearMisses: found.filter(isApart),
      confidence,
      answerable,
      saysNothing,
      mode: isDown && answered.length === 0 ? 'text' : plan.mode,
      vectorIndexes: answered.map(({ group }) => group),
      ...(degraded === undefined ? {} : { degraded }),
    };
  };
}

/** By its collection's threshold, or else by the system's. */
function isAnswer({ chunk, relevance }: RelevantChunk): boolean {
  return relevance !== null && relevance >= (chunk.answerThreshold ?? ANSWERABLE);
}

/** Scripts whose words not every database tells apart; a model may know them. */
const OTHER_THAN_LATIN = /(?=\p{L})\P{Script=Latin}/u;

/** No word is known, and nothing is near; `vectorLists: null`: how near they are cannot be told. */
function isSaidByNothing(
  text: string,
  { terms, unknownTerms }: LexicalQuery,
  vectorLists: readonly RankedList[] | null,
): boolean {
  if (terms.length > 0) return false;
  if (unknownTerms === 0) return !OTHER_THAN_LATIN.test(text);
  return vectorLists !== null && vectorLists.every(({ ranked }) => (ranked[0]?.score ?? 0) < NEAR_COSINE);
}
