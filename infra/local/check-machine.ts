import { statfs } from 'node:fs/promises';
import { availableParallelism, platform, totalmem } from 'node:os';

export interface MachineReport {
  /** One line for people: what this machine has. */
  readonly summary: string;
  /** What will probably hurt, and what to do; the start goes on. */
  readonly warnings: readonly string[];
}

/** Measured at work: database 0.5 GB, worker 0.7, API 0.3, Temporal 0.2; below 3 GB the machine swaps while it reads scans. */
const COMFORTABLE_MEMORY_BYTES = 3 * 1024 ** 3;
/** Temporal CLI 0.2 GB, its build cache 1 GB, model 0.1 GB, a small corpus with its database 0.3 GB. */
const COMFORTABLE_DISK_BYTES = 2 * 1024 ** 3;

/**
 * Looks at what the machine has before anything is started.
 * Errors: a sentence when medindex cannot run here at all.
 */
export async function checkMachine(folder: string): Promise<MachineReport> {
  if (platform() === 'win32') {
    throw new Error(
      'medindex runs on Linux and macOS. On Windows use WSL2 (wsl --install) and clone the repository there.',
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const memoryBytes = totalmem();
  const warnings: string[] = [];
  if (memoryBytes < COMFORTABLE_MEMORY_BYTES) {
    warnings.push(`This machine has ${gibibytes(memoryBytes)} of memory; below 3 GiB large scans are slow or fail.`);
  }
  if (freeBytes < COMFORTABLE_DISK_BYTES) {
    warnings.push(`Only ${gibibytes(freeBytes)} of disk are free in ${folder}; a start needs up to 2 GiB.`);
  }
  const parts = [`Node.js ${process.versions.node}`, `${availableParallelism()} cores`];
  parts.push(`${gibibytes(memoryBytes)} memory`, `${gibibytes(freeBytes)} free disk`);
  return { summary: parts.join(', '), warnings };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(bytes < 10 * 1024 ** 3 ? 1 : 0)} GiB`;
}
