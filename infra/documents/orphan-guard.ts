import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A reader in an endless loop hears no `disconnect`; a core is lost for at most this long after its parent died. */
const CHECK_EVERY_MS = 2_000;

const GUARD = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${CHECK_EVERY_MS});
`;

/**
 * Ends this process from a thread of its own when the parent is gone, whatever the main thread is busy with. Resolves
 * when the thread runs: it cannot start while the main thread is busy.
 */
export async function guardAgainstOrphanhood(): Promise<void> {
  const guard = new Worker(GUARD, { eval: true, env: {}, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  await once(guard, 'online');
  guard.unref();
}
