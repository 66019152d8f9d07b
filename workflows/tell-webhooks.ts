import { sleep } from '@temporalio/workflow';
import { telling } from './activity-options.js';

/** How long an event waits at most for somebody to look; where there is no webhook, one look a minute sees whether there is. */
const LOOK_EVERY = '5s';
const LOOKS = 11;

/** Started by a schedule every minute: writes new events down for webhooks, and wakes those who deliver them. */
export async function tellWebhooks(): Promise<void> {
  for (let looks = 1; ; looks++) {
    const { listening } = await telling.spreadEvents();
    if (!listening || looks === LOOKS) return;
    await sleep(LOOK_EVERY);
  }
}
