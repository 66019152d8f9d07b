import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A reader in an endless loop hears no `disconnect`; a core is lost for at most this long after its parent died. */
const CHECK_EVERY_MS = 2_000;

const GUARD = `
  const { parentPort, workerData: parent } = require('node:worker_threads');
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${CHECK_EVERY_MS});
  parentPort.postMessage('watching');
`;

/**
 * Ends this process from a thread of its own when the parent is gone, whatever the main thread is busy with. Resolves
 * when the thread watches: it cannot start while the main thread is busy. Who the parent is must be asked here, before
 * the first request is answered: a thread that is first scheduled after the parent's death would take init for it.
 */
export async function guardAgainstOrphanhood(parent = process.ppid): Promise<void> {
  const guard = new Worker(GUARD, {
    eval: true,
    env: {},
    workerData: parent,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  await once(guard, 'message');
  guard.unref();
}
