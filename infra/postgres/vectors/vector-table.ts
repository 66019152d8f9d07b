import { MAX_FLOAT_DIMENSIONS } from '../../../core/moving/vector-bytes.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import { isUuid } from '../storable.js';

/** pgvector indexes `halfvec` up to 4,000 dimensions. */
export const MAX_INDEXED_DIMENSIONS = 4_000;

/** The table of a vector index; its name is part of statements, so it is made of an id only. */
export function vectorTable(spec: VectorIndexSpec): string {
  if (!isUuid(spec.vectorIndexId)) throw new Error('the id of a vector index must be a UUID');
  return `vectors.index_${spec.vectorIndexId.replaceAll('-', '').toLowerCase()}`;
}

export interface VectorType {
  /** E.g. `vector(384)`. */
  readonly column: string;
  /** Of the cosine distance, for HNSW. */
  readonly operatorClass: string;
}

export function vectorType({ model }: VectorIndexSpec): VectorType {
  const { dimensions } = model;
  if (!Number.isInteger(dimensions) || dimensions < 1) throw new Error('dimensions must be a positive integer');
  return dimensions > MAX_FLOAT_DIMENSIONS
    ? { column: `halfvec(${dimensions})`, operatorClass: 'halfvec_cosine_ops' }
    : { column: `vector(${dimensions})`, operatorClass: 'vector_cosine_ops' };
}

/** pgvector's text form. Nine digits give back every float32 exactly. */
export function vectorLiteral(vector: Float32Array): string {
  const numbers: string[] = [];
  for (const value of vector) numbers.push(value === 0 ? '0' : value.toPrecision(9));
  return `[${numbers.join(',')}]`;
}
