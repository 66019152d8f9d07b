import { Failure, type FailureCode } from '../contract/failures.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { Catalog } from '../ports/catalog.js';
import type { EmbeddingModel } from '../ports/embedder.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { VectorIndex } from '../ports/vector-index.js';
import type { RankedList } from './fusion.js';
import { nearestVisible, planVectorFilter } from './nearest-visible.js';
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

export interface MeaningFound {
  readonly group: ModelSpecs;
  readonly list: RankedList;
  /** Fewer were found than asked for although there may be more. */
  readonly gaveUp: boolean;
}

/**
 * The leg of meaning: the indexes of each model, searched by that model's vector of the question. Those whose model does
 * not answer are left out where words are searched, too.
 */
export async function searchVectors(
  { catalog, vectorIndex, vectorOf }: VectorLegPorts,
  leg: VectorLeg,
): Promise<MeaningFound[]> {
  const { candidates } = catalog;
  const plan = planVectorFilter(candidates, leg);
  // Awaited by each search; where the model fails first, nobody asks how the plan ended.
  plan.catch(() => undefined);
  const found = await Promise.all(
    leg.groups.map((group) => (leg.isAlone ? searchGroup(group) : searchGroup(group).catch(nullWithoutModel))),
  );
  return found.flatMap((ranking) => ranking ?? []);

  async function searchGroup(group: ModelSpecs): Promise<MeaningFound> {
    const { scope, filter, k, minScore } = leg;
    const { specs } = group;
    const vector = await vectorOf(group.model);
    const floor = minScore === undefined ? {} : { minScore };
    const { nearest, gaveUp } = await nearestVisible(
      { vectorIndex, candidates },
      { scope, filter, plan, specs, vector, k, ...floor },
    );
    if (minScore !== undefined) {
      return { group, list: { leg: 'vector', ranked: nearest.filter(({ score }) => score >= minScore) }, gaveUp };
    }
    const last = nearest.length < k ? undefined : nearest.at(-1);
    return { group, list: { leg: 'vector', ranked: nearest, ...(last ? { beyond: last.score } : {}) }, gaveUp };
  }
}

/** The model cannot be had: an outage, or settings that an operator has to correct. */
const NO_VECTORS: ReadonlySet<FailureCode> = new Set<FailureCode>(['EMBEDDING_UNAVAILABLE', 'EMBEDDING_MISCONFIGURED']);

function nullWithoutModel(error: unknown): null {
  if (error instanceof Failure && NO_VECTORS.has(error.code)) return null;
  throw error;
}
