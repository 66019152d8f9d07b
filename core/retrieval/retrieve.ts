import { Failure } from '../contract/failures.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { Catalog } from '../ports/catalog.js';
import type { CollectionModels } from '../ports/collection-models.js';
import type { Embedder, EmbeddingModel } from '../ports/embedder.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { VectorIndex } from '../ports/vector-index.js';
import { confidenceOf } from './confidence.js';
import { coverageOf, weightyTerms } from './coverage.js';
import { candidatesPerLeg, fuseByEvidence, fuseRankedLists } from './fusion.js';
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

export interface Retrieved {
  readonly hits: readonly RetrievedChunk[];
  /** 0…1; see `confidenceOf`. */
  readonly confidence: number;
  /** What was done. */
  readonly mode: EffectiveMode;
  /** The vector indexes that answered, by model. */
  readonly vectorIndexes: readonly ModelSpecs[];
  /** Why less was done than asked; a constant. */
  readonly degraded?: string;
}

export type Retrieve = (scope: AccessScope, query: RetrievalQuery) => Promise<Retrieved>;

export interface RetrievalPorts {
  readonly catalog: Pick<Catalog, 'candidates' | 'documents' | 'lexical' | 'vectorIndexes'>;
  readonly vectorIndex: VectorIndex;
  /** Of the stack; `null`: text mode. */
  readonly embedder: Embedder | null;
  readonly collectionModels: CollectionModels;
}

/**
 * The search of the system: both legs in parallel over live chunks that scope and filter let pass, fused, then read.
 * Errors: `ForeignModels`, `Failure EMBEDDING_UNAVAILABLE`, and the failures of the stores.
 */
export function createRetrieval({ catalog, vectorIndex, embedder, collectionModels }: RetrievalPorts): Retrieve {
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
    const fused = answered.length > 0 && rare ? fuseByEvidence(lists, coverageOf(rare, held)) : fuseRankedLists(lists);
    const hits = await readHits(catalog.documents, { scope, inForce: filter.inForce, fused, topK });
    const legs = [...(vectorLists.length > 0 ? (['vector'] as const) : []), ...(byWords ? (['text'] as const) : [])];
    const gaveUp = byMeaning.some((found) => found.gaveUp) ? VECTORS_GAVE_UP : undefined;
    const down = storeIsDown || answered.length < opened.length ? STORE_DOWN : MODEL_DOWN;
    const degraded = isDown ? down : (plan.degraded ?? gaveUp);
    return {
      hits,
      confidence: confidenceOf(
        hits.map((hit) => hit.fused),
        legs,
      ),
      mode: isDown && answered.length === 0 ? 'text' : plan.mode,
      vectorIndexes: answered.map(({ group }) => group),
      ...(degraded === undefined ? {} : { degraded }),
    };
  };
}
