import { bookkeeping } from './activity-options.js';

/** Started by a schedule: brings the catalog's runs and the engine's workflows together. */
export async function reconcileRuns(): Promise<void> {
  await bookkeeping.reconcileRuns();
}
