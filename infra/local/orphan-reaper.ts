import { fileURLToPath } from 'node:url';
import { readLines } from './log-lines.js';
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

/** A line of JSON on the reaper's stdin: whom it is to end, or that there is nobody left. */
export type ReaperMessage = { readonly processes: readonly StackProcess[] } | 'all is stopped';

/** Ends the processes of a stack that has no supervisor any more, in the order in which it would have stopped them. */
export async function reapOrphans(processes: readonly StackProcess[]): Promise<void> {
  await terminateAll(
    processes.filter(({ name }) => !isStore(name)),
    { graceMs: CLIENT_GRACE_MS },
  );
  await terminateAll(
    processes.filter(({ name }) => isStore(name)),
    { graceMs: STORE_GRACE_MS },
  );
}

function isStore(name: string): boolean {
  return name === 'temporal' || name === 'postgres';
}

/** A pipe and not Node's IPC: its end and what was written before it reach also a reader that is still loading. */
function watch(): void {
  let processes: readonly StackProcess[] = [];
  readLines(process.stdin, (line) => {
    const message = JSON.parse(line) as ReaperMessage;
    if (message === 'all is stopped') process.exit(0);
    processes = message.processes;
  });
  process.stdin.once('close', () => {
    void reapOrphans(processes).finally(() => process.exit(0));
  });
}

// Only as a process of its own; the next start imports the function.
if (process.argv[1] === fileURLToPath(import.meta.url)) watch();
