import type { Pool } from 'pg';
import type { VectorIndex, VectorStore } from '../../core/ports/vector-index.js';
import type { VectorStoreConfig } from '../config.js';
import { PgVectorIndex } from '../postgres/pg-vector-index.js';
import { QdrantVectorIndex } from './qdrant/qdrant-vector-index.js';
import { VectorStores } from './vector-stores.js';

/** All stores that the settings name; which of them new indexes are made in is the catalog's to know. */
export function createVectorIndex(
  config: VectorStoreConfig,
  { pool }: { readonly pool: Pool },
): { vectorIndex: VectorIndex; stores: readonly VectorStore[]; close(): Promise<void> } {
  const pgvector = new PgVectorIndex({ pool });
  if (config.qdrant === null) {
    return { vectorIndex: new VectorStores({ pgvector }), stores: ['pgvector'], close: async () => undefined };
  }
  const qdrant = new QdrantVectorIndex(config.qdrant);
  return {
    vectorIndex: new VectorStores({ pgvector, qdrant }),
    stores: ['pgvector', 'qdrant'],
    close: () => qdrant.close(),
  };
}
