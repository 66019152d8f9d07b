import type { DueMessage } from '../ports/webhook-catalog.js';

/**
 * What is sent, the same in every try: type, moment and data as Standard Webhooks has it. Ids, codes, counts and times, and the
 * collection by its name.
 */
export function webhookBody({
  type,
  occurredAt,
  collection,
  data,
}: Omit<DueMessage, 'deliveryId' | 'attempts'>): string {
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: { ...(collection === null ? {} : { collection }), ...data },
  });
}
