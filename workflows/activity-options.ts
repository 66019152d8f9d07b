import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { EmbedActivities } from '../activities/embed-activities.js';
import type { IoActivities } from '../activities/io-activities.js';
import type { OcrActivities } from '../activities/ocr-activities.js';
import { TASK_QUEUES } from '../core/contract/queues.js';

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

/**
 * A store that is down for longer than a minute (1 + 2 + 4 … 32 s) fails the sync, with nothing withdrawn: somebody may
 * have to correct the location or its access, and the next sync starts where this one ended. Fetching what was listed waits
 * longer, as all reading does.
 */
export const listing = proxyActivities<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '5m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...UNTIL_IT_WORKS, maximumAttempts: 7 },
});

/** Reading: one call of the reader has its own deadline (2 minutes a batch); this bounds download, reading and upload. */
export const reading = proxyActivities<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '15m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: BOUNDED,
});

/** A few pages at 2–5 s each on a busy core. */
export const recognition = proxyActivities<OcrActivities>({
  taskQueue: TASK_QUEUES.ocr,
  startToCloseTimeout: '15m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: BOUNDED,
});

/** 128 chunks are 1–3 s of one core; a busy machine may take ten times that. */
export const embedding = proxyActivities<EmbedActivities>({
  taskQueue: TASK_QUEUES.embed,
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: UNTIL_IT_WORKS,
});

/** Minutes at a million vectors. Never two at a time: the schedule waits for it. */
export const maintenance = proxyActivities<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '2h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: BOUNDED,
});

/** A batch of documents, of which one may have tens of thousands of chunks. Outages of any store are waited for. */
export const erasing = proxyActivities<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '1h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: UNTIL_IT_WORKS,
});

/** Catalog only: short, and to be tried until the database is back. */
export const bookkeeping = proxyActivities<IoActivities>({
  taskQueue: TASK_QUEUES.io,
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: UNTIL_IT_WORKS,
});
