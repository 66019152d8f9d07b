import type { OrganizationId } from '../../core/contract/ids.js';
import { cachedAnswerKey, cachedAnswersPrefix } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { TierCounts, type TierStats } from './tier-counts.js';

/** Working out an answer of a hundred passages takes 50 to 100 ms: who waits longer for a kept one had better make it. */
const GET_MS = 300;
/** As long as the shared tier has for an entry. */
const PUT_MS = 2_000;
/** S3 removes at most 1,000 objects a request. */
const OBJECTS_PER_DELETE = 500;

export interface AnswerOverflowInput {
  readonly objects: ObjectStore;
  /** Answers of more bytes lie here; smaller ones in the shared tier. */
  readonly fromBytes: number;
}

/**
 * The tier of large answers: their `data` as objects, sealed by the store. The shared tier keeps the reference, so that whether an
 * answer may be given, until when, and who makes the next one is decided where it is for all others. It may lose anything at any
 * time; an object that is gone or is another one than its reference says counts as missing.
 */
export class AnswerOverflow {
  readonly #objects: ObjectStore;
  readonly fromBytes: number;
  readonly #counts = new TierCounts();

  constructor({ objects, fromBytes }: AnswerOverflowInput) {
    this.#objects = objects;
    this.fromBytes = fromBytes;
  }

  /** `name`: a keyed hash. `null`: the store did not take it. */
  async put(
    organizationId: OrganizationId,
    { name, data, ttlMs }: { readonly name: string; readonly data: Uint8Array; readonly ttlMs: number },
  ): Promise<ObjectRef | null> {
    const key = cachedAnswerKey(organizationId, { name, expiresAt: new Date(Date.now() + ttlMs) });
    try {
      const ref = await inTime(this.#objects.put(key, data), PUT_MS);
      this.#counts.stores++;
      return ref;
    } catch {
      this.#counts.errors++;
      return null;
    }
  }

  /** `null`: it is not there, or not in time. */
  async get(ref: ObjectRef, madeAtMs: number): Promise<Uint8Array | null> {
    try {
      const bytes = await inTime(this.#objects.get(ref), GET_MS);
      this.#counts.hit(madeAtMs);
      return bytes;
    } catch {
      this.#counts.misses++;
      return null;
    }
  }

  /** Removes all answers of an organization. Errors: those of the store. */
  async clear(organizationId: OrganizationId): Promise<void> {
    let keys: string[] = [];
    for await (const { key } of this.#objects.list(cachedAnswersPrefix(organizationId))) {
      keys.push(key);
      if (keys.length < OBJECTS_PER_DELETE) continue;
      await this.#objects.delete(keys);
      keys = [];
    }
    if (keys.length > 0) await this.#objects.delete(keys);
  }

  stats(): TierStats {
    return this.#counts.stats(null);
  }
}

/** A call that comes late goes on, and nobody hears of it. Errors: those of the call; that it is late. */
async function inTime<T>(called: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), deadlineMs);
  });
  try {
    return await Promise.race([called, late]);
  } finally {
    clearTimeout(timer);
  }
}
