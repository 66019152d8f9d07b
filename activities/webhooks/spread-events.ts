import type { SpreadEvents } from '../../core/contract/webhooks.js';
import type { WebhookDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** A transaction of some tens of milliseconds; an ingest of tens of thousands of records takes some hundred of them. */
const EVENTS_AT_ONCE = 500;

/** After so many events the workflows that deliver get their turn. */
const EVENTS_PER_ACTIVITY = 10_000;

/** Events are of use to a receiver that was down for some weeks, and no longer. */
const KEPT_DAYS = 30;

/**
 * Writes new events down for each webhook that takes them, and wakes the workflows of webhooks for which something is due. May
 * run twice: each event is taken off the list in the transaction that writes it down, and waking somebody twice wakes him once.
 */
export function createSpreadEvents({ catalog, starter }: WebhookDependencies) {
  return async function spreadEvents(): Promise<SpreadEvents> {
    return cancellable(async (signal) => {
      for (let spread = 0; spread < EVENTS_PER_ACTIVITY;) {
        signal.throwIfAborted();
        const step = await catalog.webhooks.spread(EVENTS_AT_ONCE);
        if (!step.listening) return { listening: false };
        if (step.spread === 0) break;
        spread += step.spread;
      }
      for (const webhook of await catalog.webhooks.due()) await starter.deliverWebhooks(webhook);
      return { listening: true };
    });
  };
}

/** Writes events of days that have come, and removes old ones. May run twice: a day is told once. */
export function createTellDays({ catalog }: WebhookDependencies) {
  return async function tellDays(): Promise<void> {
    await cancellable(async () => {
      await catalog.webhooks.tellDays();
      await catalog.webhooks.forget(KEPT_DAYS);
    });
  };
}
