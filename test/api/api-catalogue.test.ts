import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChunkList } from '../../api/schemas/chunk.js';
import type { CollectionBody, CollectionList } from '../../api/schemas/collection.js';
import type { DeletionReceipt, DocumentBody, DocumentList, PageList } from '../../api/schemas/document.js';
import type { RunBody, RunList } from '../../api/schemas/run.js';
import { prepareFirstStart } from '../../api/first-start.js';
import type { PassagePictures } from '../../core/ports/passage-pictures.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { type LoadableModel, LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';
import { type Published, publishDocument, wholeOrganization } from './publish-document.js';

const MULTILINGUAL: LoadableModel = {
  name: 'multilingual',
  open: async () => new FakeEmbedder({ name: 'multilingual', dimensions: 48 }),
  openTokenizer: async () => new EstimatingTokenizer(),
};

const SOME_ID = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';

describe('the catalogue', () => {
  let world: ApiWorld;
  const published: Published[] = [];
  beforeAll(async () => {
    world = await ApiWorld.open();
    for (const number of [1, 2, 3]) {
      published.push(
        await publishDocument({
          catalog: world.catalog,
          vectorIndex: world.vectorIndex,
          embedder: world.embedder,
          collection: number === 3 ? 'drug_labels' : 'guidelines',
          externalId: `doc-${number}`,
          passages: [`First passage of ${number}.`, `Second passage of ${number}.`],
          pages: number,
          metadata: { title: `Document ${number}`, authors: ['A. Author'], publishedOn: '2020' },
          custom: { specialty: 'cardiology' },
        }),
      );
    }
  });
  afterAll(() => world.close());
  const get = (url: string) => world.call({ url });

  describe('documents', () => {
    it('shows one whole', async () => {
      const [, document] = published;
      const data = dataOf<DocumentBody>(await get(`/v1/documents/${document?.documentId}`));
      expect(data).toMatchObject({
        documentId: document?.documentId,
        externalId: 'doc-2',
        collection: 'guidelines',
        title: 'Document 2',
        authors: ['A. Author'],
        sourceType: 'guideline',
        language: 'en',
        publishedOn: '2020',
        state: 'published',
        phiStatus: 'clear',
        version: { versionId: document?.versionId, number: 1, runId: document?.runId, pageCount: 2, partial: false },
      });
      expect(data.metadata).toMatchObject({ specialty: 'cardiology' });
      expect(data.version.publishedAt).toMatch(/Z$/);
    });

    it('shows text, pages and passages', async () => {
      const id = published[1]?.documentId;
      expect(dataOf(await get(`/v1/documents/${id}/text`))).toEqual({
        text: 'First passage of 2.\n\nSecond passage of 2.',
      });
      expect(dataOf<PageList>(await get(`/v1/documents/${id}/pages`)).pages).toEqual(
        [1, 2].map((page) => ({
          page,
          outcome: 'native',
          reason: 'text layer covers the page',
          scores: { textCoverage: 0.5 },
          width: 612,
          height: 792,
        })),
      );
      const { chunks } = dataOf<ChunkList>(await get(`/v1/documents/${id}/chunks`));
      expect(chunks.map(({ ordinal, text }) => [ordinal, text])).toEqual([
        [0, 'First passage of 2.'],
        [1, 'Second passage of 2.'],
      ]);
    });

    it('shows passages a page at a time, of one version', async () => {
      const passages = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map((text) => `${text} Paged passage.`);
      const input = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: null };
      const made = { ...input, collection: 'consumer_health', externalId: 'paged' };
      const { documentId } = await publishDocument({ ...made, passages });
      const address = `/v1/documents/${documentId}/chunks`;
      const page = async (query: string) => dataOf<ChunkList>(await get(`${address}?${query}`));
      const texts: string[] = [];
      const sizes: number[] = [];
      for (let next: string | null = ''; next !== null;) {
        const answer = await page(`limit=2${next === '' ? '' : `&cursor=${next}`}`);
        texts.push(...answer.chunks.map(({ text }) => text));
        sizes.push(answer.chunks.length);
        ({ next } = answer);
      }
      expect([texts, sizes]).toEqual([passages, [2, 2, 1]]);
      const whole = await page('');
      expect([whole.chunks.length, whole.next]).toEqual([5, null]);
      expect((await page('limit=5')).next).toBeNull();

      const { next: cursor } = await page('limit=2');
      for (const wrong of ['x', '1', `${SOME_ID}.`, `${SOME_ID}.1.2`, `${SOME_ID}.1`]) {
        expectError(await get(`${address}?cursor=${wrong}`), 'CURSOR_INVALID');
      }
      expectError(await get(`${address}?limit=1001`), 'VALIDATION_FAILED');
      await publishDocument({ ...made, passages: [...passages, 'Six. Another version.'] });
      expectError(await get(`${address}?limit=2&cursor=${cursor}`), 'CURSOR_INVALID');
      // The other tests list what there is.
      dataOf(await world.call({ method: 'DELETE', url: `/v1/documents/${documentId}` }));
    });

    it('bounds the pictures that are drawn at a time, and ends those that nobody waits for', async () => {
      const document = published[0];
      const [chunk] = dataOf<ChunkList>(await get(`/v1/documents/${document?.documentId}/chunks`)).chunks;
      const signals: AbortSignal[] = [];
      const ends: (() => void)[] = [];
      const pictures: PassagePictures = {
        draw: (_picture, signal) =>
          new Promise((resolve, reject) => {
            if (!signal) throw new Error('a picture without a signal');
            signals.push(signal);
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            ends.push(() => resolve(new Uint8Array([1])));
          }),
        close: async () => undefined,
      };
      const objects = overriding(world.objects, { stat: async () => ({ sizeBytes: 1 }) as never });
      const app = await world.build({ pictures, objects });
      await app.listen({ host: '127.0.0.1', port: 0 });
      const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/chunks/${chunk?.chunkId}/page.png`;
      const ask = (signal?: AbortSignal) =>
        fetch(url, { headers: { authorization: `Bearer ${ADMIN_KEY}` }, ...(signal ? { signal } : {}) });
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds()) await new Promise((resolve) => setImmediate(resolve));
      };

      const first = new AbortController();
      const gone = ask(first.signal).catch(() => 'gone');
      await until(() => signals.length === 1);
      const asked = Array.from({ length: 20 }, () => ask());
      const refused = await Promise.race(asked);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await refused.json()).toMatchObject({ code: 'PICTURES_BUSY' });
      // Whoever leaves makes room for the next.
      first.abort();
      expect(await gone).toBe('gone');
      await until(() => signals.length === 2);
      expect(signals[0]?.aborted).toBe(true);
      const drawing = (async () => {
        for (let drawn = 1; drawn < 17; drawn++) {
          await until(() => ends.length > drawn);
          ends[drawn]?.();
        }
      })();
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      await drawing;
      expect(statuses.filter((status) => status === 200)).toHaveLength(16);
      expect(statuses.filter((status) => status === 503)).toHaveLength(4);
      expect(world.logLines.join('')).not.toContain('"code":"INTERNAL"');
    });

    it('lists by page, newest first, without loss or repetition', async () => {
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: DocumentList = dataOf<DocumentList>(
          await get(`/v1/documents?limit=1${next === '' ? '' : `&cursor=${next}`}`),
        );
        seen.push(...page.documents.map(({ externalId }) => externalId));
        next = page.next;
      }
      expect(seen).toEqual(['doc-3', 'doc-2', 'doc-1']);
    });

    it('lists by collection and external id', async () => {
      const list = async (query: string) =>
        dataOf<DocumentList>(await get(`/v1/documents?${query}`)).documents.map(({ externalId }) => externalId);
      expect(await list('collection=guidelines')).toEqual(['doc-2', 'doc-1']);
      expect(await list('externalId=doc-1')).toEqual(['doc-1']);
      expect(await list('collection=drug_labels&externalId=doc-1')).toEqual([]);
    });

    it('knows what is not there', async () => {
      for (const part of ['', '/text', '/pages', '/chunks']) {
        expectError(await get(`/v1/documents/${SOME_ID}${part}`), 'DOCUMENT_NOT_FOUND');
      }
      expectError(await world.call({ method: 'DELETE', url: `/v1/documents/${SOME_ID}` }), 'DOCUMENT_NOT_FOUND');
      expectError(await get(`/v1/chunks/${SOME_ID}`), 'CHUNK_NOT_FOUND');
      expectError(await get(`/v1/runs/${SOME_ID}`), 'RUN_NOT_FOUND');
    });

    it('says that a document has no published version', async () => {
      const collection = await world.catalog.collections.byName(
        { organizationId: 'default', collections: 'all', safetyLevel: 'clinical_staff_only' },
        'guidelines',
      );
      const sha256 = 'a'.repeat(64);
      const { run } = await world.catalog.runs.accept({
        organizationId: 'default',
        collectionId: collection?.collectionId ?? '',
        sourceKey: 'upload:open',
        fileName: 'open.md',
        object: { key: `sources/default/x/${sha256}`, sha256, sizeBytes: 1 },
        metadata: { custom: {} },
        actor: 'key-1',
      });
      const [opened] = await world.catalog.versions.open({
        organizationId: 'default',
        runId: run.runId,
        items: [{ externalId: 'open', fingerprint: 'f', recordIndex: 0, pageCount: 0 }],
      });
      const answer = expectError(await get(`/v1/documents/${opened?.documentId}/text`), 'DOCUMENT_NOT_PUBLISHED');
      expect(answer.details).toEqual({ state: 'processing' });
      expectError(await get(`/v1/documents/${opened?.documentId}/chunks`), 'DOCUMENT_NOT_PUBLISHED');
      expect(dataOf<DocumentBody>(await get(`/v1/documents/${opened?.documentId}`)).state).toBe('processing');
    });

    it('deletes with a receipt, the same one each time', async () => {
      const { documentId } = await publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: null,
        collection: 'consumer_health',
        externalId: 'to-delete',
        passages: ['Gone.'],
      });
      const url = `/v1/documents/${documentId}`;
      const receipt = dataOf<DeletionReceipt>(await world.call({ method: 'DELETE', url }));
      expect(receipt).toMatchObject({ documentId, withdrawnVersions: 1 });
      const again = await world.call({ method: 'DELETE', url, headers: { 'content-type': 'application/json' } });
      expect(dataOf(again)).toEqual(receipt);
      for (const part of ['', '/text', '/chunks']) expectError(await get(`${url}${part}`), 'DOCUMENT_DELETED');
      const audit = await world.catalog.audit.list('default', { limit: 100 });
      expect(audit.filter(({ subject }) => subject === documentId)).toHaveLength(2);
    });
  });

  describe('runs', () => {
    it('shows one with its documents', async () => {
      const [document] = published;
      const data = dataOf<RunBody>(await get(`/v1/runs/${document?.runId}`));
      expect(data).toMatchObject({
        state: 'published',
        documents: [{ documentId: document?.documentId, externalId: 'doc-1', state: 'published' }],
      });
      expect(data.error).toBeUndefined();
      expect(data.finishedAt).toMatch(/Z$/);
    });

    it('says why one failed', async () => {
      const [document] = published;
      const done = await world.catalog.runs.load('default', document?.runId ?? '');
      const { run } = await world.catalog.runs.accept({
        organizationId: 'default',
        collectionId: done?.collectionId ?? '',
        sourceKey: 'upload:broken',
        fileName: 'broken.pdf',
        object: { key: 'sources/default/x/y', sha256: 'b'.repeat(64), sizeBytes: 1 },
        metadata: { custom: {} },
        actor: 'key-1',
      });
      await world.catalog.runs.finish([{ runId: run.runId, state: 'failed', error: 'PDF_DAMAGED' }]);
      expect(dataOf<RunBody>(await get(`/v1/runs/${run.runId}`))).toMatchObject({
        state: 'failed',
        error: {
          code: 'PDF_DAMAGED',
          message: 'The PDF is damaged or cut off and cannot be opened. Export or download it again.',
        },
      });
    });

    it('lists by page and state, newest first', async () => {
      const { runs } = dataOf<RunList>(await get('/v1/runs?state=published&limit=200'));
      expect(runs.every(({ state }) => state === 'published')).toBe(true);
      const paged: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: RunList = dataOf<RunList>(
          await get(`/v1/runs?state=published&limit=2${next === '' ? '' : `&cursor=${next}`}`),
        );
        paged.push(...page.runs.map(({ runId }) => runId));
        next = page.next;
      }
      expect(paged).toEqual(runs.map(({ runId }) => runId));
      const asked = dataOf<RunList>(await get('/v1/runs?state=published&kind=ingest&limit=200'));
      expect(asked.runs).toEqual(runs);
      const labels = dataOf<RunList>(await get('/v1/runs?collection=drug_labels')).runs;
      expect(labels.map(({ collection }) => collection)).toEqual(['drug_labels']);
    });
  });

  describe('erasures', () => {
    it('are runs: listed in the order of acceptance, found by kind, and told one by one', async () => {
      const { catalog } = world;
      const collection = await catalog.collections.byName(wholeOrganization(), 'guidelines');
      const collectionId = collection?.collectionId ?? expect.fail();
      const { act } = await catalog.runs.acceptAct({
        organizationId: 'default',
        kind: 'erasure',
        subject: collectionId,
        collectionId,
        actor: 'system',
        audit: { action: 'erasure.started', details: {} },
      });
      await catalog.runs.recordProgress([act.runId], { records: { done: 20 } });
      const told = {
        ...{
          kind: 'erasure',
          runId: act.runId,
          workflowId: act.workflowId,
          collection: 'guidelines',
          state: 'running',
        },
        ...{ records: { total: 0, done: 20 }, documents: [], finishedAt: null },
      };
      const { runs } = dataOf<RunList>(await get('/v1/runs?limit=200'));
      expect(runs[0]).toMatchObject(told);
      const pages: string[] = [];
      let cursor: string | null = null;
      do {
        const page: RunList = dataOf<RunList>(
          await get(`/v1/runs?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`),
        );
        pages.push(...page.runs.map(({ runId }) => runId));
        cursor = page.next;
      } while (cursor !== null);
      expect(pages).toEqual(runs.map(({ runId }) => runId));
      expect(dataOf<RunList>(await get('/v1/runs?kind=erasure')).runs).toMatchObject([told]);
      expect(dataOf(await get(`/v1/runs/${act.runId}`))).toMatchObject(told);
      await catalog.runs.finishAct('default', act.runId, { state: 'completed' });
      expect(dataOf<RunList>(await get('/v1/runs?state=completed')).runs).toMatchObject([
        { runId: act.runId, state: 'completed', stage: 'done' },
      ]);
      expect(dataOf<RunList>(await get('/v1/runs?kind=backup')).runs).toEqual([]);
      const scope = { ...wholeOrganization(), collections: [] };
      expect(await catalog.runs.getAct(scope, act.runId)).toBeNull();
      expect(await catalog.runs.listActs(scope, { limit: 10 })).toEqual([]);
      const level = { ...wholeOrganization(), safetyLevel: 'public' as const };
      expect(await catalog.runs.getAct(level, act.runId)).toBeNull();
      expect(await catalog.runs.listActs({ ...level, organizationId: 'other' }, { limit: 10 })).toEqual([]);
    });
  });

  describe('collections', () => {
    const post = (payload: object) => world.call({ method: 'POST', url: '/v1/collections', payload });
    const patch = (name: string, payload: object) =>
      world.call({ method: 'PATCH', url: `/v1/collections/${name}`, payload });

    it('are there from the first start', async () => {
      const { collections } = dataOf<CollectionList>(await get('/v1/collections'));
      expect(collections.map(({ name }) => name)).toEqual([
        'consumer_health',
        'drug_labels',
        'guidelines',
        'pubmed_abstracts',
        'pubmed_fulltext',
      ]);
      expect(collections.find(({ name }) => name === 'guidelines')).toMatchObject({
        documents: 2,
        chunks: 4,
        phiPolicy: 'block',
      });
    });

    it('stay as people left them when the system starts again', async () => {
      dataOf(await patch('drug_labels', { reviewCycleDays: null, language: 'pt' }));
      await prepareFirstStart(world.catalog, ADMIN_KEY);
      const { collections } = dataOf<CollectionList>(await get('/v1/collections'));
      expect(collections.find(({ name }) => name === 'drug_labels')).toMatchObject({
        reviewCycleDays: null,
        language: 'pt',
      });
    });

    it('are declared, once, and leave a trace', async () => {
      const made = dataOf<CollectionBody>(
        await post({ name: 'pathways', sourceType: 'guideline', chunking: { maxTokens: 128 } }),
        201,
      );
      expect(made).toMatchObject({
        ...{ name: 'pathways', sourceType: 'guideline', language: 'en', phiPolicy: 'block', phiPolicyReason: null },
        ...{ chunking: { maxTokens: 128 }, safetyLevel: 'healthcare_provider', reviewCycleDays: null },
      });
      expectError(await post({ name: 'pathways', sourceType: 'other' }), 'COLLECTION_EXISTS');
      const changed = dataOf<CollectionBody>(await patch('pathways', { safetyLevel: 'clinical_staff_only' }));
      expect(changed).toMatchObject({ safetyLevel: 'clinical_staff_only', withdrawalEpoch: made.withdrawalEpoch + 1 });
      const audit = await world.catalog.audit.list('default', { limit: 100 });
      expect(audit.filter(({ subject }) => subject === made.collectionId).map(({ action }) => action)).toEqual([
        'collection.created',
        'collection.changed',
      ]);
    });

    it('cut their documents as they say, with room for what is not repeated', async () => {
      const made = dataOf<CollectionBody>(
        await post({ name: 'cut', sourceType: 'other', chunking: { strategy: 'sentence', overlapTokens: 100 } }),
        201,
      );
      expect(made.chunking).toEqual({ strategy: 'sentence', maxTokens: 256, overlapTokens: 100 });
      const smaller = dataOf<CollectionBody>(await patch('cut', { chunking: { maxTokens: 201 } }));
      expect(smaller.chunking).toEqual({ strategy: 'sentence', maxTokens: 201, overlapTokens: 100 });
      for (const chunking of [
        { maxTokens: 200 },
        { overlapTokens: 101 },
        { overlapTokens: -1 },
        { strategy: 'random' },
      ]) {
        expectError(await patch('cut', { chunking }), 'VALIDATION_FAILED');
      }
      const refused = await post({ name: 'y', sourceType: 'other', chunking: { maxTokens: 64, overlapTokens: 32 } });
      expect(expectError(refused, 'VALIDATION_FAILED').details).toEqual({
        fields: [{ field: 'body/chunking/overlapTokens', problem: 'must be less than half of maxTokens, which is 64' }],
      });
    });

    it('have a model that there is, for good', async () => {
      const refused = await post({ name: 'other-model', sourceType: 'other', embeddingModel: 'bge-large' });
      expect(expectError(refused, 'MODEL_UNKNOWN').details).toEqual({ models: ['fake'] });
      const app = await world.build({ collectionModels: new LoadedModels([MULTILINGUAL]) });
      const made = await world.call({
        app,
        method: 'POST',
        url: '/v1/collections',
        payload: { name: 'other-model', sourceType: 'other', embeddingModel: 'multilingual' },
      });
      expect(dataOf<CollectionBody>(made, 201).embeddingModel).toBe('multilingual');
      expectError(await patch('other-model', { embeddingModel: 'fake' }), 'VALIDATION_FAILED');
      expect(dataOf<CollectionBody>(await patch('other-model', { language: 'pt' })).embeddingModel).toBe(
        'multilingual',
      );
    });

    it('let patient data through only with a reason', async () => {
      expectError(await post({ name: 'notes', sourceType: 'other', phiPolicy: 'allow' }), 'VALIDATION_FAILED');
      expectError(
        await post({ name: 'notes', sourceType: 'other', phiPolicy: 'allow', phiPolicyReason: ' ' }),
        'VALIDATION_FAILED',
      );
      expectError(await patch('guidelines', { phiPolicy: 'allow' }), 'VALIDATION_FAILED');
      dataOf(
        await post({ name: 'notes', sourceType: 'other', phiPolicy: 'allow', phiPolicyReason: 'Synthetic patients.' }),
        201,
      );
    });

    it('keep what was deleted for some days, by default thirty', async () => {
      const made = dataOf<CollectionBody>(await post({ name: 'kept', sourceType: 'other' }), 201);
      expect(made.retentionDays).toBe(30);
      const brief = await post({ name: 'brief', sourceType: 'other', retentionDays: 0 });
      expect(dataOf<CollectionBody>(brief, 201).retentionDays).toBe(0);
      expect(dataOf<CollectionBody>(await patch('kept', { retentionDays: 3 })).retentionDays).toBe(3);
      for (const retentionDays of [-1, 3651, 1.5, '7', null]) {
        expectError(await patch('kept', { retentionDays }), 'VALIDATION_FAILED');
      }
      const { collections } = dataOf<CollectionList>(await get('/v1/collections'));
      expect(collections.find(({ name }) => name === 'kept')?.retentionDays).toBe(3);
    });

    it('have names and settings within limits', async () => {
      for (const name of ['', 'UPPER', 'with space', '../x', '-x', 'x'.repeat(64)]) {
        expectError(await post({ name, sourceType: 'other' }), 'VALIDATION_FAILED');
      }
      expectError(await post({ name: 'x', sourceType: 'novel' }), 'VALIDATION_FAILED');
      expectError(await post({ name: 'x', sourceType: 'other', chunking: { maxTokens: 1 } }), 'VALIDATION_FAILED');
      expectError(await post({ name: 'x', sourceType: 'other', reviewCycleDays: 0 }), 'VALIDATION_FAILED');
      expectError(await patch('guidelines', { name: 'other' }), 'VALIDATION_FAILED');
      expectError(await patch('nothing', { language: 'en' }), 'COLLECTION_NOT_FOUND');
    });
  });
});
