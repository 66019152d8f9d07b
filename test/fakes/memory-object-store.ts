import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStat, ObjectStore, PutOptions } from '../../core/ports/object-store.js';
import { assertKeyPrefix, assertObjectKey } from '../../infra/objectstore/object-key.js';
import { chain, ContentMeter, readVerified } from '../../infra/objectstore/content-streams.js';

export type ObjectStoreCall = 'put' | 'get' | 'openRead' | 'stat' | 'copy' | 'delete' | 'list';

export interface ObjectStoreFault {
  readonly call: ObjectStoreCall;
  /** Only calls for this key; absent: any. */
  readonly key?: string;
  /** Thrown instead of the effect, or with `after` once it has happened: the answer was lost, not the work. */
  readonly error: Error;
  readonly after?: boolean;
  /** How often it strikes; absent: once. */
  readonly times?: number;
}

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
}

/** An object store in memory that tells its calls and fails on demand. Passes the contract suite of the port. */
export class MemoryObjectStore implements ObjectStore {
  readonly calls: { call: ObjectStoreCall; key: string }[] = [];
  readonly #objects = new Map<string, StoredObject>();
  #faults: (ObjectStoreFault & { left: number })[] = [];

  injectFault(fault: ObjectStoreFault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** Changes stored bytes behind the store's back. */
  tamper(key: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const found = this.#require(key);
    this.#objects.set(key, { ...found, bytes: change(Uint8Array.from(found.bytes)) });
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<ObjectRef> {
    assertObjectKey(key);
    const meter = new ContentMeter(options.maxBytes);
    const metered = chain(body instanceof Readable ? body : Readable.from([body], { objectMode: false }), meter);
    try {
      return await this.#call('put', key, async () => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of metered as AsyncIterable<Uint8Array>) chunks.push(chunk);
        this.#objects.set(key, { bytes: new Uint8Array(Buffer.concat(chunks)), modifiedAt: new Date() });
        return meter.toRef(key);
      });
    } finally {
      metered.destroy();
    }
  }

  get(ref: ObjectRef): Promise<Uint8Array> {
    assertObjectKey(ref.key);
    return this.#call('get', ref.key, async () =>
      readVerified(Readable.from(slices(this.#require(ref.key).bytes)), ref),
    );
  }

  async openRead(key: string): Promise<Readable> {
    assertObjectKey(key);
    return this.#call('openRead', key, async () =>
      Readable.from(slices(this.#require(key).bytes), { objectMode: false }),
    );
  }

  async stat(key: string): Promise<ObjectStat | null> {
    assertObjectKey(key);
    return this.#call('stat', key, async () => {
      const found = this.#objects.get(key);
      return found ? { key, sizeBytes: found.bytes.length, modifiedAt: found.modifiedAt } : null;
    });
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    assertObjectKey(fromKey);
    assertObjectKey(toKey);
    await this.#call('copy', fromKey, async () => {
      this.#objects.set(toKey, { bytes: this.#require(fromKey).bytes, modifiedAt: new Date() });
    });
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) assertObjectKey(key);
    await this.#call('delete', keys[0] ?? '', async () => {
      for (const key of keys) this.#objects.delete(key);
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectStat> {
    assertKeyPrefix(prefix);
    const found = await this.#call('list', prefix, async () =>
      [...this.#objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { bytes, modifiedAt }]) => ({ key, sizeBytes: bytes.length, modifiedAt }))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
    );
    yield* found;
  }

  async close(): Promise<void> {
    // The objects stay readable: a test may close what it hands over and look afterwards.
  }

  async #call<T>(call: ObjectStoreCall, key: string, effect: () => Promise<T>): Promise<T> {
    this.calls.push({ call, key });
    const fault = this.#faults.find(
      (candidate) => candidate.left > 0 && candidate.call === call && (candidate.key ?? key) === key,
    );
    if (fault) fault.left--;
    if (fault && !fault.after) throw fault.error;
    const result = await effect();
    if (fault) throw fault.error;
    return result;
  }

  #require(key: string): StoredObject {
    const found = this.#objects.get(key);
    if (!found) throw new Failure('OBJECT_MISSING', { detail: `memory, key=${key}` });
    return found;
  }
}

/** Several chunks, so that readers meet more than one. */
function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  const SLICE_BYTES = 64 * 1024;
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) yield bytes.subarray(start, start + SLICE_BYTES);
}

/** Hex SHA-256, as references carry it. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
