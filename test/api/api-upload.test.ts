import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import type { RunBody } from '../../api/schemas/run.js';
import { Failure } from '../../core/contract/failures.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld, UPLOAD_BYTES } from './api-world.js';
import { multipart, type Part, upload } from './multipart.js';
import { overriding } from './overriding.js';

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('POST /v1/documents', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.starter.started.length = 0;
  });

  const post = (body: { payload: Buffer; headers: Record<string, string> }, app = world.app) =>
    world.call({ app, method: 'POST', url: '/v1/documents', ...body });
  const run = async (runId: string) => dataOf<RunBody>(await world.call({ url: `/v1/runs/${runId}` }));
  const load = (runId: string) => world.catalog.runs.load('default', runId);

  it('stores the file by its content, records a run, and hands it to the engine', async () => {
    const content = '# Sepsis\n\nGive fluids.';
    const accepted = dataOf<AcceptedUpload>(
      await post(upload({ content, metadata: { externalId: 'nice-51', title: 'Sepsis', year: 2016 } })),
      202,
    );
    expect(accepted).toMatchObject({ joined: false, workflowId: `ingest-source:default:${accepted.runId}` });
    expect(world.starter.started.map(({ runId }) => runId)).toEqual([accepted.runId]);

    const stored = await load(accepted.runId);
    expect(stored?.object).toMatchObject({ sha256: sha256(content), sizeBytes: content.length });
    expect(stored?.object.key).toMatch(/^sources\/default\/[0-9a-f-]{36}$/);
    expect(
      Buffer.from(await world.objects.get(stored?.object ?? { key: '', sha256: '', sizeBytes: 0 })).toString(),
    ).toBe(content);
    expect(stored?.metadata).toEqual({ externalId: 'nice-51', title: 'Sepsis', custom: { year: 2016 } });
    expect(await run(accepted.runId)).toMatchObject({
      ...{ runId: accepted.runId, workflowId: accepted.workflowId, sourceId: accepted.sourceId },
      ...{ state: 'running', stage: 'accepted', fileName: 'guide.md', collection: 'guidelines', documents: [] },
      ...{ pages: { total: 0, done: 0 }, records: { total: 0, done: 0 } },
    });
  });

  it('takes its parts in any order', async () => {
    const parts: Part[] = [
      { name: 'file', value: 'any order', fileName: 'order.md' },
      { name: 'metadata', value: '{"externalId": "order"}' },
      { name: 'collection', value: 'guidelines' },
    ];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const sources = new Set<string>();
    for (const order of orders) {
      const body = multipart(order.map((index) => parts[index] as Part));
      sources.add(dataOf<AcceptedUpload>(await post(body), 202).sourceId);
    }
    expect(sources.size).toBe(1);
  });

  it('hands an urgent one to the engine as urgent, at once and alone', async () => {
    const said = dataOf<AcceptedUpload>(
      await post(upload({ content: 'urgent', fileName: 'u.md', urgent: 'true' })),
      202,
    );
    expect(world.starter.started).toMatchObject([{ runId: said.runId, urgent: true }]);
    expect(await run(said.runId)).toMatchObject({ urgent: true });
    const not = dataOf<AcceptedUpload>(await post(upload({ content: 'n', fileName: 'n.md', urgent: 'false' })), 202);
    expect(await run(not.runId)).toMatchObject({ urgent: false });
    const error = expectError(await post(upload({ content: 'x', urgent: 'very' })), 'VALIDATION_FAILED');
    expect(JSON.stringify(error)).toContain('true or false');
  });

  it('joins the run of the same content that is under way, and tells slots apart', async () => {
    const first = dataOf<AcceptedUpload>(await post(upload({ content: 'same', fileName: 'same.md' })), 202);
    const again = dataOf<AcceptedUpload>(await post(upload({ content: 'same', fileName: 'same.md' })), 202);
    expect(again).toEqual({ ...first, joined: true });
    const changed = dataOf<AcceptedUpload>(await post(upload({ content: 'other', fileName: 'same.md' })), 202);
    expect(changed).toMatchObject({ sourceId: first.sourceId, joined: false });
    expect(changed.runId).not.toBe(first.runId);
    const otherName = dataOf<AcceptedUpload>(await post(upload({ content: 'same', fileName: 'folder/same.md' })), 202);
    expect(otherName.sourceId).not.toBe(first.sourceId);
    const otherCollection = dataOf<AcceptedUpload>(
      await post(upload({ content: 'same', fileName: 'same.md', collection: 'drug_labels' })),
      202,
    );
    expect(otherCollection.sourceId).not.toBe(first.sourceId);
  });

  it('makes one run of twenty identical uploads at once', async () => {
    const before = await world.listKeys('');
    const body = upload({ content: 'at once', fileName: 'at-once.md' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)));
    const runs = new Set(answers.map((answer) => dataOf<AcceptedUpload>(answer, 202).runId));
    expect(runs.size).toBe(1);
    expect(await world.listKeys('')).toHaveLength(before.length + 1);
  });

  it('accepts while the engine is down: the run is on record', async () => {
    world.starter.down = true;
    const accepted = dataOf<AcceptedUpload>(
      await post(upload({ content: 'no engine', fileName: 'no-engine.md' })),
      202,
    );
    world.starter.down = false;
    expect(world.starter.started).toEqual([]);
    expect(await run(accepted.runId)).toMatchObject({ state: 'running', stage: 'accepted' });
  });

  it.each([
    ['a way up', '../../etc/passwd.md'],
    ['a Windows path', '..\\..\\boot.ini'],
    ['new lines, percent-encoded', 'a%0D%0Ab%2Fc.md'],
    ['emoji', '🫀 coração ❤️.md'],
    ['1,000 characters', `${'n'.repeat(997)}.md`],
    [
      '1,000 characters of three bytes, all different',
      `${Array.from({ length: 997 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join('')}.md`,
    ],
    ['SQL', "'; drop table knowledge.runs; --.md"],
    ['a name of the object store', 'held/default/x'],
    ['an absolute path', '/etc/passwd'],
    ['half a character', 'a\ufffdb.md'],
  ])('keeps a file name as text only: %s', async (_name, fileName) => {
    const accepted = dataOf<AcceptedUpload>(await post(upload({ content: `named ${fileName}`, fileName })), 202);
    const stored = await load(accepted.runId);
    expect(stored?.fileName).toBe(fileName.normalize('NFC'));
    expect(stored?.object.key).toMatch(/^sources\/default\/[0-9a-f-]{36}$/);
    expect(accepted.workflowId).toBe(`ingest-source:default:${accepted.runId}`);
  });

  it.each<[string, Part[], string]>([
    ['no file', [{ name: 'collection', value: 'guidelines' }], 'FILE_MISSING'],
    [
      'a file without a name',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: 'x' },
      ],
      'FILE_MISSING',
    ],
    [
      'an empty name',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: 'x', fileName: '' },
      ],
      'FILE_MISSING',
    ],
    [
      'a name that is too long',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: 'x', fileName: 'n'.repeat(1_001) },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'no bytes',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: '', fileName: 'a.md' },
      ],
      'EMPTY_FILE',
    ],
    ['no collection', [{ name: 'file', value: 'x', fileName: 'a.md' }], 'VALIDATION_FAILED'],
    [
      'an unknown collection',
      [
        { name: 'file', value: 'x', fileName: 'a.md' },
        { name: 'collection', value: 'novels' },
      ],
      'COLLECTION_NOT_FOUND',
    ],
    [
      'a strange collection',
      [
        { name: 'file', value: 'x', fileName: 'a.md' },
        { name: 'collection', value: '../\u0000' },
      ],
      'COLLECTION_NOT_FOUND',
    ],
    [
      'metadata that is no JSON',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'metadata', value: '{' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'METADATA_INVALID',
    ],
    [
      'metadata of another shape',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'metadata', value: '[1]', contentType: 'application/json' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'METADATA_INVALID',
    ],
    [
      'broken metadata of type JSON',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'metadata', value: '{', contentType: 'application/json' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'METADATA_INVALID',
    ],
    [
      'much metadata',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'metadata', value: `{"a": "${'x'.repeat(70_000)}"}` },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'two files',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: 'x', fileName: 'a.md' },
        { name: 'file', value: 'y', fileName: 'b.md' },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'two collections',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'collection', value: 'drug_labels' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'an unknown part',
      [
        { name: 'colection', value: 'guidelines' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'another file part',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'attachment', value: 'x', fileName: 'a.md' },
      ],
      'VALIDATION_FAILED',
    ],
    [
      'a prototype as a part',
      [
        { name: '__proto__', value: 'x' },
        { name: 'file', value: 'x', fileName: 'a.md' },
      ],
      'MULTIPART_INVALID',
    ],
    ['a prototype as a file', [{ name: 'constructor', value: 'x', fileName: 'a.md' }], 'MULTIPART_INVALID'],
    ['many parts', Array.from({ length: 50 }, () => ({ name: 'metadata', value: '{}' })), 'VALIDATION_FAILED'],
    [
      'too many bytes',
      [
        { name: 'collection', value: 'guidelines' },
        { name: 'file', value: 'x'.repeat(UPLOAD_BYTES + 1), fileName: 'a.md' },
      ],
      'FILE_TOO_LARGE',
    ],
    [
      'too many bytes, then fields',
      [
        { name: 'file', value: 'x'.repeat(UPLOAD_BYTES * 3), fileName: 'a.md' },
        { name: 'collection', value: 'guidelines' },
      ],
      'FILE_TOO_LARGE',
    ],
  ])('refuses %s, and leaves nothing behind', async (_name, parts, code) => {
    const before = await world.listKeys('');
    const answer = await post(multipart(parts));
    expectError(answer, code as Parameters<typeof expectError>[1]);
    expect(await world.listKeys('')).toEqual(before);
    expect(world.starter.started).toEqual([]);
  });

  it('accepts a file of exactly the limit', async () => {
    dataOf(await post(upload({ content: 'y'.repeat(UPLOAD_BYTES), fileName: 'limit.md' })), 202);
  });

  it('refuses a body that is cut off, has no boundary, or is no multipart', async () => {
    const before = await world.listKeys('');
    const { payload, headers } = upload({ content: 'x'.repeat(1_000) });
    for (const cut of [10, 60, 200, payload.length - 500, payload.length - 5]) {
      expectError(await post({ payload: payload.subarray(0, cut), headers }), 'MULTIPART_INVALID');
    }
    expectError(await post({ payload, headers: { 'content-type': 'multipart/form-data' } }), 'MULTIPART_INVALID');
    expectError(await post({ payload: Buffer.alloc(0), headers }), 'VALIDATION_FAILED');
    expectError(
      await post({ payload: Buffer.from('{}'), headers: { 'content-type': 'application/json' } }),
      'VALIDATION_FAILED',
    );
    expectError(await world.call({ method: 'POST', url: '/v1/documents' }), 'MEDIA_TYPE_UNSUPPORTED');
    expect(await world.listKeys('')).toEqual(before);
  });

  it('says when the store is down, and keeps the file when the catalog is: the run may be on record', async () => {
    const broken = () => Promise.reject(new Failure('STORE_UNAVAILABLE', { detail: 'bucket=secret' }));
    const noStore = await world.build({ objects: overriding(world.objects, { put: broken }) });
    expectError(await post(upload({ content: 'x' }), noStore), 'STORE_UNAVAILABLE');
    const before = await world.listKeys('');
    const noCatalog = await world.build({
      catalog: overriding(world.catalog, {
        runs: overriding(world.catalog.runs, { accept: () => Promise.reject(new Failure('DATABASE_UNAVAILABLE')) }),
      }),
    });
    expectError(await post(upload({ content: 'x' }), noCatalog), 'DATABASE_UNAVAILABLE');
    expect(await world.listKeys('')).toHaveLength(before.length + 1);
  });

  describe('over a real connection', () => {
    let port: number;
    let app: Awaited<ReturnType<ApiWorld['build']>>;
    beforeAll(async () => {
      app = await world.build();
      await app.listen({ port: 0, host: '127.0.0.1' });
      port = (app.server.address() as AddressInfo).port;
    });
    afterAll(() => app.close());

    /** Sends a body in pieces and resolves with status and code, or `null` when the connection was cut first. */
    function send(
      pieces: readonly Buffer[],
      contentType: string,
      end = true,
    ): Promise<{ status: number; code: string } | null> {
      return new Promise((resolve) => {
        const request = httpRequest({
          ...{ port, host: '127.0.0.1', method: 'POST', path: '/v1/documents' },
          headers: { 'content-type': contentType, authorization: `Bearer ${ADMIN_KEY}` },
        });
        request.on('response', (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, code: (JSON.parse(body) as { code: string }).code }),
          );
        });
        request.on('error', () => resolve(null));
        for (const piece of pieces) request.write(piece);
        if (end) request.end();
        else setImmediate(() => request.destroy());
      });
    }

    it('answers a caller that sends twice the limit', async () => {
      const { payload, headers } = upload({ content: 'x'.repeat(UPLOAD_BYTES * 2) });
      expect(await send([payload], headers['content-type'] ?? '')).toEqual({ status: 413, code: 'FILE_TOO_LARGE' });
    });

    it('keeps nothing of a caller that hangs up', async () => {
      const before = await world.listKeys('');
      const { payload, headers } = upload({ content: 'x'.repeat(30_000) });
      expect(await send([payload.subarray(0, 20_000)], headers['content-type'] ?? '', false)).toBeNull();
      await vi.waitUntil(async () => (await world.listKeys('')).length === before.length, { timeout: 60_000 });
      const whole = await send([payload], headers['content-type'] ?? '');
      expect(whole?.status).toBe(202);
    });
  });
});
