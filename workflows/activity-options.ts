import { type ActivityInterfaceFor, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { EmbedActivities } from '../activities/embed-activities.js';
import type { IoActivities } from '../activities/io-activities.js';
import type { OcrActivities } from '../activities/ocr-activities.js';
import type { WebhookActivities } from '../activities/webhook-activities.js';
import { ACTIVITY_SUMMARIES } from './activity-summaries.js';
import { TASK_QUEUES } from '../core/contract/queues.js';
import { PRIORITY_KEYS } from '../core/contract/run-priority.js';

/**
 * Waits 1 s, 2 s, 4 s … 1 minute between tries and does not count them: what is retryable is an outage, and an outage ends.
 * What can never succeed says so by its failure code (activities/failure-boundary.ts) and is not retried.
 */
const UNTIL_IT_WORKS: ActivityOptions['retry'] = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
};

/**
 * A worker that dies at a file (and not at an outage) shows only as timeouts. At a minute each, 100 tries wait out an
 * outage of more than an hour and a half, and then end a file that kills whoever touches it.
 */
const BOUNDED: ActivityOptions['retry'] = { ...UNTIL_IT_WORKS, maximumAttempts: 100 };

/** Many missed beats (activities/heartbeat.ts beats every second): room for a busy machine. */
const HEARTBEAT_TIMEOUT = '20s';

const READS: ActivityOptions = {
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '15m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: BOUNDED,
};

/** Statements only: short, and to be tried until the database is back. */
const WRITES_THE_CATALOG: ActivityOptions = {
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: UNTIL_IT_WORKS,
};

/** Activities with these options, each with its own words for the Temporal UI. */
function described<Activities extends object>(options: ActivityOptions): ActivityInterfaceFor<Activities> {
  return new Proxy({} as ActivityInterfaceFor<Activities>, {
    get(_target, name) {
      const summary = ACTIVITY_SUMMARIES[name as keyof typeof ACTIVITY_SUMMARIES];
      return Reflect.get(proxyActivities<Activities>({ ...options, summary }), name) as unknown;
    },
  });
}

/**
 * Lists what a sync keeps. A store that is down for longer than a minute (1 + 2 + 4 … 32 s) fails the sync, with nothing
 * withdrawn: somebody may have to correct the location or its access, and the next sync starts where this one ended. Fetching
 * what was listed waits longer, as all reading does.
 */
export const listing = described<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '5m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...UNTIL_IT_WORKS, maximumAttempts: 7 },
});

/** From bytes to readings. One call of the reader has its own deadline (2 minutes a batch); this bounds download, reading and upload. */
export const reading = described<IoActivities>(READS);

/** Pages and pictures by OCR: a few pages at 2–5 s each on a busy core. */
export const recognising = described<OcrActivities>({ ...READS, taskQueue: TASK_QUEUES.ocr });

/** From readings to chunks: screens and cuts. Reads and writes as much as reading does. */
export const indexing = described<IoActivities>(READS);

/** 128 chunks are 1–3 s of one core; a busy machine may take ten times that. */
export const embedding = described<EmbedActivities>({
  taskQueue: TASK_QUEUES.embed,
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: UNTIL_IT_WORKS,
});

/** Two searches for each of some hundred questions. */
export const comparing = described<EmbedActivities>({
  taskQueue: TASK_QUEUES.embed,
  startToCloseTimeout: '15m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: BOUNDED,
});

export const publishing = described<IoActivities>(WRITES_THE_CATALOG);

/** Ends runs and syncs. */
export const settling = described<IoActivities>(WRITES_THE_CATALOG);

/** What a sync does with what it listed: takes batches apart, withdraws what is gone. */
export const syncing = described<IoActivities>(WRITES_THE_CATALOG);

/** Brings the catalog's runs and the engine's workflows together. */
export const reconciling = described<IoActivities>(WRITES_THE_CATALOG);

/** What people decide, on record. The reviewer waits for it, so the first tries come quickly. */
export const reviewing = proxyActivities<IoActivities>({
  ...WRITES_THE_CATALOG,
  retry: { ...UNTIL_IT_WORKS, initialInterval: '200ms' },
  priority: { priorityKey: PRIORITY_KEYS.decision },
});

/** Which vector index is searched: somebody waits for the answer, so the first tries come quickly. */
export const deciding = described<IoActivities>({
  ...WRITES_THE_CATALOG,
  retry: { ...UNTIL_IT_WORKS, initialInterval: '200ms' },
  priority: { priorityKey: PRIORITY_KEYS.decision },
});

/** Builds what searches of large collections need: minutes at a million vectors. Never two at a time: the schedule waits for it. */
export const maintaining = described<IoActivities>({ ...READS, startToCloseTimeout: '2h' });

/** A batch of documents, of which one may have tens of thousands of chunks. Outages of any store are waited for. */
export const erasing = described<IoActivities>({ ...READS, startToCloseTimeout: '1h', retry: UNTIL_IT_WORKS });

/** Goes through all objects and vectors of an organization: some minutes for a million, by pages of a thousand. */
export const sweeping = described<IoActivities>({
  ...READS,
  startToCloseTimeout: '6h',
  priority: { priorityKey: PRIORITY_KEYS.upkeep },
});

/** Looks at what is asked often. The next look comes soon, and an outage is the same for all of them. */
export const warming = described<IoActivities>(WRITES_THE_CATALOG);

/** Finds out what webhooks are to be told of. */
export const telling = described<WebhookActivities>({ ...WRITES_THE_CATALOG, taskQueue: TASK_QUEUES.webhooks });

/** Twenty calls of at most 10 s, four at a time, and a statement for each. The tries of a message are the workflow's own. */
export const sending = described<WebhookActivities>({ ...WRITES_THE_CATALOG, taskQueue: TASK_QUEUES.webhooks });
