import { uploadPrefix } from '../../core/contract/object-keys.js';
import { Readable } from 'node:stream';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { type PlannedPart, type UploadRef, type StoredParts, type UploadStore } from '../../core/ports/upload-store.js';

/** Digits of a part's name, so that names sort as numbers do; S3's own bound on parts is 10,000. */
const NUMBER_DIGITS = 5;

/**
 * Uploads over an object store without multipart uploads of its own (the folder): every part is an object, and the parts
 * are put one after the other into the whole.
 */
export class PartObjectsUploadStore implements UploadStore {
  readonly #objects: ObjectStore;

  /** `objects` is not closed by this. */
  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async open({ uploadId }: Omit<UploadRef, 'handle'>): Promise<string> {
    return uploadId;
  }

  async partUrls(): Promise<null> {
    return null;
  }

  async putPart(upload: UploadRef, part: PlannedPart, body: Readable): Promise<void> {
    const key = partKey(upload, part.number);
    const stored = await this.#objects.put(key, body, { maxBytes: part.sizeBytes });
    if (stored.sizeBytes === part.sizeBytes) return;
    await this.#objects.delete([key]);
    throw new Failure('OBJECT_CORRUPT', { detail: `part of ${stored.sizeBytes} bytes` });
  }

  async storedParts(upload: UploadRef): Promise<StoredParts> {
    const parts: PlannedPart[] = [];
    const prefix = uploadPrefix(upload);
    for await (const { key, sizeBytes } of this.#objects.list(`${prefix}part-`)) {
      parts.push({ number: Number(key.slice(prefix.length + 'part-'.length)), sizeBytes });
    }
    return { assembled: (await this.#objects.stat(wholeKey(upload))) !== null, parts };
  }

  async assemble(upload: UploadRef, partCount: number): Promise<string> {
    const whole = wholeKey(upload);
    if ((await this.#objects.stat(whole)) !== null) return whole;
    await this.#objects.put(whole, Readable.from(this.#bytesOf(upload, partCount), { objectMode: false }));
    return whole;
  }

  async remove(upload: UploadRef): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.#objects.list(uploadPrefix(upload))) keys.push(key);
    await this.#objects.delete(keys);
  }

  async close(): Promise<void> {
    // The object store is its owner's to close.
  }

  async *#bytesOf(upload: UploadRef, partCount: number): AsyncGenerator<Uint8Array> {
    for (let number = 1; number <= partCount; number++) {
      yield* (await this.#objects.openRead(partKey(upload, number))) as AsyncIterable<Uint8Array>;
    }
  }
}

function partKey(upload: UploadRef, number: number): string {
  return `${uploadPrefix(upload)}part-${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

function wholeKey(upload: UploadRef): string {
  return `${uploadPrefix(upload)}whole`;
}
