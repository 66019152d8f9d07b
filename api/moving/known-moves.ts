import type { OrganizationId, VectorIndexId } from '../../core/contract/ids.js';
import { moveDetails } from '../../core/moving/move-details.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { ShownAct } from '../../core/ports/run-catalog.js';
import type { Generation } from '../../core/ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { ApiError } from '../errors.js';

/** A collection moves once at a time, so these are as many as collections at most. */
const MOVES = 1_000;

/** A vector index, and the run that makes it, while that is under way. */
export interface KnownIndex {
  readonly generation: Generation;
  readonly move: ShownAct | null;
}

/** Moves that are under way, by the vector index that they make. */
export async function movesUnderWay(
  { runs }: Pick<Catalog, 'runs'>,
  scope: AccessScope,
): Promise<Map<VectorIndexId, ShownAct>> {
  const moves = await runs.listActs(scope, { kind: 'migration', state: 'running', limit: MOVES });
  return new Map(
    moves.flatMap((move): [VectorIndexId, ShownAct][] => {
      const { vectorIndexId } = moveDetails(move);
      return vectorIndexId === undefined ? [] : [[vectorIndexId, move]];
    }),
  );
}

export async function generationOf(
  { vectorIndexes }: Pick<Catalog, 'vectorIndexes'>,
  organizationId: OrganizationId,
  spec: VectorIndexSpec,
): Promise<Generation | null> {
  const all = await vectorIndexes.ofCollection(organizationId, spec.collectionId);
  return all.find((one) => one.spec.vectorIndexId === spec.vectorIndexId) ?? null;
}

/** Errors: `VECTOR_INDEX_NOT_FOUND`. */
export async function requireIndex(
  catalog: Pick<Catalog, 'runs' | 'vectorIndexes'>,
  scope: AccessScope,
  vectorIndexId: VectorIndexId,
): Promise<KnownIndex> {
  const spec = (await catalog.vectorIndexes.list(scope)).find((one) => one.vectorIndexId === vectorIndexId);
  const generation = spec && (await generationOf(catalog, scope.organizationId, spec));
  if (!generation) throw new ApiError('VECTOR_INDEX_NOT_FOUND');
  return { generation, move: (await movesUnderWay(catalog, scope)).get(vectorIndexId) ?? null };
}
