import { randomUUID } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_SCOPES, type KeyScope, SAFETY_LEVELS, type SafetyLevel } from '../../core/contract/states.js';
import { ApiWorld } from './api-world.js';
import { multipart } from './multipart.js';
import { publishDocument, wholeOrganization } from './publish-document.js';
import { holdDocument } from './hold-document.js';
import { routesOf } from './routes-of.js';

/** What keys may see or not: a document with its run, and a sync. Its word stands in every name that it has. */
interface Subject {
  readonly word: string;
  readonly collection: string;
  readonly level: SafetyLevel;
  readonly held: boolean;
  readonly documentId: string;
  readonly runId: string;
  readonly syncId: string;
  readonly chunkId: string;
}

interface Key {
  readonly text: string;
  readonly scopes: readonly KeyScope[];
  readonly level: SafetyLevel;
  /** `null`: all. */
  readonly collection: string | null;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly payload?: object;
}

/** What a call shows to a key that may make it: the subject, if the key may see it; or nothing of any subject. */
type Shows = 'subject' | 'list' | 'nothing';

interface Row {
  readonly scopes: readonly KeyScope[] | 'public';
  readonly shows: Shows;
  readonly call: (subject: Subject) => Call;
}

const get = (url: string): Call => ({ method: 'GET', url });
const post = (url: string, payload?: object): Call => ({ method: 'POST', url, ...(payload ? { payload } : {}) });
const anywhere = (url: string): Row => ({ scopes: 'public', shows: 'nothing', call: () => get(url) });

/** The id of nothing. */
const NOTHING = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';

/**
 * Every route of the API. Calls that would change something are made with what they refuse for another reason: here only
 * who gets how far, and what the refusal tells, is looked at.
 */
const TABLE: Readonly<Record<string, Row>> = {
  'GET /health': anywhere('/health'),
  'GET /ready': anywhere('/ready'),
  'GET /health/deep': anywhere('/health/deep'),
  'GET /health/proof': anywhere(`/health/proof?nonce=${'a'.repeat(32)}`),
  'GET /metrics': anywhere('/metrics'),
  'GET /openapi.json': anywhere('/openapi.json'),
  'GET /v1/cache/stats': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/cache/stats') },
  'GET /v1/cache/health': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/cache/health') },
  'POST /v1/cache/warm': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post('/v1/cache/warm', { queries: ['warm'], mode: 'text' }),
  },
  'DELETE /v1/cache': { scopes: ['admin'], shows: 'nothing', call: () => ({ method: 'DELETE', url: '/v1/cache' }) },
  'GET /v1/usage': { scopes: KEY_SCOPES, shows: 'nothing', call: () => get('/v1/usage') },
  'GET /v1/limits': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/limits') },
  'PATCH /v1/limits/{plan}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'PATCH', url: '/v1/limits/free', payload: {} }),
  },
  'POST /codec/encode': { scopes: ['admin'], shows: 'nothing', call: () => post('/codec/encode', { payloads: [] }) },
  'POST /codec/decode': { scopes: ['admin'], shows: 'nothing', call: () => post('/codec/decode', { payloads: [] }) },
  'POST /codec/{token}/encode': { scopes: 'public', shows: 'nothing', call: () => post('/codec/x/encode', {}) },
  'POST /codec/{token}/decode': { scopes: 'public', shows: 'nothing', call: () => post('/codec/x/decode', {}) },
  'OPTIONS /codec/encode': { scopes: 'public', shows: 'nothing', call: () => get('/codec/encode') },
  'OPTIONS /codec/decode': { scopes: 'public', shows: 'nothing', call: () => get('/codec/decode') },
  'OPTIONS /codec/{token}/encode': { scopes: 'public', shows: 'nothing', call: () => get('/codec/x/encode') },
  'OPTIONS /codec/{token}/decode': { scopes: 'public', shows: 'nothing', call: () => get('/codec/x/decode') },
  'POST /v1/search': {
    scopes: ['search'],
    shows: 'list',
    call: ({ word }) => post('/v1/search', { query: word, mode: 'text', topK: 100 }),
  },
  'POST /v1/context': {
    scopes: ['search'],
    shows: 'list',
    call: ({ word }) => post('/v1/context', { query: word, mode: 'text', topK: 100, maxTokens: 100_000 }),
  },
  'POST /v1/answers': {
    scopes: ['search'],
    shows: 'nothing',
    call: ({ word, chunkId }) => post('/v1/answers', { question: word, answer: 'told', chunkIds: [chunkId] }),
  },
  'POST /v1/answers/lookup': {
    scopes: ['search'],
    shows: 'nothing',
    call: () => post('/v1/answers/lookup', { question: 'anything' }),
  },
  'GET /v1/answers/recalled': { scopes: ['search'], shows: 'nothing', call: () => get('/v1/answers/recalled') },
  'GET /v1/answers/{answerId}': { scopes: ['search'], shows: 'nothing', call: () => get(`/v1/answers/${NOTHING}`) },
  'DELETE /v1/answers/{answerId}': {
    scopes: ['search'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/answers/${NOTHING}` }),
  },
  'POST /v1/feedback': {
    scopes: ['search'],
    shows: 'nothing',
    call: ({ word }) => post('/v1/feedback', { verdict: 'up', query: word }),
  },
  'GET /v1/feedback': { scopes: ['read'], shows: 'nothing', call: () => get('/v1/feedback') },
  'GET /v1/questions/statistics': {
    scopes: ['read'],
    shows: 'nothing',
    call: () => get('/v1/questions/statistics'),
  },
  'POST /v1/golden-questions': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post('/v1/golden-questions', { collection: 'nowhere', question: 'anything' }),
  },
  'GET /v1/golden-questions': {
    scopes: ['read', 'ingest'],
    shows: 'nothing',
    call: () => get('/v1/golden-questions'),
  },
  'POST /v1/golden-questions/check': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post('/v1/golden-questions/check', { collection: 'nowhere' }),
  },
  'GET /v1/golden-questions/{goldenQuestionId}': {
    scopes: ['read', 'ingest'],
    shows: 'nothing',
    call: () => get(`/v1/golden-questions/${NOTHING}`),
  },
  'DELETE /v1/golden-questions/{goldenQuestionId}': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/golden-questions/${NOTHING}` }),
  },
  'POST /mcp': { scopes: ['search'], shows: 'nothing', call: () => post('/mcp', {}) },
  'GET /v1/chunks/{chunkId}': {
    scopes: ['read', 'search'],
    shows: 'subject',
    call: ({ chunkId }) => get(`/v1/chunks/${chunkId}`),
  },
  'POST /v1/page-links': {
    scopes: ['read', 'search'],
    shows: 'nothing',
    call: ({ chunkId }) => post('/v1/page-links', { pages: [{ chunkId }] }),
  },
  'GET /v1/chunks/{chunkId}/page.png': {
    scopes: ['read', 'search'],
    shows: 'nothing',
    call: ({ chunkId }) => get(`/v1/chunks/${chunkId}/page.png`),
  },
  'GET /v1/documents': { scopes: ['read'], shows: 'list', call: () => get('/v1/documents?limit=200') },
  'GET /v1/documents/{documentId}': {
    scopes: ['read'],
    shows: 'subject',
    call: ({ documentId }) => get(`/v1/documents/${documentId}`),
  },
  'GET /v1/documents/{documentId}/text': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/text`),
  },
  'GET /v1/documents/{documentId}/pages': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/pages?version=newest`),
  },
  'GET /v1/documents/{documentId}/account': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/account`),
  },
  'GET /v1/documents/{documentId}/certificate': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/certificate`),
  },
  'GET /v1/certificates/key': { scopes: ['read'], shows: 'nothing', call: () => get('/v1/certificates/key') },
  'GET /v1/documents/{documentId}/pages/{page}/page.png': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/pages/999/page.png`),
  },
  'GET /v1/documents/{documentId}/versions': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/versions`),
  },
  'GET /v1/documents/{documentId}/changes': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/changes`),
  },
  'GET /v1/documents/{documentId}/source': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/source`),
  },
  'GET /v1/documents/{documentId}/chunks': {
    scopes: ['read'],
    shows: 'nothing',
    call: ({ documentId }) => get(`/v1/documents/${documentId}/chunks`),
  },
  'DELETE /v1/documents/{documentId}': {
    scopes: ['delete'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/documents/${NOTHING}` }),
  },
  'POST /v1/documents/{documentId}/pages/{page}/reread': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: ({ documentId }) => post(`/v1/documents/${documentId}/pages/9/reread`, { method: 'ocr' }),
  },
  'POST /v1/documents/{documentId}/publish-partial': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: ({ documentId }) => post(`/v1/documents/${documentId}/publish-partial`),
  },
  'POST /v1/documents/{documentId}/confirm': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post(`/v1/documents/${NOTHING}/confirm`),
  },
  'GET /v1/reviews': { scopes: ['phi:review'], shows: 'nothing', call: () => get('/v1/reviews?limit=200') },
  'GET /v1/reviews/recognisers': {
    scopes: ['phi:review'],
    shows: 'nothing',
    call: () => get('/v1/reviews/recognisers'),
  },
  'GET /v1/reviews/{reviewId}': {
    scopes: ['phi:review'],
    shows: 'nothing',
    call: () => get(`/v1/reviews/${NOTHING}`),
  },
  'POST /v1/reviews/{reviewId}/decision': {
    scopes: ['phi:review'],
    shows: 'nothing',
    call: () => post(`/v1/reviews/${NOTHING}/decision`, { decision: 'reject' }),
  },
  'POST /v1/reviews/{reviewId}/claim': {
    scopes: ['phi:review'],
    shows: 'nothing',
    call: () => post(`/v1/reviews/${NOTHING}/claim`, {}),
  },
  'POST /v1/reviews/decisions': {
    scopes: ['phi:review'],
    shows: 'nothing',
    call: () => post('/v1/reviews/decisions', { decision: 'reject', reviewIds: [NOTHING] }),
  },
  'GET /v1/audit': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/audit') },
  'GET /v1/audit/phi-access': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/audit/phi-access') },
  'POST /v1/documents': { scopes: ['ingest'], shows: 'nothing', call: () => post('/v1/documents', { uri: 'x' }) },
  'POST /v1/documents/from-uri': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post('/v1/documents/from-uri', { uri: 'x', collection: 'guidelines' }),
  },
  'POST /v1/uploads': { scopes: ['ingest'], shows: 'nothing', call: () => post('/v1/uploads', {}) },
  'GET /v1/uploads/{uploadId}': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => get(`/v1/uploads/${NOTHING}`),
  },
  'DELETE /v1/uploads/{uploadId}': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/uploads/${NOTHING}` }),
  },
  'POST /v1/uploads/{uploadId}/complete': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post(`/v1/uploads/${NOTHING}/complete`),
  },
  'PUT /v1/uploads/{uploadId}/parts/{number}': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => ({ method: 'PUT', url: `/v1/uploads/${NOTHING}/parts/1` }),
  },
  'GET /v1/runs': { scopes: ['read', 'ingest'], shows: 'list', call: () => get('/v1/runs?limit=200') },
  'GET /v1/statistics': { scopes: ['read'], shows: 'nothing', call: () => get('/v1/statistics') },
  'POST /v1/runs/retries': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: () => post('/v1/runs/retries', { code: 'EMPTY_FILE', collection: 'nothing' }),
  },
  'GET /v1/runs/{runId}': {
    scopes: ['read', 'ingest'],
    shows: 'subject',
    call: ({ runId }) => get(`/v1/runs/${runId}`),
  },
  'GET /v1/runs/{runId}/records': {
    scopes: ['read', 'ingest'],
    shows: 'subject',
    call: ({ runId }) => get(`/v1/runs/${runId}/records`),
  },
  'GET /v1/runs/{runId}/events': {
    scopes: ['read', 'ingest'],
    shows: 'subject',
    call: ({ runId }) => get(`/v1/runs/${runId}/events`),
  },
  'POST /v1/runs/{runId}/cancel': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: ({ runId }) => post(`/v1/runs/${runId}/cancel`),
  },
  'POST /v1/runs/{runId}/retry': {
    scopes: ['ingest'],
    shows: 'nothing',
    call: ({ runId }) => post(`/v1/runs/${runId}/retry`),
  },
  'GET /v1/collections': {
    scopes: ['read', 'search', 'ingest'],
    shows: 'nothing',
    call: () => get('/v1/collections'),
  },
  'GET /v1/vector-indexes': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/vector-indexes') },
  'POST /v1/vector-indexes/estimate': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post('/v1/vector-indexes/estimate', {}),
  },
  'POST /v1/vector-indexes': { scopes: ['admin'], shows: 'nothing', call: () => post('/v1/vector-indexes', {}) },
  'GET /v1/vector-indexes/{vectorIndexId}/comparison': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => get(`/v1/vector-indexes/${NOTHING}/comparison`),
  },
  'POST /v1/vector-indexes/{vectorIndexId}/promote': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/vector-indexes/${NOTHING}/promote`),
  },
  'POST /v1/vector-indexes/{vectorIndexId}/rollback': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/vector-indexes/${NOTHING}/rollback`),
  },
  'POST /v1/vector-indexes/{vectorIndexId}/abandon': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/vector-indexes/${NOTHING}/abandon`),
  },
  'POST /v1/vector-indexes/{vectorIndexId}/finish': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/vector-indexes/${NOTHING}/finish`),
  },
  'POST /v1/collections': { scopes: ['admin'], shows: 'nothing', call: () => post('/v1/collections', {}) },
  'PATCH /v1/collections/{name}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'PATCH', url: '/v1/collections/nothing', payload: { language: 'en' } }),
  },
  'POST /v1/collections/{name}/rescreen': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post('/v1/collections/nothing/rescreen', {}),
  },
  'POST /v1/collections/{name}/sync': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post('/v1/collections/nothing/sync', { uri: 's3://bucket/x' }),
  },
  'GET /v1/keys': { scopes: ['admin'], shows: 'nothing', call: () => get('/v1/keys') },
  'GET /v1/keys/current': {
    scopes: KEY_SCOPES,
    shows: 'nothing',
    call: () => get('/v1/keys/current'),
  },
  'POST /v1/webhooks': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post('/v1/webhooks', {}),
  },
  'GET /v1/webhooks': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => get('/v1/webhooks'),
  },
  'GET /v1/webhooks/{webhookId}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => get(`/v1/webhooks/${NOTHING}`),
  },
  'PATCH /v1/webhooks/{webhookId}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'PATCH', url: `/v1/webhooks/${NOTHING}`, payload: {} }),
  },
  'DELETE /v1/webhooks/{webhookId}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/webhooks/${NOTHING}` }),
  },
  'POST /v1/webhooks/{webhookId}/rotate': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/webhooks/${NOTHING}/rotate`, {}),
  },
  'POST /v1/webhooks/{webhookId}/test': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/webhooks/${NOTHING}/test`),
  },
  'GET /v1/webhooks/{webhookId}/deliveries': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => get(`/v1/webhooks/${NOTHING}/deliveries`),
  },
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => post(`/v1/webhooks/${NOTHING}/deliveries/${NOTHING}/redeliver`),
  },
  'POST /v1/keys': { scopes: ['admin'], shows: 'nothing', call: () => post('/v1/keys', {}) },
  'PATCH /v1/keys/{keyId}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'PATCH', url: `/v1/keys/${NOTHING}`, payload: { plan: 'free' } }),
  },
  'DELETE /v1/keys/{keyId}': {
    scopes: ['admin'],
    shows: 'nothing',
    call: () => ({ method: 'DELETE', url: `/v1/keys/${NOTHING}` }),
  },
};

const LEVELS: readonly SafetyLevel[] = ['public', 'healthcare_provider', 'clinical_staff_only'];
const COLLECTIONS = ['guidelines', 'consumer_health', null] as const;

function maySee(key: Key, subject: Subject): boolean {
  const level = subject.held ? 'clinical_staff_only' : subject.level;
  const reaches = SAFETY_LEVELS.indexOf(key.level) >= SAFETY_LEVELS.indexOf(level);
  return reaches && (key.collection === null || key.collection === subject.collection);
}

describe('what a key sees, on every route', () => {
  let world: ApiWorld;
  let app: FastifyInstance;
  const subjects: Subject[] = [];
  const keys: Key[] = [];

  beforeAll(async () => {
    world = await ApiWorld.open();
    ({ app } = world);
    // A collection says who may see all of it; what an upload says beside it can only be stricter.
    await world.catalog.collections.update(wholeOrganization(), 'guidelines', { safetyLevel: 'public' }, 'key-1');
    await world.catalog.collections.update(wholeOrganization(), 'consumer_health', { safetyLevel: 'public' }, 'key-1');
    for (const collection of ['guidelines', 'consumer_health']) {
      // Of the other collection one that everybody may see, and one that is held.
      const isOther = collection === 'consumer_health';
      for (const [name, level, held] of [
        ['open', 'public', false],
        ['provider', 'healthcare_provider', false],
        ['staff', 'clinical_staff_only', false],
        ['held', 'public', true],
      ] as const) {
        if (isOther && ['provider', 'staff'].includes(name)) continue;
        subjects.push(await makeSubject({ word: `zorb${name}${collection.slice(0, 2)}`, collection, level, held }));
      }
    }
    for (const collection of COLLECTIONS) {
      const limit = collection && (await world.catalog.collections.byName(wholeOrganization(), collection));
      for (const level of LEVELS) {
        for (const scope of KEY_SCOPES) {
          const collections = limit ? [limit.collectionId] : ('all' as const);
          const text = await world.makeKey({ scopes: [scope], safetyLevel: level, collections });
          keys.push({ text, scopes: [scope], level, collection });
        }
      }
    }
  });
  afterAll(() => world.close());

  async function makeSubject(input: Pick<Subject, 'word' | 'collection' | 'level' | 'held'>): Promise<Subject> {
    const { catalog, vectorIndex } = world;
    const { word, collection, level, held } = input;
    const made = {
      ...{ catalog, vectorIndex, embedder: null, collection },
      ...{ externalId: `id-${word}`, passages: [`Give ${word} once daily.`] },
      custom: { safetyLevel: level, note: word },
    };
    const { documentId, runId } = held ? await holdDocument(made) : await publishDocument(made);
    const [chunk] = (await catalog.documents.chunks(wholeOrganization(), documentId)) ?? [];
    const found = await catalog.collections.byName(wholeOrganization(), collection);
    if (!found) throw new Error('no collection');
    const { sync } = await catalog.syncs.accept({
      organizationId: 'default',
      collectionId: found.collectionId,
      location: `s3://bucket/${word}/`,
      maxWithdrawnShare: 1,
      withdrawalsConfirmed: false,
      actor: 'key-1',
    });
    return { ...input, documentId, runId, syncId: sync.runId, chunkId: chunk?.chunkId ?? randomUUID() };
  }

  const ask = (call: Call, key: string | null): Promise<LightMyRequestResponse> => world.call({ ...call, key, app });

  it('knows every route that there is', () => {
    const routes = routesOf(app.printRoutes({ commonPrefix: false }));
    const isFile = (route: string): boolean => / \/docs(\/.*)?$/.test(route);
    expect(routes.filter((route) => !isFile(route)).sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(Object.entries(TABLE))('%s', async (_route, { scopes, shows, call }) => {
    const asked = new Set<string>();
    for (const subject of subjects) {
      const request = call(subject);
      // A call that names no subject is one call.
      if (asked.has(JSON.stringify(request))) continue;
      asked.add(JSON.stringify(request));
      if (scopes !== 'public') {
        expect((await ask(request, null)).json<{ code: string }>().code).toBe('KEY_REQUIRED');
      }
      const refused = new Set<KeyScope | undefined>();
      for (const key of keys) {
        const told = `${request.method} ${request.url} of ${subject.word} by ${key.scopes[0]}, ${key.level}, ${key.collection}`;
        const mayCall =
          scopes === 'public' || key.scopes.includes('admin') || scopes.some((one) => key.scopes.includes(one));
        if (!mayCall) {
          // Level and collections do not matter then: one key of a scope is enough.
          if (refused.has(key.scopes[0])) continue;
          refused.add(key.scopes[0]);
          const { statusCode, json } = await ask(request, key.text);
          expect([statusCode, json<{ code: string }>().code], told).toEqual([403, 'SCOPE_MISSING']);
          continue;
        }
        const response = await ask(request, key.text);
        expect(response.statusCode, told).toBeLessThan(500);
        // The word of what a key may not see stands nowhere, whatever it asked for.
        for (const other of subjects) {
          if (!maySee(key, other)) expect(response.body.includes(other.word), `${told}: ${other.word}`).toBe(false);
        }
        if (shows === 'list' && request.method === 'GET') {
          for (const other of subjects) {
            if (maySee(key, other)) expect(response.body.includes(other.word), `${told}: ${other.word}`).toBe(true);
          }
          continue;
        }
        const sees = maySee(key, subject);
        if (shows === 'subject' && !sees) expect(response.statusCode, told).toBe(404);
        if (shows !== 'nothing' && sees && !(subject.held && /chunks|search|context/.test(request.url))) {
          expect(response.statusCode, told).toBe(200);
          expect(response.body.includes(subject.word), told).toBe(true);
        }
      }
    }
  });

  it('tells of syncs to those alone who reach the collection', async () => {
    await world.catalog.collections.update(
      wholeOrganization(),
      'consumer_health',
      { safetyLevel: 'clinical_staff_only' },
      'key-1',
    );
    for (const subject of subjects) {
      for (const key of keys) {
        if (!key.scopes.includes('ingest')) continue;
        const isStrict = subject.collection === 'consumer_health';
        const sees =
          (!isStrict || key.level === 'clinical_staff_only') &&
          (key.collection === null || key.collection === subject.collection);
        const { statusCode, body } = await ask(get(`/v1/runs/${subject.syncId}`), key.text);
        expect([statusCode, body.includes(subject.word)]).toEqual(sees ? [200, true] : [404, false]);
      }
    }
  });

  it('lets a key follow the run that it began, whatever became of it', async () => {
    const { keyId, text } = await world.makeKeyWithId({ scopes: ['ingest'], safetyLevel: 'public' });
    const stranger = await world.makeKey({ scopes: ['ingest', 'read'], safetyLevel: 'public' });
    const sent = multipart([
      { name: 'collection', value: 'guidelines' },
      { name: 'metadata', value: JSON.stringify({ externalId: 'own', safetyLevel: 'clinical_staff_only' }) },
      { name: 'file', value: '# Own', fileName: 'own-zorb.md' },
    ]);
    const accepted = await world.call({ method: 'POST', url: '/v1/documents', ...sent, key: text });
    const { runId } = accepted.json<{ data: { runId: string } }>().data;
    expect((await world.catalog.runs.load('default', runId))?.actor).toBe(keyId);
    await world.catalog.runs.finish([{ runId, state: 'held' }]);
    expect((await ask(get(`/v1/runs/${runId}`), text)).json()).toMatchObject({
      data: { state: 'held', fileName: 'own-zorb.md' },
    });
    expect((await ask(get(`/v1/runs/${runId}`), stranger)).statusCode).toBe(404);
    expect((await ask(get('/v1/runs?limit=200'), stranger)).body.includes('own-zorb')).toBe(false);
    expect((await ask(post(`/v1/runs/${runId}/cancel`), stranger)).statusCode).toBe(404);
  });

  it('deletes nothing that a key may not see', async () => {
    const staff = subjects.find(({ word }) => word.startsWith('zorbstaff'));
    const held = subjects.find((subject) => subject.held);
    const key = await world.makeKey({ scopes: ['delete'], safetyLevel: 'healthcare_provider' });
    for (const subject of [staff, held]) {
      const response = await ask({ method: 'DELETE', url: `/v1/documents/${subject?.documentId}` }, key);
      expect(response.statusCode).toBe(404);
    }
  });
});
