import { Failure } from '../../core/contract/failures.js';
import type { StartableRun, WorkflowStarter } from '../../core/ports/workflow-starter.js';

/** Starts the workflows of reviews. One that cannot be started now is started by the reconciler within about a minute. */
export async function startReviews(starter: WorkflowStarter, reviews: readonly StartableRun[]): Promise<void> {
  for (const review of reviews) {
    try {
      await starter.start(review);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}
