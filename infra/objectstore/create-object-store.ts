import { S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { ObjectStoreConfig } from '../config.js';
import type { Keyring } from '../encryption/keyring.js';
import type { UploadStore } from '../../core/ports/upload-store.js';
import { FolderObjectStore } from './folder-object-store.js';
import { PartObjectsUploadStore } from './part-objects-upload-store.js';
import { S3ObjectStore } from './s3-object-store.js';
import { S3UploadStore } from './s3-upload-store.js';
import { SealedObjectStore } from './sealed-object-store.js';

/** A store in the same region answers a connection within milliseconds; 5 s also covers one that is being restarted. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** Silence on a connection, not length of a transfer: S3 and MinIO send their headers well within it. */
const SOCKET_TIMEOUT_MS = 60_000;
/** The first try and three more, the SDK's exponential backoff between them; beyond that Temporal retries. */
const MAX_ATTEMPTS = 4;

/** MinIO and most others accept any region, but the signature needs one. */
const REGION_OF_OWN_ENDPOINTS = 'us-east-1';

export interface S3ClientInput {
  /** `null`: AWS itself. */
  readonly endpoint: string | null;
  /** Absent: the AWS SDK's own chain (AWS_REGION, profiles); `us-east-1` for an endpoint of one's own. */
  readonly region?: string;
  /** Absent: the AWS SDK's own chain (AWS_ACCESS_KEY_ID, profiles, roles). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** `when_required`: only those that S3 demands, as signed addresses need it. Default: a checksum with every body. */
  readonly checksums?: 'when_supported' | 'when_required';
}

export function createS3Client({ endpoint, region, credentials, checksums }: S3ClientInput): S3Client {
  const regionOrDefault = region ?? (endpoint === null ? undefined : REGION_OF_OWN_ENDPOINTS);
  return new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS },
    // Bucket names in the path: an endpoint of one's own seldom has a DNS name for each bucket.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(regionOrDefault === undefined ? {} : { region: regionOrDefault }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(checksums === 'when_required' ? { requestChecksumCalculation: 'WHEN_REQUIRED' as const } : {}),
  });
}

/**
 * The object store of the settings, with the areas sealed that demand it. Nothing is contacted yet.
 * `s3`: what the configuration leaves to the AWS SDK, given instead.
 */
export function createObjectStore(
  config: ObjectStoreConfig,
  { keyring, s3 = {} }: { keyring: Keyring; s3?: Omit<S3ClientInput, 'endpoint'> },
): ObjectStore {
  return new SealedObjectStore(plainStore(config, s3), keyring);
}

/** Where the settings' store takes large files in parts. `objects`: its object store, which its owner closes. */
export function createUploadStore(
  config: ObjectStoreConfig,
  { objects, s3 = {} }: { objects: ObjectStore; s3?: Omit<S3ClientInput, 'endpoint'> },
): UploadStore {
  switch (config.kind) {
    case 'folder':
      return new PartObjectsUploadStore(objects);
    case 's3':
      return new S3UploadStore({
        client: createS3Client({ ...s3, endpoint: config.endpoint, checksums: 'when_required' }),
        signer: createS3Client({ ...s3, endpoint: config.publicEndpoint, checksums: 'when_required' }),
        ownsClient: true,
        bucket: config.bucket,
        prefix: config.prefix,
      });
  }
}

function plainStore(config: ObjectStoreConfig, s3: Omit<S3ClientInput, 'endpoint'>): ObjectStore {
  switch (config.kind) {
    case 'folder':
      return new FolderObjectStore(config.folder);
    case 's3':
      return new S3ObjectStore({
        client: createS3Client({ ...s3, endpoint: config.endpoint }),
        ownsClient: true,
        bucket: config.bucket,
        prefix: config.prefix,
      });
  }
}
