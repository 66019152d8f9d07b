import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../process-identity.js';

/** How often the process table is looked at while waiting; a look costs microseconds on Linux. */
const POLL_MS = 50;

/** After SIGKILL a process is gone as soon as the kernel lets go of it; a disk that hangs can hold it up. */
const KILL_DEADLINE_MS = 5_000;

/**
 * Ends processes that nobody else looks after: SIGTERM, and after the grace SIGKILL for them and their process groups
 * (children of the stack lead groups of their own). Only the very processes that were recorded are touched.
 * Gives those that are still there in the end: none, unless the kernel holds them.
 */
export async function terminateAll(
  processes: readonly ProcessIdentity[],
  options: { graceMs: number },
): Promise<ProcessIdentity[]> {
  for (const one of processes) if (isAlive(one)) signal(one.pid, 'SIGTERM');
  let left = await waitUntilGone(processes, options.graceMs);
  if (left.length === 0) return [];
  for (const one of left) signalGroup(one.pid, 'SIGKILL');
  left = await waitUntilGone(left, KILL_DEADLINE_MS);
  return left;
}

/** Those that are still alive after at most so long. */
async function waitUntilGone(processes: readonly ProcessIdentity[], deadlineMs: number): Promise<ProcessIdentity[]> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const left = processes.filter(isAlive);
    if (left.length === 0 || performance.now() >= end) return left;
    await sleep(POLL_MS);
  }
}

/** Signals a process group led by this pid, and the process itself where it leads none. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  if (!signal(-pid, name)) signal(pid, name);
}

/** Whether there was somebody to signal. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
