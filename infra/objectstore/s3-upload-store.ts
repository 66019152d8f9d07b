import { uploadPrefix } from '../../core/contract/object-keys.js';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Failure } from '../../core/contract/failures.js';
import { type PlannedPart, type UploadRef, type StoredParts, type UploadStore } from '../../core/ports/upload-store.js';
import { assertObjectKey } from './object-key.js';
import { isNotFound, s3Failure } from './s3-failure.js';

/** S3 refuses signatures that are valid for longer than a week. */
const MAX_URL_SECONDS = 7 * 24 * 60 * 60;

export interface S3UploadStoreInput {
  /** Made with `checksums: 'when_required'`: a checksum of no bytes in a signed address would fit no part. */
  readonly client: S3Client;
  /** Signs addresses; with the endpoint by which clients reach the store. Default: `client`. */
  readonly signer?: S3Client;
  readonly ownsClient?: boolean;
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
}

interface ListedPart extends PlannedPart {
  readonly etag: string;
}

/** S3's own multipart uploads: clients PUT their parts straight to the bucket. */
export class S3UploadStore implements UploadStore {
  readonly #client: S3Client;
  readonly #signer: S3Client;
  readonly #ownsClient: boolean;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ client, signer = client, ownsClient = false, bucket, prefix }: S3UploadStoreInput) {
    this.#client = client;
    this.#signer = signer;
    this.#ownsClient = ownsClient;
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
  }

  async open(upload: Omit<UploadRef, 'handle'>): Promise<string> {
    const place = this.#place(upload);
    const { UploadId } = await this.#send('open upload', upload, () =>
      this.#client.send(new CreateMultipartUploadCommand({ ...place, ContentType: 'application/octet-stream' })),
    );
    if (UploadId === undefined) throw this.#failure('open upload', upload, new Error('answer without an id'));
    return UploadId;
  }

  async partUrls(upload: UploadRef, parts: readonly PlannedPart[], expiresAt: Date): Promise<string[]> {
    const multipart = this.#multipart(upload);
    const seconds = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
    const expiresIn = Math.min(Math.max(seconds, 1), MAX_URL_SECONDS);
    return Promise.all(
      parts.map(({ number, sizeBytes }) =>
        // The size is signed, so that nobody can put more there than was announced.
        getSignedUrl(
          this.#signer,
          new UploadPartCommand({ ...multipart, PartNumber: number, ContentLength: sizeBytes }),
          { expiresIn, unhoistableHeaders: new Set(['content-length']) },
        ),
      ),
    );
  }

  async putPart(upload: UploadRef, { number, sizeBytes }: PlannedPart, body: Readable): Promise<void> {
    let bodyError: Error | null = null;
    body.once('error', (error: Error) => (bodyError = error));
    try {
      await this.#client.send(
        new UploadPartCommand({ ...this.#multipart(upload), PartNumber: number, Body: body, ContentLength: sizeBytes }),
      );
    } catch (error) {
      throw bodyError ?? this.#failure('put part', upload, error);
    }
  }

  async storedParts(upload: UploadRef): Promise<StoredParts> {
    if (await this.#isAssembled(upload)) return { assembled: true, parts: [] };
    const parts = await this.#listParts(upload);
    return { assembled: false, parts: parts.map(({ number, sizeBytes }) => ({ number, sizeBytes })) };
  }

  async assemble(upload: UploadRef, partCount: number): Promise<string> {
    const whole = wholeKey(upload);
    if (await this.#isAssembled(upload)) return whole;
    const parts = (await this.#listParts(upload)).filter(({ number }) => number <= partCount);
    if (parts.length < partCount) throw new Failure('OBJECT_MISSING', { detail: `parts=${parts.length}/${partCount}` });
    try {
      await this.#client.send(
        new CompleteMultipartUploadCommand({
          ...this.#multipart(upload),
          MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
        }),
      );
    } catch (error) {
      // Somebody else was faster, or the answer to our own first try got lost.
      if (!isNotFound(error) || !(await this.#isAssembled(upload))) throw this.#failure('assemble', upload, error);
    }
    return whole;
  }

  async remove(upload: UploadRef): Promise<void> {
    const place = this.#place(upload);
    // Also those that were begun and never recorded.
    const { Uploads } = await this.#send('list uploads', upload, () =>
      this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: place.Key })),
    );
    const ids = (Uploads ?? []).filter(({ Key }) => Key === place.Key).map(({ UploadId }) => UploadId);
    for (const UploadId of new Set([...ids, upload.handle])) {
      if (!UploadId) continue;
      await this.#client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch((error: unknown) => {
        if (!isNotFound(error)) throw this.#failure('abort', upload, error);
      });
    }
    await this.#send('delete', upload, () => this.#client.send(new DeleteObjectCommand(place)));
  }

  async close(): Promise<void> {
    if (!this.#ownsClient) return;
    this.#client.destroy();
    this.#signer.destroy();
  }

  async #listParts(upload: UploadRef): Promise<ListedPart[]> {
    const found: ListedPart[] = [];
    let after: string | undefined;
    do {
      const page: ListPartsCommandOutput = await this.#send('list parts', upload, () =>
        this.#client.send(
          new ListPartsCommand({ ...this.#multipart(upload), ...(after ? { PartNumberMarker: after } : {}) }),
        ),
      );
      for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
        found.push({ number: PartNumber ?? 0, sizeBytes: Size ?? 0, etag: ETag ?? '' });
      }
      after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (after !== undefined);
    return found;
  }

  async #isAssembled(upload: UploadRef): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#place(upload)));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw this.#failure('head', upload, error);
    }
  }

  #multipart(upload: UploadRef): { Bucket: string; Key: string; UploadId: string } {
    if (upload.handle === null) throw new Failure('OBJECT_MISSING', { detail: 'the upload was never opened' });
    return { ...this.#place(upload), UploadId: upload.handle };
  }

  #place(upload: Omit<UploadRef, 'handle'>): { Bucket: string; Key: string } {
    const key = wholeKey(upload);
    assertObjectKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  async #send<T>(operation: string, upload: Omit<UploadRef, 'handle'>, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#failure(operation, upload, error);
    }
  }

  #failure(operation: string, upload: Omit<UploadRef, 'handle'>, cause: unknown): Error {
    if (cause instanceof Failure) return cause;
    return s3Failure({ operation, bucket: this.#bucket, key: wholeKey(upload), cause });
  }
}

function wholeKey(upload: Omit<UploadRef, 'handle'>): string {
  return `${uploadPrefix(upload)}whole`;
}
