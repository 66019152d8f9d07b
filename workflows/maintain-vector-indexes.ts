import { maintaining } from './activity-options.js';

/** Started by a schedule: the vector store's long work, away from ingests and searches. */
export async function maintainVectorIndexes(): Promise<void> {
  await maintaining.maintainVectorIndexes();
}
