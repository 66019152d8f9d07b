import { Readable } from 'node:stream';
import { areaOf, SEALED_AREAS } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStat, ObjectStore, PutOptions } from '../../core/ports/object-store.js';
import type { Keyring } from '../encryption/keyring.js';
import { createOpeningStream, createSealingStream, sealBytes } from '../encryption/seal.js';
import { chain, ContentMeter, readVerified, refOfBytes } from './content-streams.js';

const SEALED_CONTENT_TYPE = 'application/octet-stream';

/**
 * Seals what lies in the areas that demand it before it reaches the store, and opens it on the way back; other areas
 * pass through. References and `maxBytes` speak of the plain content. An object opens only under its own key.
 */
export class SealedObjectStore implements ObjectStore {
  readonly #inner: ObjectStore;
  readonly #keyring: Keyring;

  constructor(inner: ObjectStore, keyring: Keyring) {
    this.#inner = inner;
    this.#keyring = keyring;
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<ObjectRef> {
    if (!isSealed(key)) return this.#inner.put(key, body, options);
    const seal = { keyring: this.#keyring, associatedData: key };
    if (!(body instanceof Readable)) {
      const ref = refOfBytes(key, body, options.maxBytes);
      await this.#inner.put(key, sealBytes(body, seal), { contentType: SEALED_CONTENT_TYPE });
      return ref;
    }
    const meter = new ContentMeter(options.maxBytes);
    const sealed = chain(body, meter, createSealingStream(seal));
    await this.#inner.put(key, sealed, { contentType: SEALED_CONTENT_TYPE });
    return meter.toRef(key);
  }

  async get(ref: ObjectRef): Promise<Uint8Array> {
    return readVerified(await this.openRead(ref.key), ref);
  }

  async openRead(key: string): Promise<Readable> {
    const stored = await this.#inner.openRead(key);
    if (!isSealed(key)) return stored;
    return chain(stored, createOpeningStream({ keyring: this.#keyring, associatedData: key }));
  }

  stat(key: string): Promise<ObjectStat | null> {
    return this.#inner.stat(key);
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    if (!isSealed(fromKey) && !isSealed(toKey)) return this.#inner.copy(fromKey, toKey);
    // The key is part of the seal, so a sealed object cannot be copied as it is.
    await this.put(toKey, await this.openRead(fromKey));
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#inner.delete(keys);
  }

  list(prefix: string): AsyncIterable<ObjectStat> {
    return this.#inner.list(prefix);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function isSealed(key: string): boolean {
  const area = areaOf(key);
  return area !== null && SEALED_AREAS.has(area);
}
