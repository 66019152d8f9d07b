import { identifyProcess, isAlive, type ProcessIdentity } from '../../infra/process-identity.js';
import { signal, terminateAll } from '../../infra/local/terminate.js';
import { processesBelow } from './process-tree.js';

/** A stack drains for at most 20 s, and Postgres stops within a few. */
const GRACE_MS = 25_000;

const LOOK_MS = 50;

/** As shells count: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/**
 * Whatever this process started ends with it, also when it is interrupted (Ctrl-C) or told to stop: first its children, each
 * in its own way, then what is left of all below them. A second Ctrl-C waits for nobody. Linux only: elsewhere the processes
 * below are not known.
 */
export function endWithInterrupt(): void {
  let asked = false;
  const end = (): void => {
    const all = processesBelow(process.pid).flatMap(({ pid, parent }) => {
      const identity = identifyProcess(pid);
      return identity === null ? [] : [{ ...identity, parent }];
    });
    if (asked) {
      for (const { pid } of all) signal(pid, 'SIGKILL');
      process.exit(INTERRUPTED);
    }
    asked = true;
    process.stderr.write('Stopping what was started. Ctrl-C again ends it at once.\n');
    const children = all.filter(({ parent }) => parent === process.pid);
    for (const { pid } of children) signal(pid, 'SIGINT');
    void untilGone(children)
      .then(() => terminateAll(all, { graceMs: 0 }))
      .then(() => process.exit(INTERRUPTED));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
}

async function untilGone(processes: readonly ProcessIdentity[]): Promise<void> {
  const end = performance.now() + GRACE_MS;
  while (performance.now() < end && processes.some(isAlive))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
