import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createS3Client } from '../../infra/objectstore/create-object-store.js';
import { S3ObjectStore } from '../../infra/objectstore/s3-object-store.js';
import { SealedObjectStore } from '../../infra/objectstore/sealed-object-store.js';
import { killPutHalfway } from '../harness/killed-put.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import {
  collect,
  isFailure,
  objectStoreContract,
  type ObjectStoreUnderTest,
  readAll,
} from './object-store.contract.js';
import { describeWith } from '../harness/describe-with.js';

const minio = await findMinio();

describeWith([minio], 'on MinIO', () => {
  let server: MinioServer;

  beforeAll(async () => {
    if ('path' in minio) server = await startMinio(minio);
  });
  afterAll(() => server?.stop());

  async function underTest({ seal, prefix }: { seal: boolean; prefix: string }): Promise<ObjectStoreUnderTest> {
    const { client } = server;
    const bucket = await server.newBucket();
    const s3 = new S3ObjectStore({ client, bucket, prefix });
    const placeOf = (key: string) => ({ Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` });
    return {
      store: seal ? new SealedObjectStore(s3, new Keyring([generateEncryptionKey()])) : s3,
      tamper: async (key, change) => {
        const { Body } = await client.send(new GetObjectCommand(placeOf(key)));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
        await client.send(new PutObjectCommand({ ...placeOf(key), Body: change(bytes) }));
      },
      leftovers: async () => {
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
        return (Uploads ?? []).map(({ Key }) => Key ?? '');
      },
      stop: async () => undefined,
    };
  }

  objectStoreContract('S3', 'sources', () => underTest({ seal: false, prefix: '' }));
  objectStoreContract('S3 with a prefix', 'sources', () => underTest({ seal: false, prefix: 'team a/medindex' }));
  objectStoreContract('sealed S3', 'work', () => underTest({ seal: true, prefix: 'sealed' }));

  it('keeps to its prefix', async () => {
    const bucket = await server.newBucket();
    const inside = new S3ObjectStore({ client: server.client, bucket, prefix: 'a' });
    const beside = new S3ObjectStore({ client: server.client, bucket, prefix: 'ab' });
    await inside.put('work/x', Buffer.from('inside'));
    await beside.put('work/x', Buffer.from('beside'));
    expect((await collect(inside.list(''))).map(({ key }) => key)).toEqual(['work/x']);
    expect((await readAll(await inside.openRead('work/x'))).toString()).toBe('inside');
  });

  it('says where and why it failed, and lists nothing rather than a part', async () => {
    const gone = new S3ObjectStore({ client: server.client, bucket: 'no-such-bucket', prefix: '' });
    await expect(collect(gone.list('work/'))).rejects.toThrow(
      'STORE_UNAVAILABLE [s3 list, bucket=no-such-bucket, key=work/, error=NoSuchBucket, status=404]',
    );
    await expect(gone.put('work/default/x', Buffer.from('x'))).rejects.toThrow('error=NoSuchBucket');
    await expect(gone.delete(['work/default/x'])).rejects.toThrow('error=NoSuchBucket');
    const stranger = createS3Client({
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'wrong' },
    });
    const refused = new S3ObjectStore({ client: stranger, ownsClient: true, bucket: 'any', prefix: '' });
    await expect(refused.put('john-doe.pdf', Buffer.from('x'))).rejects.toThrow(
      'STORE_UNAVAILABLE [s3 put, bucket=any, key=(not one of ours), error=InvalidAccessKeyId, status=403]',
    );
    await refused.close();
  });

  it('keeps the former object when the process is killed in the middle of a multipart upload', async () => {
    const bucket = await server.newBucket();
    const store = new S3ObjectStore({ client: server.client, bucket, prefix: 'p' });
    const ref = await store.put('sources/default/x', Buffer.from('former'));
    const { endpoint, credentials } = server;
    const config = { kind: 's3' as const, bucket, prefix: 'p', endpoint, publicEndpoint: null };
    await killPutHalfway({ config, s3: { credentials }, key: ref.key, takenBytes: 40 * 1024 * 1024 });
    expect(Buffer.from(await store.get(ref)).toString()).toBe('former');
    expect(await collect(store.list(''))).toMatchObject([{ key: ref.key }]);
  });

  it('errors a stream whose server is killed, and works again after its restart', async () => {
    const bucket = await server.newBucket();
    const store = new S3ObjectStore({ client: server.client, bucket, prefix: '' });
    const ref = await store.put('work/default/large', Buffer.alloc(64 * 1024 * 1024, 'x'));
    const chunks = (await store.openRead(ref.key))[Symbol.asyncIterator]();
    await chunks.next();
    await server.kill9();
    const readOn = async (): Promise<void> => {
      while (!(await chunks.next()).done);
    };
    await expect(readOn()).rejects.toSatisfy(isFailure('STORE_UNAVAILABLE'));
    await expect(store.put('work/default/small', Buffer.from('x'))).rejects.toSatisfy(isFailure('STORE_UNAVAILABLE'));
    await server.restart();
    expect(await store.get(ref)).toHaveLength(ref.sizeBytes);
    expect(await store.stat('work/default/small')).toBeNull();
  });
});
