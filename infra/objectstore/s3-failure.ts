import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { describeKey } from './object-key.js';

interface S3FailureInput {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** An error of the SDK, or of the network under it. */
  readonly cause: unknown;
}

interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** What the SDK threw as a `Failure` that tells the place and the vendor's code, and keeps the cause. */
export function s3Failure({ operation, bucket, key, cause }: S3FailureInput): Failure {
  const { name, status } = describeAwsError(cause);
  const place = `bucket=${bucket}, key=${describeKey(key)}`;
  return new Failure(codeOf(name), { detail: `s3 ${operation}, ${place}, error=${name}, status=${status}`, cause });
}

/** HEAD answers carry no body, so a missing object is known by its status only. */
export function isNotFound(cause: unknown): boolean {
  const { name, status } = describeAwsError(cause);
  return name === 'NotFound' || name === 'NoSuchKey' || status === '404';
}

function codeOf(name: string): FailureCode {
  switch (name) {
    case 'NoSuchKey':
    case 'NotFound':
    case 'NoSuchUpload':
      return 'OBJECT_MISSING';
    case 'EntityTooLarge':
      return 'FILE_TOO_LARGE';
    // All else may pass: throttling, 5xx, network, and also credentials and buckets that an operator puts right.
    default:
      return 'STORE_UNAVAILABLE';
  }
}

export function describeAwsError(cause: unknown): { name: string; status: string } {
  const error = (typeof cause === 'object' && cause !== null ? cause : {}) as AwsError;
  const status = error.$metadata?.httpStatusCode;
  const name = typeof error.code === 'string' ? error.code : error.name;
  return {
    name: typeof name === 'string' ? name : 'unknown',
    status: typeof status === 'number' ? `${status}` : 'none',
  };
}
