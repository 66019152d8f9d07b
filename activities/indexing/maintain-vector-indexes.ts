import type { MaintenanceDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/**
 * The vector store's own long work (an approximate index over what has grown large). May be given up and run again: what is
 * under way is not begun twice, and what was broken off is begun anew.
 */
export function createMaintainVectorIndexes({ vectorIndex }: MaintenanceDependencies) {
  return async function maintainVectorIndexes(): Promise<{ readonly built: readonly string[] }> {
    return cancellable(async (signal) => {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the worker stops')), { once: true });
      });
      // A statement that builds is the database's: it goes on there after nobody waits for it any more.
      const built = await Promise.race([vectorIndex.maintain(), aborted]);
      return { built: built.map((spec) => spec.vectorIndexId) };
    });
  };
}
