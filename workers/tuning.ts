import { availableParallelism } from 'node:os';
import type { WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUES, type WorkerKind } from '../core/contract/queues.js';

type Tuning = Pick<
  WorkerOptions,
  | 'taskQueue'
  | 'maxConcurrentWorkflowTaskExecutions'
  | 'maxConcurrentActivityTaskExecutions'
  | 'maxCachedWorkflows'
  | 'shutdownGraceTime'
  | 'shutdownForceTime'
  | 'maxHeartbeatThrottleInterval'
>;

/**
 * Activities are told at once that the worker stops, and get this long to reach a safe place; what is cut off is
 * repeated by another worker, at most a batch of pages or 128 chunks.
 */
const SHUTDOWN = { shutdownGraceTime: '5s', shutdownForceTime: '15s' } as const;

/**
 * A cancellation arrives as the answer to a heartbeat, and the SDK holds heartbeats back for 80 % of their timeout, which
 * are 16 s of our 20 s. With beats every second (activities/heartbeat.ts) work stops within about 2 s; the price is one
 * small call a second for each long activity under way.
 */
const HEARTBEATS = { maxHeartbeatThrottleInterval: '1s' } as const;

/** How much of each kind of work runs at once in one process. Backpressure is slots: what has no slot waits in Temporal. */
export function tuning(kind: WorkerKind): Tuning {
  const cores = availableParallelism();
  const taskQueue = TASK_QUEUES[kind];
  switch (kind) {
    case 'workflow':
      // A cached workflow is about 0.5 MB; an evicted one is replayed, which costs more than it saves below a few hundred.
      return { taskQueue, maxConcurrentWorkflowTaskExecutions: 40, maxCachedWorkflows: 200, ...SHUTDOWN };
    case 'io':
      // Waiting for network and children, not computing: more than cores, few enough for the database's pool of 10.
      return { taskQueue, maxConcurrentActivityTaskExecutions: 8, ...SHUTDOWN, ...HEARTBEATS };
    case 'ocr':
      // A page fills a core for seconds; more slots than cores only make every page later.
      return { taskQueue, maxConcurrentActivityTaskExecutions: cores, ...SHUTDOWN, ...HEARTBEATS };
    case 'webhooks':
      // Waits for the servers of others, a minute at most for the first batch of one that hangs, and then 10 s for each rest of up to
      // five minutes. Each slot calls four at a time and records every answer: 16 slots are 64 that may ask for one of the database's
      // pool of 10 at once; 50 were 200, in front of the activities of all other kinds in the same process.
      return { taskQueue, maxConcurrentActivityTaskExecutions: 16, ...SHUTDOWN, ...HEARTBEATS };
    case 'embed':
      // The model thread is one queue: a second slot overlaps database time with computing, a third adds nothing.
      return { taskQueue, maxConcurrentActivityTaskExecutions: 2, ...SHUTDOWN, ...HEARTBEATS };
  }
}
