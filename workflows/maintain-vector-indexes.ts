import { ActivityFailure, log, patched } from '@temporalio/workflow';
import { maintaining } from './activity-options.js';

/**
 * Started by a schedule: the long work of what is searched, away from ingests and searches. Words first, as that is seconds where
 * an index of vectors may be many minutes; neither keeps the other from its turn.
 */
export async function maintainVectorIndexes(): Promise<void> {
  if (patched('merge-segments')) {
    try {
      await maintaining.mergeSegments();
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('segments of words could not be merged');
    }
  }
  await maintaining.maintainVectorIndexes();
}
