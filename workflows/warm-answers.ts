import { warming } from './activity-options.js';

/** Started by a schedule: finds out which frequent questions are to be answered anew. API processes answer them. */
export async function warmAnswers(): Promise<void> {
  await warming.planWarming();
}
