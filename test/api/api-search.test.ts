import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChunkBody } from '../../api/schemas/chunk.js';
import type { SearchData } from '../../api/schemas/search.js';
import { Failure } from '../../core/contract/failures.js';
import type { ScoredChunk, VectorIndex } from '../../core/ports/vector-index.js';
import type { DocumentMetadata } from '../../core/contract/reading.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';
import { type Published, publishDocument, wholeOrganization } from './publish-document.js';

interface SearchAnswer {
  readonly data: SearchData;
  readonly meta: {
    mode: string;
    cache: string;
    degraded?: string;
    hint?: string;
    vectorIndex: { model: string; vectorIndexIds: string[] } | null;
  };
}

describe('POST /v1/search', () => {
  let world: ApiWorld;
  let sepsis: Published;
  let asthma: Published;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: world.embedder };
    sepsis = await publishDocument({
      ...into,
      collection: 'guidelines',
      externalId: 'nice-51',
      passages: [
        'Sepsis in adults: give intravenous fluids within one hour.',
        'Stop zorbacillin when a rash appears.',
        'Adults receive zorbacillin 0.5 mg/kg once daily.',
      ],
      pages: 2,
      metadata: { title: 'Sepsis', authors: ['NICE'], publishedOn: '2016-07-13', doi: '10.1000/x' },
      custom: { specialty: 'intensive care' },
    });
    asthma = await publishDocument({
      ...into,
      collection: 'consumer_health',
      externalId: 'asthma',
      passages: ['Asthma makes breathing hard. Use your inhaler as prescribed.'],
      metadata: { title: 'Asthma', publishedOn: '2021-02' },
    });
  });
  afterAll(() => world.close());

  const search = async (payload: object, app = world.app): Promise<SearchAnswer> => {
    const response = await world.call({ app, method: 'POST', url: '/v1/search', payload });
    dataOf(response);
    return response.json<SearchAnswer>();
  };

  it('says that the key hides everything, where no question can find anything, and counts what the key sees', async () => {
    const key = await world.makeKey({ scopes: ['search'], safetyLevel: 'public' });
    const ask = async (collection: string, query: string) => {
      const payload = { query, collections: [collection] };
      return (await world.call({ method: 'POST', url: '/v1/search', payload, key })).json<{
        meta: { hint?: string };
      }>();
    };
    expect((await ask('guidelines', 'fluids in sepsis')).meta.hint).toContain(
      'This key sees documents up to the safety level public, and all documents of the collections',
    );
    expect((await ask('drug_labels', 'fluids in sepsis')).meta.hint).toContain('no published documents yet');
    expect((await ask('consumer_health', 'xylophone')).meta.hint).toBeUndefined();
    const { collections } = dataOf<{ collections: { name: string }[] }>(
      await world.call({ url: '/v1/collections', key }),
    );
    const counted = (name: string) => collections.find((one) => one.name === name);
    expect(counted('guidelines')).toMatchObject({ documents: 0, chunks: 0, hidesDocuments: true });
    expect(counted('consumer_health')).toMatchObject({ documents: 1, chunks: 1, hidesDocuments: false });
  });

  it('finds the passage first and says where it stands', async () => {
    const { data, meta } = await search({ query: 'zorbacillin dose for adults once daily' });
    expect(meta).toMatchObject({
      mode: 'hybrid',
      cache: 'miss',
      vectorIndex: { model: 'fake', revision: 'fake:1', dimensions: 32 },
    });
    expect(meta.degraded).toBeUndefined();
    const [hit] = data.hits;
    expect(hit).toMatchObject({
      documentId: sepsis.documentId,
      score: 1,
      text: 'Adults receive zorbacillin 0.5 mg/kg once daily.',
      title: 'Sepsis',
      collection: 'guidelines',
      sourceType: 'guideline',
      externalId: 'nice-51',
      version: { versionId: sepsis.versionId, number: 1 },
      anchor: { pages: [2], sectionPath: ['Dosing'] },
      reviewStatus: 'current',
      partial: false,
      publishedOn: '2016-07-13',
    });
    expect(hit?.scores.vector).toBeGreaterThan(0.3);
    expect(hit?.scores.text).toBeGreaterThan(0);
    expect(data.confidence).toBeGreaterThan(0.3);
    expect(data.confidence).toBeLessThanOrEqual(1);
    data.hits.forEach(({ score }, index) => expect(score).toBeLessThanOrEqual(data.hits[index - 1]?.score ?? 1));

    const text =
      (await world.catalog.documents.liveText(
        { organizationId: 'default', collections: 'all', safetyLevel: 'clinical_staff_only' },
        sepsis.documentId,
      )) ?? '';
    for (const one of data.hits.filter(({ documentId }) => documentId === sepsis.documentId)) {
      expect(text.slice(one.anchor.start, one.anchor.end)).toBe(one.text);
    }
    const chunk = dataOf<ChunkBody>(await world.call({ url: `/v1/chunks/${hit?.chunkId}` }));
    expect(hit).toEqual({ ...chunk, score: hit?.score, scores: hit?.scores, relevance: hit?.relevance });
  });

  it('shows the legs apart by mode', async () => {
    const words = await search({ query: 'zorbacillin', mode: 'text' });
    expect(words.meta).toMatchObject({ mode: 'text', vectorIndex: null });
    expect(words.meta.degraded).toBeUndefined();
    expect(words.data.hits).toHaveLength(2);
    expect(words.data.hits.every(({ scores }) => scores.vector === null && (scores.text ?? 0) > 0)).toBe(true);

    const meaning = await search({ query: 'zorbacillin', mode: 'vector' });
    expect(meaning.meta.mode).toBe('vector');
    expect(meaning.data.hits).toHaveLength(4);
    expect(meaning.data.hits.every(({ scores }) => scores.text === null && scores.vector !== null)).toBe(true);
    expect((await search({ query: 'zorbacillin', mode: 'auto' })).meta.mode).toBe('hybrid');
  });

  it('answers topK hits at most', async () => {
    expect((await search({ query: 'zorbacillin adults', topK: 1 })).data.hits).toHaveLength(1);
    expect((await search({ query: 'zorbacillin adults', topK: 100 })).data.hits).toHaveLength(4);
  });

  it('takes minScore as a floor under the vector leg only', async () => {
    const hits = (await search({ query: 'zorbacillin', mode: 'vector', minScore: 0.3 })).data.hits;
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.length).toBeLessThan(4);
    expect(hits.every(({ scores }) => (scores.vector ?? 0) >= 0.3)).toBe(true);
    expect((await search({ query: 'zorbacillin', mode: 'vector', minScore: 1 })).data).toEqual({
      hits: [],
      nearMisses: [],
      confidence: 0,
      answerable: false,
    });
    expect((await search({ query: 'zorbacillin', minScore: 1 })).data.hits).toHaveLength(2);
  });

  it.each([
    [{ sourceType: 'consumer_health' }, ['asthma']],
    [{ sourceType: ['consumer_health', 'guideline'] }, ['asthma', 'nice-51']],
    [{ publishedFrom: '2020-01-01' }, ['asthma']],
    [{ publishedTo: '2020-01-01' }, ['nice-51']],
    [{ publishedFrom: '2016-07-13', publishedTo: '2016-07-13' }, ['nice-51']],
    [{ language: 'en' }, ['asthma', 'nice-51']],
    [{ language: ['pt', 'es'] }, []],
    [{ safetyLevel: 'public' }, ['asthma']],
    [{ metadata: { specialty: 'intensive care' } }, ['nice-51']],
    [{ metadata: { specialty: 'dentistry' } }, []],
  ])('filters inside both legs: %j', async (filters, expected) => {
    for (const mode of ['vector', 'hybrid', 'text']) {
      const { data } = await search({ query: 'zorbacillin sepsis asthma inhaler', mode, filters });
      expect([...new Set(data.hits.map(({ externalId }) => externalId))].sort(), mode).toEqual(expected);
    }
  });

  it('searches named documents and collections', async () => {
    const query = 'zorbacillin asthma';
    const inDocument = await search({ query, filters: { documentIds: [asthma.documentId] } });
    expect(inDocument.data.hits.map(({ documentId }) => documentId)).toEqual([asthma.documentId]);
    const inCollection = await search({ query, collections: ['consumer_health', 'consumer_health'] });
    expect(inCollection.data.hits.map(({ documentId }) => documentId)).toEqual([asthma.documentId]);
    expect(inCollection.meta.vectorIndex?.vectorIndexIds).toHaveLength(1);
    const response = await world.call({
      method: 'POST',
      url: '/v1/search',
      payload: { query, collections: ['guidelines', 'novels', 'memoirs'] },
    });
    const { message, details } = expectError(response, 'COLLECTION_NOT_FOUND');
    expect(message).toMatch(/ Not among them: collections\[1\], collections\[2\]\.$/);
    expect(details).toMatchObject({ fields: [{ field: 'collections[1]' }, { field: 'collections[2]' }] });
  });

  it('embeds equal questions once, however they are written', async () => {
    const before = world.embedder.calls.length;
    await Promise.all([search({ query: 'a question  asked twice' }), search({ query: ' a question asked\ntwice' })]);
    expect(world.embedder.calls.length).toBe(before + 1);
  });

  it('falls back to words without a model, and says so', async () => {
    const app = await world.build({ embedder: null });
    const hybrid = await search({ query: 'zorbacillin' }, app);
    expect(hybrid.meta).toMatchObject({
      mode: 'text',
      vectorIndex: null,
      degraded: 'No embedding model is configured: only words were searched.',
    });
    expect(hybrid.data.hits).toHaveLength(2);
    const auto = await search({ query: 'zorbacillin', mode: 'auto' }, app);
    expect(auto.meta.mode).toBe('text');
    expect(auto.meta.degraded).toBeUndefined();
    const vector = await world.call({
      app,
      method: 'POST',
      url: '/v1/search',
      payload: { query: 'x', mode: 'vector' },
    });
    expectError(vector, 'EMBEDDING_UNAVAILABLE');
  });

  it('falls back to words while the model is down, but not when vectors were asked for', async () => {
    const embedder = new FakeEmbedder();
    const app = await world.build({ embedder });
    embedder.failNext();
    const hybrid = await search({ query: 'zorbacillin' }, app);
    expect(hybrid.meta).toMatchObject({
      mode: 'text',
      vectorIndex: null,
      degraded: 'The embedding model does not answer: only words were searched.',
    });
    embedder.failNext();
    const vector = await world.call({
      app,
      method: 'POST',
      url: '/v1/search',
      payload: { query: 'x', mode: 'vector' },
    });
    expectError(vector, 'EMBEDDING_UNAVAILABLE');
    expect((await search({ query: 'zorbacillin' }, app)).meta.mode).toBe('hybrid');
  });

  it('does not hide that a store is down', async () => {
    const app = await world.build({
      vectorIndex: overriding(world.vectorIndex, { search: () => Promise.reject(new Failure('DATABASE_UNAVAILABLE')) }),
    });
    const response = await world.call({ app, method: 'POST', url: '/v1/search', payload: { query: 'x' } });
    expectError(response, 'DATABASE_UNAVAILABLE');
  });

  it('searches words only while another store of vectors is down, and says so', async () => {
    const down = () => Promise.reject(new Failure('VECTOR_STORE_UNAVAILABLE'));
    const app = await world.build({ vectorIndex: overriding(world.vectorIndex, { search: down }) });
    const { meta, data } = await search({ query: 'zorbacillin' }, app);
    expect(data.hits).toHaveLength(2);
    expect(meta).toMatchObject({
      mode: 'text',
      vectorIndex: null,
      degraded: 'The store of vectors does not answer: only words were searched.',
    });
    const payload = { query: 'x', mode: 'vector' };
    expectError(await world.call({ app, method: 'POST', url: '/v1/search', payload }), 'VECTOR_STORE_UNAVAILABLE');
  });

  it('keeps what words found when the store goes down between two looks', async () => {
    let asked = 0;
    const [one] = (await search({ query: 'zorbacillin', mode: 'vector' })).data.hits;
    const app = await world.build({
      vectorIndex: overriding<VectorIndex>(world.vectorIndex, {
        search: async (_scope, _spec, { k }) => {
          if (asked++ > 0) throw new Failure('VECTOR_STORE_UNAVAILABLE');
          // All it answers is one passage, and as many as were asked for that nobody may see.
          const gone = Array.from({ length: k - 1 }, (_, at) => ({
            chunkId: `ffffffff-0000-4000-8000-${String(at).padStart(12, '0')}`,
            score: 0.1,
          }));
          return { candidates: [{ chunkId: one?.chunkId ?? '', score: 0.9 }, ...gone], exact: false };
        },
      }),
    });
    const { meta, data } = await search({ query: 'zorbacillin' }, app);
    expect(asked).toBe(2);
    expect(data.hits).toHaveLength(2);
    expect(meta).toMatchObject({
      mode: 'text',
      degraded: 'The store of vectors does not answer: only words were searched.',
    });
  });

  it('says when its vectors were given up before they were found', async () => {
    const app = await world.build({
      vectorIndex: overriding<VectorIndex>(world.vectorIndex, {
        search: async () => ({ candidates: [], exact: false }),
      }),
    });
    const { meta, data } = await search({ query: 'zorbacillin' }, app);
    expect(data.hits).toHaveLength(2);
    expect(meta).toMatchObject({
      mode: 'hybrid',
      degraded: 'Too little of what is near in meaning may be seen: there may be more than was found.',
    });
  });

  it.each([
    ['another revision', { revision: 'fake:2' }],
    ['other dimensions', { dimensions: 16 }],
    ['another name', { name: 'other' }],
  ])('refuses to compare vectors of %s', async (_name, change) => {
    const app = await world.build({ embedder: new FakeEmbedder(change) });
    for (const mode of ['hybrid', 'vector', 'auto']) {
      const response = await world.call({ app, method: 'POST', url: '/v1/search', payload: { query: 'x', mode } });
      expectError(response, 'MODEL_MISMATCH');
    }
    expect((await search({ query: 'zorbacillin', mode: 'text' }, app)).data.hits).toHaveLength(2);
  });

  it('says that there are no vectors yet', async () => {
    await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: null,
      collection: 'drug_labels',
      externalId: 'label',
      passages: ['Take quibblemycin with food.'],
    });
    const hybrid = await search({ query: 'quibblemycin', collections: ['drug_labels'] });
    expect(hybrid.meta).toMatchObject({
      mode: 'text',
      degraded: 'Nothing here has vectors yet: only words were searched.',
    });
    expect(hybrid.data.hits).toHaveLength(1);
    const vector = await search({ query: 'quibblemycin', collections: ['drug_labels'], mode: 'vector' });
    expect(vector.data.hits).toEqual([]);
    expect(vector.meta).toMatchObject({
      mode: 'vector',
      degraded: 'Nothing here has vectors yet: there was nothing to search by meaning.',
    });
  });

  it('reads on past passages that were withdrawn since they were found', async () => {
    const withdrawn = new Set<string>();
    const app = await world.build({
      catalog: overriding(world.catalog, {
        documents: overriding(world.catalog.documents, {
          liveChunks: async (scope, chunkIds) => {
            if (withdrawn.size === 0) withdrawn.add(chunkIds[0] ?? '');
            return world.catalog.documents.liveChunks(
              scope,
              chunkIds.filter((id) => !withdrawn.has(id)),
            );
          },
        }),
      }),
    });
    const all = (await search({ query: 'zorbacillin adults', topK: 3 })).data.hits.map(({ chunkId }) => chunkId);
    const left = (await search({ query: 'zorbacillin adults', topK: 2 }, app)).data.hits.map(({ chunkId }) => chunkId);
    expect(left).toEqual(all.slice(1));
  });

  it('shows one of a guideline and its successor, whenever that came between', async () => {
    const place = (externalId: string, metadata: DocumentMetadata) =>
      publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'guidelines',
        externalId,
        passages: [`${externalId} of renewol.`],
        metadata,
      });
    const older = await place('older', { title: 'Older' });
    const chunksOf = async (documentId: string) =>
      (await world.catalog.documents.chunks(wholeOrganization(), documentId)) ?? [];
    const [before] = await chunksOf(older.documentId);
    const newer = await place('newer', { title: 'Newer', effectiveFrom: '2025-01-01', supersedes: ['older'] });
    const [after] = await chunksOf(newer.documentId);
    // What a leg answered before the publication, and what one answers behind it.
    const early = [{ chunkId: before?.chunkId ?? '', score: 0.9 }];
    const late = [{ chunkId: after?.chunkId ?? '', score: 0.8 }];
    const answered = async (vectors: ScoredChunk[], words: ScoredChunk[]) => {
      const app = await world.build({
        vectorIndex: overriding<VectorIndex>(world.vectorIndex, {
          search: async () => ({ candidates: vectors, exact: true }),
        }),
        catalog: overriding(world.catalog, {
          lexical: overriding(world.catalog.lexical, {
            search: async () => words.map((hit) => ({ ...hit, held: [0] })),
          }),
        }),
      });
      return (await search({ query: 'renewol', topK: 2 }, app)).data.hits.map((hit) => hit.documentId);
    };
    expect(await answered(early, late)).toEqual([newer.documentId]);
    expect(await answered(late, early)).toEqual([newer.documentId]);
    expect(await answered(early, early)).toEqual([older.documentId]);
    expect((await search({ query: 'renewol' })).data.hits.map((hit) => hit.documentId)).not.toContain(older.documentId);
  });

  it('finds nothing of a deleted document', async () => {
    const gone = await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId: 'gone',
      passages: ['Vanishol is gone soon.'],
    });
    expect((await search({ query: 'vanishol' })).data.hits[0]?.documentId).toBe(gone.documentId);
    dataOf(await world.call({ method: 'DELETE', url: `/v1/documents/${gone.documentId}` }));
    for (const mode of ['hybrid', 'vector', 'text']) {
      const { hits } = (await search({ query: 'vanishol', mode })).data;
      expect(hits.filter(({ documentId }) => documentId === gone.documentId)).toEqual([]);
    }
  });

  it('tells the relevance of hits, and a question that says nothing', async () => {
    const { data } = await search({ query: 'zorbacillin' });
    const relevances = data.hits.map((hit) => hit.relevance ?? -1);
    expect(Math.max(...relevances)).toBe(data.confidence);
    expect(Math.min(...relevances)).toBeGreaterThanOrEqual(0);
    expect(data.answerable).toBe(true);
    for (const query of ['what is the', '😀 ?!']) {
      const nothing = await search({ query });
      expect(nothing.data).toEqual({ hits: [], nearMisses: [], confidence: 0, answerable: false });
      expect(nothing.meta.hint).toMatch(/holds a word of this question/);
    }
    expect((await search({ query: 'xylophonequartet', mode: 'text' })).data.answerable).toBe(false);
  });

  it("keeps what lies below a collection's own threshold apart as near misses, where nothing answers", async () => {
    const set = (answerThreshold: number | null) =>
      world.call({ method: 'PATCH', url: '/v1/collections/guidelines', payload: { answerThreshold } });
    const asked = { query: 'zorbacillin', collections: ['guidelines'] };
    const before = (await search(asked)).data;
    expect(before).toMatchObject({ answerable: true, nearMisses: [] });
    const changed = dataOf<{ answerThreshold: number; withdrawalEpoch: number }>(await set(1));
    expect(changed.answerThreshold).toBe(1);
    expect((await search(asked)).data).toEqual({ ...before, hits: [], nearMisses: before.hits, answerable: false });
    // Of a collection without one, hits are labelled and stay.
    const both = (await search({ query: 'zorbacillin' })).data;
    expect(both.nearMisses).toHaveLength(before.hits.length);
    expect(both.hits.every(({ collection }) => collection !== 'guidelines')).toBe(true);
    expect(dataOf<{ withdrawalEpoch: number }>(await set(0)).withdrawalEpoch).toBe(changed.withdrawalEpoch + 1);
    expect((await search(asked)).data).toEqual(before);
    expectError(await set(1.5), 'VALIDATION_FAILED');
    dataOf(await set(null));
  });

  it('finds nothing for words that nothing holds', async () => {
    const { data } = await search({ query: 'xylophonequartet', mode: 'text' });
    expect(data).toEqual({ hits: [], nearMisses: [], confidence: 0, answerable: false });
  });

  it("takes a patient's identifiers out of a question, or refuses it, as the strictest of its collections says", async () => {
    const { catalog } = world;
    const asked: string[] = [];
    const app = await world.build({
      embedder: overriding(world.embedder, {
        embed: (texts: readonly string[], role: 'query' | 'passage') => {
          asked.push(...texts);
          return world.embedder.embed(texts, role);
        },
      }),
    });
    const query = 'zorbacillin dose, SSN 536-22-1234, for adults';
    const set = (name: string, screenQueries: 'off' | 'redact' | 'refuse') =>
      catalog.collections.update(wholeOrganization(), name, { screenQueries }, 'key-1');
    try {
      await set('guidelines', 'redact');
      const redacted = await search({ query, collections: ['guidelines'] }, app);
      expect(redacted.meta).toMatchObject({ queryRedacted: true });
      expect(redacted.data.hits[0]?.documentId).toBe(sepsis.documentId);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.join(' ')).not.toMatch(/536|1234/);
      await set('consumer_health', 'refuse');
      const payload = { query, collections: ['guidelines', 'consumer_health'] };
      expectError(await world.call({ app, method: 'POST', url: '/v1/search', payload }), 'QUERY_HOLDS_PHI');
      // A question without any is asked as it is.
      expect((await search({ ...payload, query: 'zorbacillin' }, app)).meta).not.toHaveProperty('queryRedacted');
    } finally {
      for (const name of ['guidelines', 'consumer_health']) await set(name, 'off');
    }
  });
});
