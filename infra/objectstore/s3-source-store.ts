import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { formatSourceUri, type SourceLocation } from '../../core/contract/source-location.js';
import type { ListedSource, SourcePage, SourceStore } from '../../core/ports/source-store.js';
import { mapStreamErrors } from './content-streams.js';
import { describeAwsError } from './s3-failure.js';
import { isHiddenName, locationOf } from './source-names.js';

type S3Location = Extract<SourceLocation, { scheme: 's3' }>;

/** Sources in any bucket that the client's credentials reach. */
export class S3SourceStore implements SourceStore {
  readonly #client: S3Client;

  /** The store owns the client. */
  constructor(client: S3Client) {
    this.#client = client;
  }

  async listPage(location: string, { after, limit }: { after: string | null; limit: number }): Promise<SourcePage> {
    const { bucket, key: prefix } = s3Location(location);
    // After a key, not by a continuation token: a token may be refused when a listing goes on days later.
    const page: ListObjectsV2CommandOutput = await this.#send('list', bucket, () =>
      this.#client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: limit,
          // XML cannot carry every character that a key may have.
          EncodingType: 'url',
          ...(after === null ? {} : { StartAfter: after }),
        }),
      ),
    );
    const sources: ListedSource[] = [];
    let last: string | null = null;
    // MinIO ends an exact multiple of the page size with a page without `Contents`.
    for (const { Key, ETag, Size } of page.Contents ?? []) {
      if (Key === undefined || ETag === undefined) throw failure('SOURCE_UNREACHABLE', 'list', bucket, 'no key');
      const key = decodeURIComponent(Key.replaceAll('+', ' '));
      last = key;
      if (key.endsWith('/') || isHiddenName(key.slice(prefix.length))) continue;
      sources.push({ uri: formatSourceUri({ scheme: 's3', bucket, key }), etag: ETag, sizeBytes: Size ?? 0 });
    }
    if (page.IsTruncated && last === null) throw failure('SOURCE_UNREACHABLE', 'list', bucket, 'empty page');
    return { sources, next: page.IsTruncated ? last : null };
  }

  async stat(uri: string): Promise<ListedSource> {
    const { bucket, key } = s3Location(uri);
    const head = await this.#send('head', bucket, () =>
      this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })),
    );
    if (head.ETag === undefined) throw failure('SOURCE_UNREACHABLE', 'head', bucket, 'no etag');
    return { uri: formatSourceUri({ scheme: 's3', bucket, key }), etag: head.ETag, sizeBytes: head.ContentLength ?? 0 };
  }

  async openRead({ uri, etag }: Pick<ListedSource, 'uri' | 'etag'>): Promise<Readable> {
    const { bucket, key } = s3Location(uri);
    const { Body } = await this.#send('get', bucket, () =>
      this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })),
    );
    if (Body === undefined) throw failure('SOURCE_UNREACHABLE', 'get', bucket, 'no body');
    return mapStreamErrors(Body as Readable, (cause) => vendorFailure('get', bucket, cause));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #send<T>(operation: string, bucket: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof Failure ? error : vendorFailure(operation, bucket, error);
    }
  }
}

function s3Location(uri: string): S3Location {
  const location = locationOf(uri);
  if (location.scheme !== 's3') throw new Failure('SOURCE_LOCATION_INVALID', { detail: 'not s3' });
  return location;
}

function vendorFailure(operation: string, bucket: string, cause: unknown): Failure {
  const { name, status } = describeAwsError(cause);
  return failure(codeOf(name, status), operation, bucket, `${name}, status=${status}`, cause);
}

/** Keys stay out: they may carry names of patients. */
function failure(code: FailureCode, operation: string, bucket: string, error: string, cause?: unknown): Failure {
  return new Failure(code, { detail: `s3 ${operation}, bucket=${bucket}, error=${error}`, cause });
}

/** What is wrong with whoever asks; some stores answer it with status 400, and without credentials nothing is sent. */
const NOT_LET_IN: ReadonlySet<string> = new Set(['CredentialsProviderError', 'ExpiredToken', 'InvalidToken']);

/** A HEAD answer has no body and so no name: its status tells. */
function codeOf(name: string, status: string): FailureCode {
  if (status === '412' || name === 'PreconditionFailed') return 'SOURCE_CHANGED';
  if (name === 'NoSuchBucket' || name === 'NoSuchKey' || status === '404') return 'SOURCE_MISSING';
  if (status === '403' || status === '401' || NOT_LET_IN.has(name)) return 'SOURCE_FORBIDDEN';
  // E.g. a name that this store does not take (MinIO: keys with `//` or `..`).
  if (status === '400' || name === 'InvalidBucketName') return 'SOURCE_LOCATION_INVALID';
  return 'SOURCE_UNREACHABLE';
}
