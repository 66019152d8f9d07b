import { DeleteObjectCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Client } from '../../infra/objectstore/create-object-store.js';
import { S3SourceStore } from '../../infra/objectstore/s3-source-store.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { isFailure, list, readText, sourceStoreContract } from './source-store.contract.js';
import { describeWith } from '../harness/describe-with.js';

const minio = await findMinio();

describeWith([minio], 'on MinIO', () => {
  let server: MinioServer;
  beforeAll(async () => {
    if ('path' in minio) server = await startMinio(minio);
  });
  afterAll(() => server?.stop());

  const newStore = (): S3SourceStore => new S3SourceStore(createS3Client(server));
  const placeOf = (location: string, name: string) => {
    const [bucket = '', ...prefix] = location.slice('s3://'.length).split('/');
    return { Bucket: bucket, Key: prefix.join('/') + name };
  };
  const put = async (location: string, name: string, content: string): Promise<void> => {
    await server.client.send(new PutObjectCommand({ ...placeOf(location, name), Body: Buffer.from(content) }));
  };

  for (const prefix of ['', 'team a/+%/ü/']) {
    sourceStoreContract(`S3, prefix "${prefix}"`, async () => {
      const store = newStore();
      return {
        store,
        newLocation: async () => `s3://${await server.newBucket()}/${prefix}`,
        put,
        remove: async (location, name) => {
          await server.client.send(new DeleteObjectCommand(placeOf(location, name)));
        },
        uriOf: (location, name) => location + name,
        putClutter: async (location) => {
          await put(location, 'a-empty/', '');
          await put(location, 'b/', '');
          await put(location, 'c/zz/', '');
        },
        missingLocation: () => `s3://no-such-bucket/${prefix}`,
        stop: () => store.close(),
      };
    });
  }

  it('says that access is denied: to a stranger, and to whoever the bucket does not let in', async () => {
    const location = `s3://${await server.newBucket()}/`;
    await put(location, 'a.md', 'x');
    const wrong = { accessKeyId: 'nobody', secretAccessKey: 'wrong' };
    const stranger = new S3SourceStore(createS3Client({ endpoint: server.endpoint, credentials: wrong }));
    const anonymous = new S3SourceStore(
      new S3Client({
        endpoint: server.endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: async () => ({ accessKeyId: '', secretAccessKey: '' }),
        signer: { sign: async (request) => request },
      }),
    );
    for (const store of [stranger, anonymous]) {
      const listed = store.listPage(location, { after: null, limit: 1 });
      await expect(listed).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
      await expect(store.stat(`${location}a.md`)).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
      const opened = store.openRead({ uri: `${location}a.md`, etag: '"x"' });
      await expect(opened).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
    }
    // Listing is allowed, reading is not.
    const bucket = placeOf(location, '').Bucket;
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await server.client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const [source] = await list(anonymous, location);
    if (!source) throw new Error('one was listed');
    await expect(anonymous.openRead(source)).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
    await stranger.close();
    await anonymous.close();
  });

  it('says that there are no credentials', async () => {
    const client = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: async () => {
        throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
      },
    });
    const store = new S3SourceStore(client);
    const listed = store.listPage('s3://bucket/', { after: null, limit: 1 });
    await expect(listed).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
    await store.close();
  });

  it.each(['a//b.md', 'a/../b.md', '../b.md', './b.md', `${'x'.repeat(1025)}`])(
    'answers in its own words to a key that MinIO does not take: %j',
    async (key) => {
      const store = newStore();
      const uri = `s3://${await server.newBucket()}/${key}`;
      const answers = /SOURCE_(LOCATION_INVALID|MISSING)/;
      await expect(store.stat(uri)).rejects.toThrow(answers);
      await expect(store.openRead({ uri, etag: '"x"' })).rejects.toThrow(answers);
      await store.close();
    },
  );

  it('names neither key nor file in its errors', async () => {
    const store = newStore();
    const uri = `s3://${await server.newBucket()}/John Doe 1970.md`;
    const error = await store.stat(uri).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/^Failure: SOURCE_MISSING \[s3 head, bucket=test-/);
    expect(String(error)).not.toContain('John');
    await store.close();
  });

  it('is unreachable while its server is dead: never an empty page, and no whole stream', async () => {
    const store = newStore();
    const location = `s3://${await server.newBucket()}/`;
    const large = 'x'.repeat(64 * 1024 * 1024);
    await put(location, 'a.md', large);
    const [source] = await list(store, location);
    if (!source) throw new Error('one was listed');
    const chunks = (await store.openRead(source))[Symbol.asyncIterator]();
    await chunks.next();
    await server.kill9();
    const readOn = async (): Promise<void> => {
      while (!(await chunks.next()).done);
    };
    await expect(readOn()).rejects.toSatisfy(isFailure('SOURCE_UNREACHABLE'));
    const listed = store.listPage(location, { after: null, limit: 10 });
    await expect(listed).rejects.toSatisfy(isFailure('SOURCE_UNREACHABLE'));
    await expect(store.stat(source.uri)).rejects.toSatisfy(isFailure('SOURCE_UNREACHABLE'));
    await server.restart();
    expect((await readText(await store.openRead(source))).length).toBe(large.length);
    await store.close();
  });
});
