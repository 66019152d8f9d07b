import type { Worker } from '@temporalio/worker';

/**
 * Runs workers until the process is told to stop, or one of them fails (then the others stop too and it throws).
 * A parent that disappears counts as being told to stop: nothing may go on without its supervisor.
 */
export async function runWorkersUntilStopped(input: {
  workers: readonly Worker[];
  onReady: () => void;
}): Promise<void> {
  const { workers } = input;
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const signals = ['SIGINT', 'SIGTERM', 'disconnect'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    const running = workers.map((worker) => worker.run().finally(stop));
    input.onReady();
    const ends = await Promise.allSettled(running);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
