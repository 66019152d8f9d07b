import { randomUUID } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Client } from '../../infra/objectstore/create-object-store.js';
import { S3ObjectStore } from '../../infra/objectstore/s3-object-store.js';
import { S3UploadStore } from '../../infra/objectstore/s3-upload-store.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { uploadStoreContract } from './upload-store.contract.js';
import { describeWith } from '../harness/describe-with.js';

const minio = await findMinio();

describeWith([minio], 'on MinIO', () => {
  let server: MinioServer;
  beforeAll(async () => {
    if ('path' in minio) server = await startMinio(minio);
  });
  afterAll(() => server?.stop());

  async function newStore(prefix: string) {
    const bucket = await server.newBucket();
    const { endpoint, credentials, client } = server;
    const own = createS3Client({ endpoint, credentials, checksums: 'when_required' });
    return { bucket, client, store: new S3UploadStore({ client: own, ownsClient: true, bucket, prefix }) };
  }

  for (const prefix of ['', 'team a/medindex']) {
    uploadStoreContract(`S3${prefix === '' ? '' : ' with a prefix'}`, async () => {
      const { bucket, client, store } = await newStore(prefix);
      return {
        store,
        objects: new S3ObjectStore({ client, bucket, prefix }),
        leftovers: async () => {
          const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
          return (Uploads ?? []).map(({ Key }) => Key ?? '');
        },
        stop: () => store.close(),
      };
    });
  }

  it('gives addresses that hold no key, end, and serve one part of one upload', async () => {
    const { store } = await newStore('');
    const upload = { organizationId: 'default', uploadId: randomUUID() };
    const ref = { ...upload, handle: await store.open(upload) };
    const [url = ''] = await store.partUrls(ref, [{ number: 1, sizeBytes: 3 }], new Date(Date.now() + 60_000));
    expect(url).not.toContain(server.credentials.secretAccessKey);
    expect(Number(new URL(url).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(60);
    const put = (address: string) => fetch(address, { method: 'PUT', body: 'abc' });
    expect((await put(url.replace('partNumber=1', 'partNumber=2'))).status).toBe(403);
    expect((await put(url.replace(upload.uploadId, randomUUID()))).status).toBe(403);
    expect((await fetch(url)).status).toBe(403);
    expect((await put(url)).status).toBe(200);
    await store.remove(ref);
    expect((await put(url)).status).toBe(404);
    await store.close();
  });
});
