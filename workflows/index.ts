/** What the workflow worker can run: file name = workflow type. */
export { ingestSource } from './ingest-source.js';
export { reconcileRuns } from './reconcile-runs.js';
