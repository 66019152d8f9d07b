import { Failure, type FailureCode } from '../contract/failures.js';
import type { ChunkId } from '../contract/ids.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { Catalog } from '../ports/catalog.js';
import type { EmbeddingModel } from '../ports/embedder.js';
import type { HeldTerms } from '../ports/lexical-index.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { VectorIndex } from '../ports/vector-index.js';
import type { RankedList } from './fusion.js';
import { type Known, openNearest, type OpenSearch, planVectorFilter } from './nearest-visible.js';
import type { ModelSpecs } from './plan.js';

/** The question's vector by a model. Errors: as those of `ModelVectors`. */
export type VectorOf = (model: EmbeddingModel) => Promise<Float32Array>;

export interface VectorLeg {
  readonly scope: AccessScope;
  readonly filter: SearchFilter;
  readonly k: number;
  readonly groups: readonly ModelSpecs[];
  readonly minScore: number | undefined;
  /** There is no other leg to fall back on. */
  readonly isAlone: boolean;
}

interface VectorLegPorts {
  readonly catalog: Pick<Catalog, 'candidates'>;
  readonly vectorIndex: VectorIndex;
  readonly vectorOf: VectorOf;
}

/** What one model's indexes answered. */
export interface MeaningOpened {
  readonly group: ModelSpecs;
  readonly search: OpenSearch;
}

export interface MeaningFound {
  readonly list: RankedList;
  /** Fewer were found than asked for although there may be more. */
  readonly gaveUp: boolean;
  /** Which words of the question were found in chunks that were not known before. */
  readonly held: ReadonlyMap<ChunkId, HeldTerms>;
}

/**
 * Begins the leg of meaning: the indexes of each model, searched by that model's vector of the question. Those whose model
 * or store does not answer are left out where words are searched, too.
 */
export async function openVectors(
  { catalog, vectorIndex, vectorOf }: VectorLegPorts,
  leg: VectorLeg,
): Promise<{ readonly opened: readonly MeaningOpened[]; readonly storeIsDown: boolean }> {
  const { candidates } = catalog;
  const plan = planVectorFilter(candidates, leg);
  // Awaited by each search; where the model fails first, nobody asks how the plan ended.
  plan.catch(() => undefined);
  const opened = await Promise.all(
    leg.groups.map((group) => (leg.isAlone ? openGroup(group) : openGroup(group).catch(whatIsDown))),
  );
  return {
    opened: opened.flatMap((one) => (typeof one === 'string' ? [] : one)),
    storeIsDown: opened.includes('store'),
  };

  async function openGroup(group: ModelSpecs): Promise<MeaningOpened> {
    const { scope, filter, k, minScore } = leg;
    const vector = await vectorOf(group.model);
    const floor = minScore === undefined ? {} : { minScore };
    const input = { scope, filter, plan, specs: group.specs, vector, k, ...floor };
    return { group, search: await openNearest({ vectorIndex, candidates }, input) };
  }
}

/**
 * Ends the search of one model's indexes: what may be seen of it, and nothing below the floor. `null`: its store stopped to
 * answer, and words are searched, too.
 */
export async function settleVectors(
  { search }: MeaningOpened,
  { k, minScore, known, isAlone }: Pick<VectorLeg, 'k' | 'minScore' | 'isAlone'> & { readonly known: Known },
): Promise<MeaningFound | null> {
  const found = await (isAlone ? search.settle(known) : search.settle(known).catch(whatIsDown));
  if (typeof found === 'string') return null;
  const { nearest, gaveUp, held } = found;
  if (minScore !== undefined) {
    return { list: { leg: 'vector', ranked: nearest.filter(({ score }) => score >= minScore) }, gaveUp, held };
  }
  const last = nearest.length < k ? undefined : nearest.at(-1);
  return { list: { leg: 'vector', ranked: nearest, ...(last ? { beyond: last.score } : {}) }, gaveUp, held };
}

/** The model cannot be had: an outage, or settings that an operator has to correct. */
const NO_VECTORS: ReadonlySet<FailureCode> = new Set<FailureCode>(['EMBEDDING_UNAVAILABLE', 'EMBEDDING_MISCONFIGURED']);

function whatIsDown(error: unknown): 'model' | 'store' {
  if (error instanceof Failure && NO_VECTORS.has(error.code)) return 'model';
  if (error instanceof Failure && error.code === 'VECTOR_STORE_UNAVAILABLE') return 'store';
  throw error;
}
