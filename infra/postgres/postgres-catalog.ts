import type { Pool } from 'pg';
import type { Catalog } from '../../core/ports/catalog.js';
import type { VectorStore } from '../../core/ports/vector-index.js';
import { PgAnswerCatalog } from './answers/pg-answer-catalog.js';
import { PgAuditLog } from './audit/pg-audit-log.js';
import { PgCacheCatalog } from './cache/pg-cache-catalog.js';
import { PgCandidateCatalog } from './candidates/pg-candidate-catalog.js';
import { PgCollectionCatalog } from './collections/pg-collection-catalog.js';
import { Database } from './database.js';
import { PgDocumentCatalog } from './documents/pg-document-catalog.js';
import { PgErasureCatalog } from './erasure/pg-erasure-catalog.js';
import { PgFrequentQuestionCatalog } from './frequent-questions/pg-frequent-question-catalog.js';
import { PgGoldenQuestionCatalog } from './golden-questions/pg-golden-question-catalog.js';
import { PgKeyCatalog } from './keys/pg-key-catalog.js';
import { PgLexicalIndex } from './lexical/pg-lexical-index.js';
import { PgUsageCatalog } from './limits/pg-usage-catalog.js';
import { PgOrphanCatalog } from './orphans/pg-orphan-catalog.js';
import { PgQuestionCatalog } from './questions/pg-question-catalog.js';
import { PgRescreenCatalog } from './rescreens/pg-rescreen-catalog.js';
import { PgReviewCatalog } from './reviews/pg-review-catalog.js';
import { PgRunCatalog } from './runs/pg-run-catalog.js';
import { PgStatisticsCatalog } from './statistics/pg-statistics-catalog.js';
import { PgSyncCatalog } from './syncs/pg-sync-catalog.js';
import { PgUploadCatalog } from './uploads/pg-upload-catalog.js';
import { PgVectorIndexCatalog } from './vector-indexes/pg-vector-index-catalog.js';
import { PgVersionCatalog } from './versions/pg-version-catalog.js';
import { PgWebhookCatalog } from './webhooks/pg-webhook-catalog.js';

/**
 * All roles of the catalog over one pool of a migrated database. `close` ends the pool, unless its owner did already.
 */
export function createPostgresCatalog({
  pool,
  database = new Database(pool),
  shortWays = database,
  vectorStore = 'pgvector',
}: {
  readonly pool: Pool;
  readonly database?: Database;
  /** For what every request asks before anything else: keys, epochs and limits. Of another pool, it waits for no search. */
  readonly shortWays?: Database;
  /** Where vector indexes of collections that have none yet are made. */
  readonly vectorStore?: VectorStore;
}): Catalog {
  return {
    collections: new PgCollectionCatalog(database, vectorStore),
    runs: new PgRunCatalog(database),
    syncs: new PgSyncCatalog(database),
    versions: new PgVersionCatalog(database),
    documents: new PgDocumentCatalog(database),
    lexical: new PgLexicalIndex(database),
    candidates: new PgCandidateCatalog(database),
    vectorIndexes: new PgVectorIndexCatalog(database),
    uploads: new PgUploadCatalog(database),
    keys: new PgKeyCatalog(database, shortWays),
    erasures: new PgErasureCatalog(database),
    orphans: new PgOrphanCatalog(database),
    reviews: new PgReviewCatalog(database),
    rescreens: new PgRescreenCatalog(database),
    audit: new PgAuditLog(database),
    answers: new PgAnswerCatalog(database),
    goldenQuestions: new PgGoldenQuestionCatalog(database),
    questions: new PgQuestionCatalog(database),
    cache: new PgCacheCatalog(shortWays),
    frequentQuestions: new PgFrequentQuestionCatalog(database),
    usage: new PgUsageCatalog(shortWays),
    webhooks: new PgWebhookCatalog(database),
    statistics: new PgStatisticsCatalog(database),
    async ping() {
      await database.forSystem('asks for no row').query('ping', 'select 1');
    },
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}
