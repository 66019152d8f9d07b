import { sleep } from '@temporalio/workflow';
import { telling } from './activity-options.js';

/**
 * An event waits about so long until somebody looks: up to ten seconds after the last look of a minute, and longer while no worker is
 * free. Where there is no webhook, one look a minute is enough to see the first one.
 */
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
