import { Failure } from '../../core/contract/failures.js';
import type { VersionReading } from '../../core/contract/reading.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';

/** The reading of a version that is or was held. `null`: it was erased. */
export async function readHeldReading(objects: ObjectStore, { reading }: ReviewDetail): Promise<VersionReading | null> {
  if (reading === null) return null;
  try {
    return JSON.parse(Buffer.from(await objects.get(reading)).toString('utf8')) as VersionReading;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A sealed object by its key: its seal shows that nobody else wrote it. `null`: there is none. */
export async function readHeldObject<Value>(objects: ObjectStore, key: string): Promise<Value | null> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await objects.openRead(key)) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Value;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.code === 'OBJECT_MISSING';
}
