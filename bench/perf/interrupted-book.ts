import type { Say } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { ProcessWatch, type TreePeak } from '../setting/process-tree.js';
import { round } from '../setting/statistics.js';
import { repeatedActivities, workflowEnded } from '../setting/temporal-history.js';

export interface InterruptedInput {
  readonly path: string;
  /** A run is interrupted when so many of its pages are done. */
  readonly atPage: number;
  readonly say: Say;
}

export interface Killed {
  readonly end: string;
  readonly killedAtPage: number;
  /** Batches of pages that were begun twice. */
  readonly repeatedBatches: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The larger of both workers, with its children. */
  readonly workerTree: TreePeak;
}

export interface Cancelled {
  readonly end: string;
  readonly cancelledAtPage: number;
  /** From the call until the workflow has ended. */
  readonly seconds: number;
}

/** SIGKILL for the worker in the middle of a book; the supervisor brings it back, and the run goes on. */
export async function measureKilled({ path, atPage, say }: InterruptedInput): Promise<Killed> {
  const stack = await Medindex.start({ databaseUrl: null });
  const watch = new ProcessWatch([stack.pid], { tree: 'workers/main' });
  try {
    const begun = performance.now();
    const { runId, workflowId, pages } = await stack.ingestUpTo({ name: 'book.pdf', path }, 'guidelines', atPage);
    stack.killWorker();
    const { state } = await stack.ended(runId);
    const seconds = round((performance.now() - begun) / 1000, 1);
    const repeatedBatches = await repeatedActivities(stack.temporalAddress, workflowId);
    say(`  killed at page ${pages.done}: ${state} after ${seconds} s, begun twice: ${JSON.stringify(repeatedBatches)}`);
    const workerTree = watch.treePeak;
    say(`  worker with its children ${JSON.stringify(workerTree)}`);
    return { end: state, killedAtPage: pages.done, repeatedBatches, seconds, workerTree };
  } finally {
    watch.stop();
    await stack.stop();
  }
}

/** A run of a book is cancelled in its middle. */
export async function measureCancelled({ path, atPage, say }: InterruptedInput): Promise<Cancelled> {
  const stack = await Medindex.start({ databaseUrl: null });
  try {
    const { runId, workflowId, pages } = await stack.ingestUpTo({ name: 'book.pdf', path }, 'guidelines', atPage);
    const begun = performance.now();
    await stack.client.cancelRun(runId);
    await workflowEnded(stack.temporalAddress, workflowId);
    const { state } = await stack.ended(runId);
    const seconds = round((performance.now() - begun) / 1000, 1);
    say(`  cancelled at page ${pages.done}: ${state} after ${seconds} s`);
    return { end: state, cancelledAtPage: pages.done, seconds };
  } finally {
    await stack.stop();
  }
}
