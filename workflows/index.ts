/** What the workflow worker can run: file name = workflow type. */
export { checkGoldenQuestions } from './check-golden-questions.js';
export { deliverWebhooks } from './deliver-webhooks.js';
export { eraseDocuments } from './erase-documents.js';
export { fillVectors } from './fill-vectors.js';
export { ingestBatch } from './ingest-batch.js';
export { ingestSource } from './ingest-source.js';
export { ingestUploads } from './ingest-uploads.js';
export { maintainVectorIndexes } from './maintain-vector-indexes.js';
export { migrateVectorIndex } from './migrate-vector-index.js';
export { reconcileRuns } from './reconcile-runs.js';
export { rescreenCollection } from './rescreen-collection.js';
export { reviewVersion } from './review-version.js';
export { startErasures } from './start-erasures.js';
export { sweepOrphans } from './sweep-orphans.js';
export { syncPrefix } from './sync-prefix.js';
export { tellDays } from './tell-days.js';
export { tellWebhooks } from './tell-webhooks.js';
