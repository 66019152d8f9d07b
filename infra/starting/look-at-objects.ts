import { access, constants, mkdir } from 'node:fs/promises';
import { HeadBucketCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectStoreConfig } from '../config.js';
import { createS3Client } from '../objectstore/create-object-store.js';
import { describeAwsError, isNotFound } from '../objectstore/s3-failure.js';
import { ALL_WELL, type Findings, problem } from './start-refused.js';

/** Whether the object store of the settings is there and lets us in. */
export async function lookAtObjects(config: ObjectStoreConfig): Promise<Findings> {
  return config.kind === 'folder' ? lookAtFolder(config.folder) : lookAtBucket(config);
}

async function lookAtFolder(folder: string): Promise<Findings> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK);
    return ALL_WELL;
  } catch (error) {
    return problem(
      `OBJECT_STORE_URL: the folder ${folder} cannot be written to (${codeOf(error)}). Make it writable for the user ` +
        'that runs medindex, or choose another place. Example: OBJECT_STORE_URL=s3://medindex/production',
    );
  }
}

async function lookAtBucket(config: Extract<ObjectStoreConfig, { kind: 's3' }>): Promise<Findings> {
  const client = createS3Client({ endpoint: config.endpoint });
  const place = config.endpoint ?? 'AWS';
  try {
    await client.send(new HeadBucketCommand({ Bucket: config.bucket }));
    return ALL_WELL;
  } catch (error) {
    const { name, status } = describeAwsError(error);
    if (status === '404') {
      return problem(
        `OBJECT_STORE_URL: there is no bucket "${config.bucket}" at ${place}. Make it, or name another one. ` +
          'Example: OBJECT_STORE_URL=s3://medindex/production',
      );
    }
    // A policy that lets us into our prefix only refuses the question about the bucket.
    if (status === '403' && (await reachesPrefix(client, config))) return ALL_WELL;
    if (status === '403' || status === '401' || status === '400') {
      return problem(
        `OBJECT_STORE_URL: ${place} does not let these credentials into the bucket "${config.bucket}" (status ${status}). ` +
          'Set those of a user with s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject on it. ' +
          'Example: AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
      );
    }
    if (name === 'CredentialsProviderError') {
      return problem(
        "OBJECT_STORE_URL: there are no credentials for S3. Set them by the AWS SDK's own means. " +
          'Example: AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…',
      );
    }
    return problem(
      `S3_ENDPOINT: no object store answers at ${place} (${name}). Start it, or mend the address. ` +
        'Example: S3_ENDPOINT=http://minio.example.org:9000',
    );
  } finally {
    client.destroy();
  }
}

/** Where listing is allowed, an object that is not there is a 404, and a 403 otherwise. */
async function reachesPrefix(
  client: S3Client,
  { bucket, prefix }: Extract<ObjectStoreConfig, { kind: 's3' }>,
): Promise<boolean> {
  const key = [prefix, 'start-probe'].filter((part) => part !== '').join('/');
  return client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
    () => true,
    (error: unknown) => isNotFound(error),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
