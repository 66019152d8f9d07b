import type { WebhookDependencies } from './dependencies.js';
import { withFailureBoundary } from './failure-boundary.js';
import { createSendWebhooks } from './webhooks/send-webhooks.js';
import { createSpreadEvents, createTellDays } from './webhooks/spread-events.js';

/** Task queue `medindex-webhooks`: waits for other people's servers. */
export function createWebhookActivities(deps: WebhookDependencies) {
  return {
    spreadEvents: withFailureBoundary(createSpreadEvents(deps)),
    tellDays: withFailureBoundary(createTellDays(deps)),
    sendWebhooks: withFailureBoundary(createSendWebhooks(deps)),
  };
}
export type WebhookActivities = ReturnType<typeof createWebhookActivities>;
