import type { VectorIndexSpec, VectorIndexState, VectorStore } from '../../../core/ports/vector-index.js';

export interface VectorIndexRow {
  vector_index_id: string;
  organization_id: string;
  collection_id: string;
  model_name: string;
  model_revision: string;
  dimensions: number;
  max_tokens: number;
  store: VectorStore;
  state: VectorIndexState;
}

export const VECTOR_INDEX_COLUMNS = `vector_index_id, organization_id, collection_id, model_name, model_revision,
  dimensions, max_tokens, store, state`;

export function toVectorIndexSpec(row: VectorIndexRow): VectorIndexSpec {
  return {
    vectorIndexId: row.vector_index_id,
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    model: {
      name: row.model_name,
      revision: row.model_revision,
      dimensions: row.dimensions,
      maxTokens: row.max_tokens,
    },
    store: row.store,
    state: row.state,
  };
}
