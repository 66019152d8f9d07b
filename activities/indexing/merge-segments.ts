import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Of the millions of passages that came in since the last time, at most so many steps are caught up with at once. */
const MAX_STEPS = 1_000;

/**
 * Makes few segments of words of many. May run twice, be given up and run beside itself: a step is a transaction that moves what
 * is in its former place.
 */
export function createMergeSegments({ catalog }: CatalogDependency) {
  return async function mergeSegments(): Promise<{ readonly steps: number }> {
    return cancellable(async (signal) => {
      let steps = 0;
      while (steps < MAX_STEPS && !signal.aborted && (await catalog.lexical.mergeSegments()).more) steps += 1;
      return { steps };
    });
  };
}
