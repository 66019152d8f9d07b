import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiRefusal, FileClient } from '../../api/client/file-client.js';
import type { UploadMemory } from '../../api/client/part-upload.js';
import type { UploadBody } from '../../api/schemas/upload-session.js';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import { sweepUploads } from '../../api/upload/sweep-uploads.js';
import { PartObjectsUploadStore } from '../../infra/objectstore/part-objects-upload-store.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld, UPLOAD_BYTES } from './api-world.js';
import { upload as plainUpload } from './multipart.js';
import { overriding } from './overriding.js';

const PART_BYTES = 1_000;
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('/v1/uploads', () => {
  let world: ApiWorld;
  let app: FastifyInstance;
  let files = 0;
  const limits = { uploadBytes: UPLOAD_BYTES, partBytes: PART_BYTES };
  beforeAll(async () => {
    world = await ApiWorld.open();
    app = await world.build({ limits });
  });
  afterAll(() => world.close());

  const begin = (payload: object, key?: string) =>
    world.call({ app, method: 'POST', url: '/v1/uploads', payload, ...(key === undefined ? {} : { key }) });
  const get = (uploadId: string, key?: string) =>
    world.call({ app, url: `/v1/uploads/${uploadId}`, ...(key === undefined ? {} : { key }) });
  const complete = (uploadId: string, at = app) =>
    world.call({ app: at, method: 'POST', url: `/v1/uploads/${uploadId}/complete` });
  const put = (url: string, payload: Buffer, headers: Record<string, string> = {}) =>
    world.call({
      app,
      method: 'PUT',
      url,
      payload,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(payload.length), ...headers },
    });

  async function begun(content: Buffer, changes: object = {}): Promise<UploadBody> {
    const payload = { collection: 'guidelines', fileName: `part-${++files}.md`, sizeBytes: content.length, ...changes };
    return dataOf<UploadBody>(await begin(payload), 201);
  }

  async function send({ parts }: UploadBody, content: Buffer, numbers?: readonly number[]): Promise<void> {
    for (const { number, sizeBytes, url = '' } of parts) {
      if (numbers && !numbers.includes(number)) continue;
      const start = (number - 1) * PART_BYTES;
      dataOf(await put(url, content.subarray(start, start + sizeBytes)));
    }
  }

  it('takes a file in parts, in any order, and makes the run that a plain upload makes', async () => {
    const content = randomBytes(2_500);
    const metadata = { externalId: 'parts-1', title: 'In parts', year: 2024 };
    const upload = await begun(content, { sha256: sha256(content), metadata, urgent: true });
    expect(upload).toMatchObject({ state: 'open', partSizeBytes: PART_BYTES, runId: null, sha256: sha256(content) });
    expect(upload.parts.map(({ number, sizeBytes, uploaded }) => [number, sizeBytes, uploaded])).toEqual([
      [1, 1000, false],
      [2, 1000, false],
      [3, 500, false],
    ]);
    await send(upload, content, [3]);
    await send(upload, content, [1]);
    const halfway = dataOf<UploadBody>(await get(upload.uploadId));
    expect(halfway.parts.map(({ uploaded, url }) => [uploaded, url])).toEqual([
      [true, undefined],
      [false, `/v1/uploads/${upload.uploadId}/parts/2`],
      [true, undefined],
    ]);
    expect(expectError(await complete(upload.uploadId), 'UPLOAD_INCOMPLETE').details).toEqual({ missing: [2] });
    expect(await world.listKeys(`sources/default/${upload.uploadId}`)).toEqual([]);
    await send(upload, content, [2]);

    world.starter.started.length = 0;
    const accepted = dataOf<AcceptedUpload>(await complete(upload.uploadId), 202);
    expect(accepted).toMatchObject({ joined: false, workflowId: `ingest-source:default:${accepted.runId}` });
    expect(world.starter.started.map(({ runId }) => runId)).toEqual([accepted.runId]);
    const run = await world.catalog.runs.load('default', accepted.runId);
    expect(run).toMatchObject({
      object: { key: `sources/default/${upload.uploadId}`, sha256: sha256(content), sizeBytes: 2_500 },
      metadata: { externalId: 'parts-1', title: 'In parts', custom: { year: 2024 } },
      urgent: true,
    });
    if (!run) throw new Error('no run');
    expect(Buffer.from(await world.objects.get(run.object))).toEqual(content);
    expect(await world.listKeys(`incoming/default/${upload.uploadId}`)).toEqual([]);

    expect(dataOf<AcceptedUpload>(await complete(upload.uploadId), 202)).toEqual({ ...accepted, joined: true });
    const done = dataOf<UploadBody>(await get(upload.uploadId));
    expect(done).toMatchObject({ state: 'completed', runId: accepted.runId });
    expect(done.parts.every(({ uploaded }) => uploaded)).toBe(true);
    const late = await put(`/v1/uploads/${upload.uploadId}/parts/1`, content.subarray(0, 1000));
    expect(expectError(late, 'UPLOAD_COMPLETED').details).toEqual({ runId: accepted.runId });
    const removal = { app, method: 'DELETE' as const, url: `/v1/uploads/${upload.uploadId}` };
    expectError(await world.call(removal), 'UPLOAD_COMPLETED');
  });

  it('is the same document as a plain upload of the same name', async () => {
    const content = randomBytes(1_500);
    const upload = await begun(content, { fileName: 'folder/same.md' });
    await send(upload, content);
    const plain = dataOf<AcceptedUpload>(
      await world.call({
        method: 'POST',
        url: '/v1/documents',
        ...plainUpload({ content, fileName: 'folder/same.md' }),
      }),
      202,
    );
    expect(dataOf<AcceptedUpload>(await complete(upload.uploadId), 202)).toEqual({ ...plain, joined: true });
    expect(await world.listKeys(`sources/default/${upload.uploadId}`)).toEqual([]);
  });

  it('makes one run when it is completed ten times at once', async () => {
    const content = randomBytes(2_500);
    const upload = await begun(content);
    await send(upload, content);
    const answers = await Promise.all(Array.from({ length: 10 }, () => complete(upload.uploadId)));
    expect(new Set(answers.map((answer) => dataOf<AcceptedUpload>(answer, 202).runId)).size).toBe(1);
    expect(await world.listKeys(`incoming/default/${upload.uploadId}`)).toEqual([]);
    expect(await world.listKeys(`sources/default/${upload.uploadId}`)).toHaveLength(1);
  });

  it.each(['copy', 'accept', 'remove'] as const)('can be completed again after a fault at %s', async (step) => {
    const content = randomBytes(2_500);
    const upload = await begun(content, { sha256: sha256(content) });
    await send(upload, content);
    const fault = async (): Promise<never> => {
      throw new Error('as told');
    };
    const uploads = new PartObjectsUploadStore(world.objects);
    const faulty = await world.build({
      limits,
      ...(step === 'copy' ? { objects: overriding(world.objects, { copy: fault }) } : {}),
      ...(step === 'remove' ? { uploads: overriding(uploads, { remove: fault }) } : {}),
      ...(step === 'accept'
        ? { catalog: { ...world.catalog, uploads: overriding(world.catalog.uploads, { accept: fault }) } }
        : {}),
    });
    expectError(await complete(upload.uploadId, faulty), 'INTERNAL');
    const { runId } = dataOf<AcceptedUpload>(await complete(upload.uploadId), 202);
    const run = await world.catalog.runs.load('default', runId);
    expect(run?.object).toMatchObject({ sha256: sha256(content), sizeBytes: 2_500 });
  });

  it('refuses what is not the file that was announced, and keeps nothing of it', async () => {
    const content = randomBytes(1_500);
    const upload = await begun(content, { sha256: sha256(randomBytes(3)) });
    await send(upload, content);
    expectError(await complete(upload.uploadId), 'UPLOAD_HASH_MISMATCH');
    expectError(await get(upload.uploadId), 'UPLOAD_NOT_FOUND');
    expect(await world.listKeys(`incoming/default/${upload.uploadId}`)).toEqual([]);
  });

  it('refuses parts of another size, of another number, and without a length', async () => {
    const content = randomBytes(1_500);
    const { uploadId } = await begun(content);
    const url = (part: number | string) => `/v1/uploads/${uploadId}/parts/${part}`;
    for (const size of [0, 1, 999, 1001]) {
      const refused = expectError(await put(url(1), randomBytes(size)), 'PART_SIZE_WRONG');
      expect(refused.details).toEqual({ number: 1, sizeBytes: 1000 });
    }
    expectError(await put(url(3), randomBytes(1)), 'PART_UNKNOWN');
    for (const part of ['0', '-1', 'x', '10001'])
      expectError(await put(url(part), randomBytes(1)), 'VALIDATION_FAILED');
    expect(dataOf<UploadBody>(await get(uploadId)).parts.some(({ uploaded }) => uploaded)).toBe(false);
  });

  it.each<[string, object, Parameters<typeof expectError>[1]]>([
    ['no bytes', { sizeBytes: 0 }, 'EMPTY_FILE'],
    ['more than the limit', { sizeBytes: UPLOAD_BYTES + 1 }, 'FILE_TOO_LARGE'],
    ['half a byte', { sizeBytes: 1.5 }, 'VALIDATION_FAILED'],
    ['a negative size', { sizeBytes: -1 }, 'VALIDATION_FAILED'],
    ['an unknown collection', { collection: 'novels' }, 'COLLECTION_NOT_FOUND'],
    ['no name', { fileName: ' ' }, 'FILE_MISSING'],
    ['a name that is too long', { fileName: 'n'.repeat(1_001) }, 'VALIDATION_FAILED'],
    ['a hash that is none', { sha256: 'x' }, 'VALIDATION_FAILED'],
    ['an external id that is none', { metadata: { externalId: 7 } }, 'METADATA_INVALID'],
    ['an unknown field', { bucket: 'mine' }, 'VALIDATION_FAILED'],
  ])('refuses to begin with %s', async (_name, changes, code) => {
    expectError(await begin({ collection: 'guidelines', fileName: 'a.md', sizeBytes: 5, ...changes }), code);
  });

  it.each([
    '../../etc/passwd',
    '..\\..\\boot.ini',
    'a\nb.md',
    '🫀 coração.md',
    'held/default/x',
    "'; drop table x; --",
  ])('keeps a file name as text only: %s', async (fileName) => {
    const content = randomBytes(10);
    const upload = await begun(content, { fileName });
    await send(upload, content);
    const { runId } = dataOf<AcceptedUpload>(await complete(upload.uploadId), 202);
    const run = await world.catalog.runs.load('default', runId);
    expect(run).toMatchObject({ fileName, object: { key: `sources/default/${upload.uploadId}` } });
  });

  it('is seen by the key that began it, and by no other', async () => {
    const content = randomBytes(10);
    const upload = await begun(content);
    const others = [
      await world.makeKey({ scopes: ['ingest'] }),
      await world.makeKey({ scopes: ['admin'], organizationId: 'somebody-else' }),
    ];
    for (const key of others) {
      expectError(await get(upload.uploadId, key), 'UPLOAD_NOT_FOUND');
      const completion = { app, method: 'POST' as const, url: `/v1/uploads/${upload.uploadId}/complete`, key };
      expectError(await world.call(completion), 'UPLOAD_NOT_FOUND');
      const removal = { app, method: 'DELETE' as const, url: `/v1/uploads/${upload.uploadId}`, key };
      expectError(await world.call(removal), 'UPLOAD_NOT_FOUND');
      const part = { app, method: 'PUT' as const, url: `/v1/uploads/${upload.uploadId}/parts/1`, key };
      const headers = { 'content-type': 'application/octet-stream' };
      expectError(await world.call({ ...part, payload: content, headers }), 'UPLOAD_NOT_FOUND');
    }
    expectError(await get(upload.uploadId, await world.makeKey({ scopes: ['read'] })), 'SCOPE_MISSING');
    const elsewhere = await world.makeKey({ scopes: ['ingest'], collections: [] });
    expectError(
      await begin({ collection: 'guidelines', fileName: 'a.md', sizeBytes: 5 }, elsewhere),
      'COLLECTION_NOT_FOUND',
    );
  });

  it('can be given up', async () => {
    const content = randomBytes(1_500);
    const upload = await begun(content);
    await send(upload, content, [1]);
    const removal = { app, method: 'DELETE' as const, url: `/v1/uploads/${upload.uploadId}` };
    expect(dataOf(await world.call(removal))).toEqual({ uploadId: upload.uploadId });
    expect(await world.listKeys(`incoming/default/${upload.uploadId}`)).toEqual([]);
    expectError(await world.call(removal), 'UPLOAD_NOT_FOUND');
    expectError(await complete(upload.uploadId), 'UPLOAD_NOT_FOUND');
  });

  it('is swept away with its bytes when it has expired', async () => {
    const content = randomBytes(1_500);
    const upload = await begun(content);
    await send(upload, content, [2]);
    await world.database.pool.query(`update knowledge.uploads set expires_at = now() where upload_id = $1`, [
      upload.uploadId,
    ]);
    expectError(await get(upload.uploadId), 'UPLOAD_NOT_FOUND');
    const uploads = new PartObjectsUploadStore(world.objects);
    expect(await sweepUploads({ catalog: world.catalog, uploads }, new Date(Date.now() + 1000))).toBe(1);
    expect(await world.listKeys(`incoming/default/${upload.uploadId}`)).toEqual([]);
    expect(await sweepUploads({ catalog: world.catalog, uploads })).toBe(0);
  });

  describe('by the client', () => {
    let folder: string;
    let url: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'medindex-client-'));
      const listening = await world.build({ limits });
      await listening.listen({ host: '127.0.0.1', port: 0 });
      url = `http://127.0.0.1:${(listening.server.address() as AddressInfo).port}`;
    });
    afterAll(() => rm(folder, { recursive: true }));

    function remembering(): UploadMemory & { uploadId: string | null } {
      return {
        uploadId: null,
        async load() {
          return this.uploadId;
        },
        async keep(uploadId) {
          this.uploadId = uploadId;
        },
        async forget() {
          this.uploadId = null;
        },
      };
    }

    it('goes on where a broken process stopped', async () => {
      const content = randomBytes(9_500);
      const path = join(folder, 'large.md');
      await writeFile(path, content);
      const memory = remembering();
      const input = { path, fileName: 'large.md', collection: 'guidelines', title: 'Large', partsFromBytes: 1, memory };

      let sent = 0;
      const breaking = new FileClient({ url, apiKey: ADMIN_KEY });
      const dying = overriding(breaking, {
        putPart: async (to, bytes) => {
          if (sent++ >= 4) throw new TypeError('the process dies here');
          await breaking.putPart(to, bytes);
        },
      });
      const { uploadInParts } = await import('../../api/client/part-upload.js');
      const begin = { collection: 'guidelines', fileName: 'large.md', metadata: { title: 'Large' } };
      const stopped = overriding(dying, {
        getUpload: async () => {
          throw new TypeError('and hears nothing more');
        },
      });
      const aborted = uploadInParts({ calls: stopped, path, begin, memory, triesPerPart: 1 });
      await expect(aborted).rejects.toThrow('the process dies here');
      expect(memory.uploadId).not.toBeNull();

      const progress: number[] = [];
      const client = new FileClient({ url, apiKey: ADMIN_KEY });
      const onProgress = (sentBytes: number) => progress.push(sentBytes);
      const { runId } = await client.upload({ ...input, onProgress });
      expect(progress[0]).toBeGreaterThanOrEqual(3_000);
      expect(progress[0]).toBeLessThan(9_500);
      expect(progress.at(-1)).toBe(9_500);
      expect(memory.uploadId).toBeNull();
      const run = await world.catalog.runs.load('default', runId);
      expect(run).toMatchObject({
        object: { sha256: sha256(content) },
        metadata: { title: 'Large' },
        fileName: 'large.md',
      });
    });

    it('begins anew when other metadata is told, and goes on when it is the same in another order', async () => {
      const path = join(folder, 'told.md');
      await writeFile(path, randomBytes(5_500));
      const memory = remembering();
      const client = new FileClient({ url, apiKey: ADMIN_KEY });
      const { uploadInParts } = await import('../../api/client/part-upload.js');
      let sent = 0;
      const breaking = overriding(client, {
        putPart: async (to, bytes) => {
          if (sent++ >= 2) throw new ApiRefusal(409, 'X', 'the process dies here', 'none');
          await client.putPart(to, bytes);
        },
      });
      const begin = (metadata: Record<string, unknown>) => ({
        collection: 'guidelines',
        fileName: 'told.md',
        metadata,
      });
      const breakOff = async (metadata: Record<string, unknown>) => {
        sent = 0;
        const aborted = uploadInParts({ calls: breaking, path, begin: begin(metadata), memory, triesPerPart: 1 });
        await expect(aborted).rejects.toThrow('the process dies here');
        return memory.uploadId;
      };
      const first = await breakOff({ title: 'Old title', edition: '1' });
      expect(await breakOff({ edition: '1', title: 'Old title' })).toBe(first);
      const { runId } = await uploadInParts({ calls: client, path, begin: begin({ title: 'New title' }), memory });
      const run = await world.catalog.runs.load('default', runId);
      expect(run).toMatchObject({ metadata: { title: 'New title', custom: {} } });
    });

    it('begins anew when the file changed, or the upload it remembers is gone', async () => {
      const path = join(folder, 'changing.md');
      const memory = remembering();
      memory.uploadId = `3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11.${sha256(Buffer.from('{}'))}`;
      const client = new FileClient({ url, apiKey: ADMIN_KEY });
      const input = { path, fileName: 'changing.md', collection: 'guidelines', partsFromBytes: 1, memory };
      await writeFile(path, randomBytes(2_000));
      const first = await client.upload(input);
      await writeFile(path, randomBytes(2_000));
      const second = await client.upload(input);
      expect(second.runId).not.toBe(first.runId);
      expect(second.sourceId).toBe(first.sourceId);
    });
  });
});
