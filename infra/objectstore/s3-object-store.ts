import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStat, ObjectStore, PutOptions } from '../../core/ports/object-store.js';
import { chain, ContentMeter, mapStreamErrors, readVerified, refOfBytes } from './content-streams.js';
import { assertKeyPrefix, assertObjectKey } from './object-key.js';
import { describeAwsError, isNotFound, s3Failure } from './s3-failure.js';

/** Parts of a streamed upload: S3 takes at least 5 MiB and at most 10,000 parts, so 8 MiB parts take 78 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** Parts under way at a time; with the part that is being filled, an upload holds at most 32 MiB. */
const PARTS_AT_ONCE = 3;
/** S3's DeleteObjects takes at most 1,000 keys. */
const KEYS_PER_DELETE = 1000;
/** S3's CopyObject copies at most 5 GiB. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

export interface S3ObjectStoreInput {
  /** Not closed by the store unless `ownsClient`. */
  readonly client: S3Client;
  readonly ownsClient?: boolean;
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
}

/**
 * MinIO on a folder says `AccessDenied` to a write whose folder the delete of its last neighbour removes at that moment. Writes
 * of whole bytes, reads and deletes may be sent again; who really has no access is told so by the third answer.
 */
const ACCESS_TRIES = 3;

/** Objects in S3 or MinIO. A body of unknown length goes up in parts that become an object only when all are there. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #ownsClient: boolean;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(input: S3ObjectStoreInput) {
    this.#client = input.client;
    this.#ownsClient = input.ownsClient ?? false;
    this.#bucket = input.bucket;
    this.#prefix = input.prefix === '' ? '' : `${input.prefix}/`;
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<ObjectRef> {
    const params = { ...this.#place(key), ...(options.contentType ? { ContentType: options.contentType } : {}) };
    if (body instanceof Uint8Array) {
      const ref = refOfBytes(key, body, options.maxBytes);
      const checksum = Buffer.from(ref.sha256, 'hex').toString('base64');
      await this.#send('put', key, () =>
        this.#client.send(new PutObjectCommand({ ...params, Body: body, ChecksumSHA256: checksum })),
      );
      return ref;
    }
    const meter = new ContentMeter(options.maxBytes);
    const metered = chain(body, meter);
    let bodyError: Error | null = null;
    metered.once('error', (error: Error) => (bodyError = error));
    const upload = new Upload({
      client: this.#client,
      params: { ...params, Body: metered },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      // An error on either side aborts the multipart upload: nothing is left behind.
      await upload.done();
    } catch (error) {
      metered.destroy();
      throw bodyError ?? this.#failure('put', key, error);
    }
    return meter.toRef(key);
  }

  async get(ref: ObjectRef): Promise<Uint8Array> {
    return readVerified(await this.openRead(ref.key), ref);
  }

  async openRead(key: string): Promise<Readable> {
    const place = this.#place(key);
    const { Body } = await this.#send('get', key, () => this.#client.send(new GetObjectCommand(place)));
    if (Body === undefined) throw this.#failure('get', key, new Error('answer without a body'));
    return mapStreamErrors(Body as Readable, (cause) => this.#failure('get', key, cause));
  }

  async stat(key: string): Promise<ObjectStat | null> {
    const place = this.#place(key);
    try {
      const head = await this.#client.send(new HeadObjectCommand(place));
      return { key, sizeBytes: head.ContentLength ?? 0, modifiedAt: head.LastModified ?? new Date(0) };
    } catch (error) {
      if (isNotFound(error)) return null;
      throw this.#failure('head', key, error);
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    const source = this.#place(fromKey);
    const target = this.#place(toKey);
    const found = await this.stat(fromKey);
    if (found === null) throw this.#failure('copy', fromKey, { name: 'NoSuchKey' });
    if (found.sizeBytes > MAX_COPY_BYTES) {
      await this.put(toKey, await this.openRead(fromKey));
      return;
    }
    const encodedKey = source.Key.split('/').map(encodeURIComponent).join('/');
    await this.#send('copy', fromKey, () =>
      this.#client.send(new CopyObjectCommand({ ...target, CopySource: `${this.#bucket}/${encodedKey}` })),
    );
  }

  async delete(keys: readonly string[]): Promise<void> {
    const places = keys.map((key) => ({ key, Key: this.#place(key).Key }));
    for (let start = 0; start < places.length; start += KEYS_PER_DELETE) {
      const batch = places.slice(start, start + KEYS_PER_DELETE);
      const [first] = batch;
      if (first === undefined) return;
      const answer = await this.#send('delete', first.key, () =>
        this.#client.send(
          new DeleteObjectsCommand({
            Bucket: this.#bucket,
            Delete: { Objects: batch.map(({ Key }) => ({ Key })), Quiet: true },
          }),
        ),
      );
      // The request succeeds even when single keys could not be deleted.
      const failed = (answer.Errors ?? []).find((error) => error.Code !== 'NoSuchKey');
      if (failed) throw this.#failure('delete', failed.Key?.slice(this.#prefix.length) ?? '', { name: failed.Code });
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectStat> {
    assertKeyPrefix(prefix);
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.#send('list', prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      );
      // MinIO ends an exact multiple of the page size with a page without `Contents`.
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined) throw this.#failure('list', prefix, new Error('entry without a key'));
        yield { key: Key.slice(this.#prefix.length), sizeBytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) };
      }
      if (page.IsTruncated && page.NextContinuationToken === undefined) {
        throw this.#failure('list', prefix, new Error('page without a token for the next one'));
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async close(): Promise<void> {
    if (this.#ownsClient) this.#client.destroy();
  }

  #place(key: string): { Bucket: string; Key: string } {
    assertObjectKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  async #send<T>(operation: string, key: string, call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (describeAwsError(error).name !== 'AccessDenied' || tries >= ACCESS_TRIES) {
          throw this.#failure(operation, key, error);
        }
      }
    }
  }

  #failure(operation: string, key: string, cause: unknown): Error {
    return cause instanceof Failure ? cause : s3Failure({ operation, bucket: this.#bucket, key, cause });
  }
}
