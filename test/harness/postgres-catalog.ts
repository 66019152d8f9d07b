import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import type { CatalogUnderTest } from '../contracts/catalog-world.js';
import type { TestDatabase } from './postgres.js';

/** The Postgres adapters over a test database. */
export function catalogOver({ pool }: TestDatabase): CatalogUnderTest {
  return { catalog: createPostgresCatalog({ pool }), vectorIndex: new PgVectorIndex({ pool }), pool };
}
