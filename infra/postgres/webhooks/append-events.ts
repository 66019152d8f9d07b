import { randomUUID } from 'node:crypto';
import type { CollectionId, OrganizationId } from '../../../core/contract/ids.js';
import type { WebhookEventType } from '../../../core/contract/webhooks.js';
import type { Queryable } from '../database.js';

/** What has just become true. */
export interface NewEvent {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId | null;
  readonly type: WebhookEventType;
  /** Ids, codes, counts and times; never a name or a text. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** Whether anybody would be told of what happens in the organization of a row. Without a webhook, no event is kept. */
export const isListening = (row: string): string =>
  `exists (select from knowledge.webhooks listening where listening.organization_id = ${row}.organization_id)`;

/** A moment as JSON holds it: UTC, ISO 8601, milliseconds. */
export const isoTime = (moment: string): string =>
  `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const APPEND_EVENTS = `
  insert into knowledge.webhook_events (event_id, organization_id, collection_id, type, data)
  select n.event_id, n.organization_id, n.collection_id, n.type, n.data
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::jsonb[])
    n (event_id, organization_id, collection_id, type, data)
  where ${isListening('n')}`;

/** Writes events within the transaction that makes them true: rolled back, nobody hears of it. */
export async function appendEvents(tx: Queryable, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query('appendWebhookEvents', APPEND_EVENTS, [
    events.map(() => randomUUID()),
    events.map((event) => event.organizationId),
    events.map((event) => event.collectionId),
    events.map((event) => event.type),
    events.map((event) => JSON.stringify(event.data)),
  ]);
}

/**
 * A part of a statement that ends runs: writes an event for each of the rows `ended` (of knowledge.runs) that failed or need
 * attention, so that no run ends so without it.
 */
export const appendEndedRuns = (ended: string): string => `
  insert into knowledge.webhook_events (event_id, organization_id, collection_id, type, data)
  select gen_random_uuid(), r.organization_id, r.collection_id, 'run.' || r.state,
    jsonb_build_object('runId', r.run_id, 'kind', r.kind, 'code', r.error_code)
  from ${ended} r where r.state in ('failed', 'needs_attention') and ${isListening('r')}`;
