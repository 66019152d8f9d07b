import type { RunRef } from '../core/contract/ingest-messages.js';
import type { ObjectRef } from '../core/contract/object-ref.js';
import type { ObjectStore } from '../core/ports/object-store.js';

/**
 * What a run leaves in the object store between its stages: JSON under `work/<organization>/<run>/<name>`, sealed.
 * The name depends on the run and the part only, so an activity that runs twice replaces its own object.
 */
export async function writeArtefact(store: ObjectStore, run: RunRef, name: string, value: unknown): Promise<ObjectRef> {
  return store.put(artefactKey(run, name), Buffer.from(JSON.stringify(value), 'utf8'), {
    contentType: 'application/json',
  });
}

export function artefactKey(run: RunRef, name: string): string {
  return `work/${run.organizationId}/${run.runId}/${name}.json`;
}

/** Reads and verifies an artefact. The type is the caller's knowledge of who wrote it. */
export async function readArtefact<Value>(store: ObjectStore, ref: ObjectRef): Promise<Value> {
  return JSON.parse(Buffer.from(await store.get(ref)).toString('utf8')) as Value;
}

/** Zero-padded so that a listing shows pages and records in order. */
export function padded(position: number): string {
  return String(position).padStart(7, '0');
}
