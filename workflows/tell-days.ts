import { telling } from './activity-options.js';

/** Started by a schedule: tells of what only the clock makes true. */
export async function tellDays(): Promise<void> {
  await telling.tellDays();
}
