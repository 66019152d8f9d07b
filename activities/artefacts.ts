import { Failure } from '../core/contract/failures.js';
import type { ObjectRef } from '../core/contract/object-ref.js';
import { type VersionPlace, versionPartKey } from '../core/contract/object-keys.js';
import type { ObjectStore } from '../core/ports/object-store.js';

/** What a value is stored as: JSON, sealed where its key lies in a sealed area. */
export async function putJson(store: ObjectStore, key: string, value: unknown): Promise<ObjectRef> {
  return store.put(key, Buffer.from(JSON.stringify(value), 'utf8'), { contentType: 'application/json' });
}

/**
 * Stores one part of what was read of a version. The key depends on version and part only, so an activity that runs twice
 * replaces its own object.
 */
export async function writePart(
  store: ObjectStore,
  version: VersionPlace,
  part: string,
  value: unknown,
): Promise<ObjectRef> {
  return putJson(store, versionPartKey(version, part), value);
}

/** Reads and verifies an artefact. The type is the caller's knowledge of who wrote it. */
export async function readArtefact<Value>(store: ObjectStore, ref: ObjectRef): Promise<Value> {
  return JSON.parse(Buffer.from(await store.get(ref)).toString('utf8')) as Value;
}

/**
 * Reads an artefact by its key, without a reference to verify it by. For sealed areas only: their seal shows that nobody
 * else wrote it. Errors: `OBJECT_MISSING` when there is none.
 */
export async function readSealedArtefact<Value>(store: ObjectStore, key: string): Promise<Value> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.openRead(key)) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Value;
}

/** The same; `null` where there is none. */
export async function readSealedIfThere<Value>(store: ObjectStore, key: string): Promise<Value | null> {
  try {
    return await readSealedArtefact<Value>(store, key);
  } catch (error) {
    if (error instanceof Failure && error.code === 'OBJECT_MISSING') return null;
    throw error;
  }
}

/** Zero-padded so that a listing shows pages and records in order. */
export function padded(position: number): string {
  return String(position).padStart(7, '0');
}
