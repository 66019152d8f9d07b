import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../process-identity.js';

export interface StackProcess extends ProcessIdentity {
  readonly name: string;
}

/** What a running stack writes into its data folder, for the CLI, the demo and the next start. No secrets. */
export interface StackState {
  /** Where the API serves. */
  readonly url: string;
  readonly ready: boolean;
  readonly supervisor: ProcessIdentity;
  /** `null` fields when the server is somebody else's. */
  readonly temporal: { readonly address: string; readonly uiUrl: string | null };
  readonly databaseUrl: 'external' | 'embedded';
  readonly processes: readonly StackProcess[];
}

const STATE_FILE = 'stack.json';

/** Replaces the state whole, so that a reader never sees half of it. */
export function writeStackState(dataDir: string, state: StackState): void {
  const path = join(dataDir, STATE_FILE);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(draft, path);
}

/** The state that the last stack on this folder left; `null` when there is none or it cannot be read. */
export function readStackState(dataDir: string): StackState | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, STATE_FILE), 'utf8')) as StackState;
  } catch {
    return null;
  }
}

export function removeStackState(dataDir: string): void {
  rmSync(join(dataDir, STATE_FILE), { force: true });
}
