import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessLock, takeProcessLock } from '../data-folder/process-lock.js';

/**
 * Ports promised to servers that do not listen yet, known to all stacks of a user: from choosing a port to listening on
 * it a new database needs up to half a minute, time enough for a second stack to choose the same.
 */
export class PortReservations {
  readonly #folder: string;
  readonly #held = new Map<number, ProcessLock>();

  /** `folder`: shared by the stacks that are to know of each other. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
  }

  /** Whether the port is promised to nobody else, and so is now ours. Ends with this process or {@link release}. */
  reserve(port: number): boolean {
    const taken = this.#held.has(port) ? null : takeProcessLock(join(this.#folder, `${port}.lock`), 'reserved');
    if (taken === null || 'holder' in taken) return false;
    this.#held.set(port, taken.lock);
    return true;
  }

  release(port: number): void {
    this.#held.get(port)?.release();
    this.#held.delete(port);
  }

  releaseAll(): void {
    for (const port of [...this.#held.keys()]) this.release(port);
  }
}
