import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiRefusal, FileClient } from '../../api/client/file-client.js';
import { followRun } from '../../api/cli/follow-run.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const MIB = 1024 * 1024;

const minio = await findMinio();

describeWith([minio, await findTemporal()], 'large files straight to a bucket', () => {
  let server: MinioServer;
  let stack: Stack;
  let client: FileClient;
  let bucket: string;
  let folder: string;
  /** Another name of the same server, as a proxy before it would have one. */
  let publicEndpoint: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-s3-uploads-'));
    if ('path' in minio) server = await startMinio(minio);
    bucket = await server.newBucket();
    publicEndpoint = server.endpoint.replace('127.0.0.1', 'localhost');
    stack = await startStack({
      env: {
        OBJECT_STORE_URL: `s3://${bucket}/medindex`,
        S3_ENDPOINT: server.endpoint,
        S3_PUBLIC_ENDPOINT: publicEndpoint,
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      },
    });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
  });
  afterAll(async () => {
    await stack?.stop();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('an upload that breaks off goes on where it stopped, and is ingested like any other', async () => {
    const path = await largeRecords('large.xml', 40 * MIB);
    let remembered: string | null = null;
    const memory = {
      load: async () => remembered,
      keep: async (uploadId: string) => void (remembered = uploadId),
      forget: async () => void (remembered = null),
    };
    const addresses: string[] = [];
    class Breaking extends FileClient {
      override async putPart(url: string, bytes: Uint8Array): Promise<void> {
        addresses.push(url);
        if (addresses.length === 2) throw new ApiRefusal(400, 'STORE_REFUSED', 'the line broke', 'none');
        return super.putPart(url, bytes);
      }
    }
    const upload = { path, fileName: 'large.xml', collection: 'pubmed_abstracts', partsFromBytes: MIB, memory };
    const breaking = new Breaking({ url: stack.url, apiKey: stack.adminKey });
    await expect(breaking.upload(upload)).rejects.toThrow('the line broke');
    expect(addresses.every((url) => url.startsWith(publicEndpoint))).toBe(true);
    // A hash of the metadata stands behind the id.
    const uploadId: string = (remembered ?? '').split('.')[0] ?? '';
    const stored = await client.getUpload(uploadId);
    expect(stored.parts.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(stored.parts.some(({ uploaded }) => uploaded)).toBe(true);
    expect(stored.parts.every(({ uploaded }) => uploaded)).toBe(false);

    const sentBefore = addresses.length;
    const { runId } = await breaking.upload(upload);
    expect(addresses.length - sentBefore).toBe(stored.parts.filter(({ uploaded }) => !uploaded).length);
    const run = await followRun(client, runId, () => undefined);
    expect(run).toMatchObject({ state: 'published', fileName: 'large.xml' });
    expect(run.documents.length).toBeGreaterThan(0);
    expect(await openUploads()).toEqual([]);
  });

  test('one that is given up leaves nothing behind', async () => {
    const { uploadId, parts } = await client.beginUpload({
      collection: 'guidelines',
      fileName: 'given-up.md',
      sizeBytes: 20 * MIB,
    });
    await client.putPart(parts[0]?.url ?? '', Buffer.alloc(parts[0]?.sizeBytes ?? 0, 'a'));
    expect(await openUploads()).toHaveLength(1);
    await client.abortUpload(uploadId);
    expect(await openUploads()).toEqual([]);
    const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect((Contents ?? []).filter(({ Key }) => Key?.includes(uploadId))).toEqual([]);
  });

  async function openUploads(): Promise<string[]> {
    const { Uploads } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return (Uploads ?? []).map(({ Key }) => Key ?? '');
  }

  /** A file of records with a large comment behind each of the first three. */
  async function largeRecords(name: string, bytesOfComments: number): Promise<string> {
    const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus/pubmed_abstracts/cardiovascular.xml');
    const comment = `<!-- ${'x'.repeat(bytesOfComments / 3)} -->\n`;
    let comments = 0;
    const xml = (await readFile(corpus, 'utf8')).replaceAll('</PubmedArticle>', (end) =>
      comments++ < 3 ? end + comment : end,
    );
    const path = join(folder, name);
    await writeFile(path, xml);
    return path;
  }
});
