import type { StackProcess } from './stack-state.js';
import { terminateAll } from './terminate.js';

/**
 * Runs beside the supervisor as a process of its own and waits. When the supervisor is gone without a word (SIGKILL,
 * out of memory), it ends what that left behind: Temporal's binary knows no parent to miss, and a Node child that
 * computes cannot notice. Clients first, then the stores they write to.
 */

/** Shorter than a start: somebody may be waiting to start anew. Everything survives SIGKILL, so grace is a courtesy. */
const CLIENT_GRACE_MS = 3_000;
const STORE_GRACE_MS = 4_000;

const STORES: ReadonlySet<string> = new Set(['temporal', 'postgres']);

export type ReaperMessage = { readonly processes: readonly StackProcess[] } | 'all is stopped';

/** Ends the processes of a stack that has no supervisor any more, in the order in which it would have stopped them. */
export async function reapOrphans(processes: readonly StackProcess[]): Promise<void> {
  await terminateAll(
    processes.filter(({ name }) => !STORES.has(name)),
    { graceMs: CLIENT_GRACE_MS },
  );
  await terminateAll(
    processes.filter(({ name }) => STORES.has(name)),
    { graceMs: STORE_GRACE_MS },
  );
}

function watch(): void {
  let processes: readonly StackProcess[] = [];
  process.on('message', (message: ReaperMessage) => {
    if (message === 'all is stopped') process.exit(0);
    processes = message.processes;
  });
  let reaping = false;
  const reap = (): void => {
    if (reaping) return;
    reaping = true;
    void reapOrphans(processes).finally(() => process.exit(0));
  };
  process.on('disconnect', reap);
  // The supervisor may have been killed while this module was loading: Node keeps early messages for the listener
  // above and hands them over before this turn, but an early disconnect is lost.
  setImmediate(() => {
    if (!process.connected) reap();
  });
}

// Only as a process of its own; the next start imports the function.
if (process.send !== undefined && process.argv[1]?.endsWith('orphan-reaper.js')) watch();
