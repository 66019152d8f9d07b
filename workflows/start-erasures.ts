import { erasing } from './activity-options.js';

/** Started by a schedule: begins the erasure of what was deleted and whose retention is over. */
export async function startErasures(): Promise<void> {
  await erasing.startErasures();
}
