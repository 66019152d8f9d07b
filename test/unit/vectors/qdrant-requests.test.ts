import type { Schemas } from '@qdrant/js-client-rest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import { QdrantVectorIndex, type QdrantVectorIndexOptions } from '../../../infra/vectors/qdrant/qdrant-vector-index.js';
import { VectorStores } from '../../../infra/vectors/vector-stores.js';
import { RecordedQdrant } from '../../harness/recorded-qdrant.js';

const ID = '0b0e5a52-7a0c-4c5e-9d0e-1f2a3b4c5d6e';
const COLLECTION = 'medindex_0b0e5a527a0c4c5e9d0e1f2a3b4c5d6e';
const AT = `/collections/${COLLECTION}`;
const SPEC: VectorIndexSpec = {
  vectorIndexId: ID,
  organizationId: 'clinic',
  collectionId: '7d1c1f3e-0000-4000-8000-000000000001',
  model: { name: 'mini', revision: 'r', dimensions: 2, maxTokens: 64 },
  store: 'qdrant',
  state: 'live',
};
const SCOPE: AccessScope = { organizationId: 'clinic', collections: 'all', safetyLevel: 'public' };
const CHUNK = '5c56c793-69f3-4fbf-87e6-c4bf54c28c26';
const OTHER = '5c56c793-69f3-4fbf-87e6-c4bf54c28c27';
const DOCUMENT = '11111111-0000-4000-8000-000000000001';
const ORDERED = { wait: 'true', ordering: 'medium' };
const DONE = {
  status: 200,
  body: { result: { operation_id: 1, status: 'completed' } satisfies Schemas['UpdateResult'] },
};
const TENANT = [
  { key: 'organization', match: { value: SPEC.organizationId } },
  { key: 'collection', match: { value: SPEC.collectionId } },
];

describe('what Qdrant is asked', () => {
  let qdrant: RecordedQdrant;
  let index: QdrantVectorIndex;
  const open = (options: Partial<QdrantVectorIndexOptions> = {}) =>
    new QdrantVectorIndex({
      url: qdrant.url,
      apiKey: 'secret',
      prefix: 'medindex',
      quantization: 'none',
      ef: 128,
      ...options,
    });
  beforeEach(async () => {
    qdrant = await RecordedQdrant.start();
    index = open();
  });
  afterEach(async () => {
    await index.close();
    await qdrant.close();
  });

  it('to make a collection and its payload indexes, once', async () => {
    await index.prepare(SPEC);
    await index.prepare(SPEC);
    const made: Schemas['CreateCollection'] = { vectors: { size: 2, distance: 'Cosine' }, on_disk_payload: true };
    const indexes: Schemas['CreateFieldIndex'][] = [
      { field_name: 'organization', field_schema: { type: 'keyword', is_tenant: true } },
      { field_name: 'collection', field_schema: { type: 'keyword' } },
      { field_name: 'document', field_schema: { type: 'uuid' } },
    ];
    expect(qdrant.requests[0]?.headers).toMatchObject({ 'api-key': 'secret', 'content-type': 'application/json' });
    expect(qdrant.taken()).toEqual([
      { method: 'PUT', path: AT, query: {}, body: made },
      ...indexes.map((body) => ({ method: 'PUT', path: `${AT}/index`, query: ORDERED, body })),
    ]);
    expect(qdrant.connections).toBe(1);
  });

  it('with scalar quantization where the settings say so, and over a path of a proxy', async () => {
    const small = open({ quantization: 'int8', url: `${qdrant.url}/qdrant/` });
    await small.prepare(SPEC);
    expect(qdrant.taken()[0]).toMatchObject({
      path: `/qdrant${AT}`,
      body: {
        quantization_config: { scalar: { type: 'int8', always_ram: true } },
      } satisfies Schemas['CreateCollection'],
    });
    qdrant.answer = ({ method }) => ({
      status: 200,
      body: { result: method === 'GET' ? { points_count: 50_000 } : { points: [] } },
    });
    await small.search(SCOPE, SPEC, { vector: Float32Array.of(1, 0), k: 5 });
    expect(qdrant.taken()[1]?.body).toMatchObject({
      params: { hnsw_ef: 128, quantization: { rescore: true, oversampling: 2 } } satisfies Schemas['SearchParams'],
    });
    await small.close();
  });

  it('takes a collection that another process made for its own', async () => {
    qdrant.answer = ({ path }) =>
      path.endsWith('/index')
        ? DONE
        : { status: 409, body: { status: { error: 'Wrong input: Collection `x` already exists!' } } };
    await index.prepare(SPEC);
    expect(qdrant.taken()).toHaveLength(4);
    qdrant.answer = () => ({ status: 400, body: { status: { error: 'Wrong input: size must be positive' } } });
    await expect(open().prepare(SPEC)).rejects.toThrow('Qdrant refused PUT collection [status=400]');
  });

  it('to insert only what is not there, waiting and in order', async () => {
    qdrant.answer = () => DONE;
    const item = { chunkId: CHUNK, documentId: DOCUMENT, vector: Float32Array.of(0.5, 0.25) };
    await index.insert(SPEC, [item, item]);
    await index.insert(SPEC, []);
    const payload = { organization: 'clinic', collection: SPEC.collectionId, document: DOCUMENT };
    const body: Schemas['PointInsertOperations'] = {
      points: [{ id: CHUNK, vector: [0.5, 0.25], payload }],
      update_mode: 'insert_only',
    };
    expect(qdrant.taken()).toEqual([{ method: 'PUT', path: `${AT}/points`, query: ORDERED, body }]);
    await expect(index.insert(SPEC, [{ ...item, vector: Float32Array.of(1) }])).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    });
    expect(qdrant.taken()).toEqual([]);
  });

  it('in parts where there is much', async () => {
    qdrant.answer = () => DONE;
    const large = { ...SPEC, model: { ...SPEC.model, dimensions: 3_072 } };
    const items = Array.from({ length: 1_000 }, (_, at) => ({
      chunkId: `5c56c793-69f3-4fbf-87e6-${String(at).padStart(12, '0')}`,
      documentId: DOCUMENT,
      vector: new Float32Array(3_072),
    }));
    await index.insert(large, items);
    const bodies = qdrant.taken().map(({ body }) => (body as Schemas['PointsList']).points.length);
    expect(bodies).toEqual([651, 349]);
  });

  it('to remove and to look up by id', async () => {
    qdrant.answer = ({ path }) => (path.endsWith('delete') ? DONE : { status: 200, body: { result: [{ id: CHUNK }] } });
    await index.remove(SPEC, [CHUNK, 'no id']);
    expect(await index.missing(SPEC, [OTHER, CHUNK, 'no id'])).toEqual([OTHER]);
    expect(await index.missing(SPEC, [])).toEqual([]);
    const removed: Schemas['PointsSelector'] = { points: [CHUNK] };
    const asked: Schemas['PointRequest'] = { ids: [OTHER, CHUNK], with_payload: false, with_vector: false };
    expect(qdrant.taken()).toEqual([
      { method: 'POST', path: `${AT}/points/delete`, query: ORDERED, body: removed },
      { method: 'POST', path: `${AT}/points`, query: { consistency: 'majority' }, body: asked },
    ]);
  });

  it('to search small collections and lists of documents exactly, others by their graph', async () => {
    let size = 10_000;
    qdrant.answer = ({ method }) => {
      if (method === 'GET') return { status: 200, body: { result: { points_count: size } } };
      const points: Partial<Schemas['ScoredPoint']>[] = [
        { id: OTHER, score: 0.5 },
        { id: CHUNK, score: 0.5 },
      ];
      return { status: 200, body: { result: { points } } };
    };
    const vector = Float32Array.of(1, 0);
    const common = { query: [1, 0], with_payload: false, with_vector: false };
    const exactly = { exact: true, quantization: { ignore: true } };
    const small = await index.search(SCOPE, SPEC, { vector, k: 7 });
    expect(small).toEqual({
      candidates: [
        { chunkId: CHUNK, score: 0.5 },
        { chunkId: OTHER, score: 0.5 },
      ],
      exact: true,
    });
    const filter = { must: TENANT };
    const first: Schemas['QueryRequest'] = { ...common, filter, params: exactly, limit: 7 };
    expect(qdrant.taken()).toEqual([
      { method: 'GET', path: AT, query: {}, body: undefined },
      { method: 'POST', path: `${AT}/points/query`, query: {}, body: first },
    ]);

    size = 10_001;
    const large = open();
    expect((await large.search(SCOPE, SPEC, { vector, k: 200 })).exact).toBe(false);
    expect((await large.search(SCOPE, SPEC, { vector, k: 7 })).exact).toBe(false);
    expect((await large.search(SCOPE, SPEC, { vector, k: 7, exact: true })).exact).toBe(true);
    expect((await large.search(SCOPE, SPEC, { vector, k: 7, documentIds: [DOCUMENT] })).exact).toBe(true);
    const listed = { must: [...TENANT, { key: 'document', match: { any: [DOCUMENT] } }] };
    const bodies: Schemas['QueryRequest'][] = [
      { ...common, filter, params: { hnsw_ef: 300 }, limit: 200 },
      { ...common, filter, params: { hnsw_ef: 128 }, limit: 7 },
      { ...common, filter, params: exactly, limit: 7 },
      { ...common, filter: listed, params: exactly, limit: 7 },
    ];
    expect(qdrant.taken().flatMap(({ method, body }) => (method === 'POST' ? [body] : []))).toEqual(bodies);
    await large.close();
  });

  it('for nothing where nothing may be answered', async () => {
    const vector = Float32Array.of(1, 0);
    const nothing = { candidates: [], exact: true };
    expect(await index.search({ ...SCOPE, organizationId: 'other' }, SPEC, { vector, k: 3 })).toEqual(nothing);
    expect(await index.search({ ...SCOPE, collections: [] }, SPEC, { vector, k: 3 })).toEqual(nothing);
    expect(await index.search(SCOPE, SPEC, { vector, k: 0 })).toEqual(nothing);
    expect(await index.search(SCOPE, SPEC, { vector, k: 3, documentIds: [] })).toEqual(nothing);
    await expect(index.search(SCOPE, SPEC, { vector: Float32Array.of(1), k: 3 })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    });
    expect(qdrant.taken()).toEqual([]);
  });

  it('to count, to drop, and to sweep what the catalog has forgotten', async () => {
    const orphan = `medindex_${'f'.repeat(32)}`;
    const names = [COLLECTION, orphan, 'somebody-elses', `test_${'e'.repeat(32)}`];
    qdrant.answer = ({ path }) => {
      if (path.endsWith('/count')) return { status: 200, body: { result: { count: 7 } } };
      if (path === '/collections')
        return { status: 200, body: { result: { collections: names.map((name) => ({ name })) } } };
      return { status: 404, body: { status: { error: 'Not found' } } };
    };
    expect(await index.count(SPEC)).toBe(7);
    await index.drop(SPEC);
    await index.dropOrphans(async () => new Set([ID]));
    expect(qdrant.taken()).toEqual([
      {
        method: 'POST',
        path: `${AT}/points/count`,
        query: {},
        body: { exact: true } satisfies Schemas['CountRequest'],
      },
      { method: 'DELETE', path: AT, query: {}, body: undefined },
      { method: 'GET', path: '/collections', query: {}, body: undefined },
      { method: 'DELETE', path: `/collections/${orphan}`, query: {}, body: undefined },
    ]);
  });

  it.each<[string, (request: unknown) => { status: number; body: unknown }]>([
    ['an error of its own', () => ({ status: 500, body: { status: { error: 'panic' } } })],
    ['a refusal for now', () => ({ status: 429, body: {} })],
    ['a refused key', () => ({ status: 403, body: 'Forbidden' })],
    ['a page of somebody else', () => ({ status: 200, body: '<html>' })],
    ['a collection that is gone', () => ({ status: 404, body: { status: { error: 'Not found' } } })],
  ])('and counts as unavailable after %s', async (_what, answer) => {
    qdrant.answer = answer;
    const search = index.search(SCOPE, SPEC, { vector: Float32Array.of(1, 0), k: 3, exact: true });
    await expect(search).rejects.toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
  });

  it('and counts as unavailable when nobody is there', async () => {
    const lonely = open({ url: qdrant.url });
    await qdrant.close();
    await expect(lonely.count(SPEC)).rejects.toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
    await lonely.close();
    qdrant = await RecordedQdrant.start();
  });

  it('to remove nothing, and misses everything, where there is no collection', async () => {
    qdrant.answer = () => ({ status: 404, body: { status: { error: 'Not found' } } });
    await index.remove(SPEC, [CHUNK]);
    expect(await index.missing(SPEC, [CHUNK, OTHER])).toEqual([CHUNK, OTHER]);
  });

  it('anew after the server lost a collection', async () => {
    await index.prepare(SPEC);
    qdrant.answer = () => ({ status: 404, body: { status: { error: 'Not found' } } });
    const item = { chunkId: CHUNK, documentId: DOCUMENT, vector: Float32Array.of(1, 0) };
    await expect(index.insert(SPEC, [item])).rejects.toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
    qdrant.taken();
    qdrant.answer = () => DONE;
    await index.prepare(SPEC);
    expect(qdrant.taken()).toHaveLength(4);
  });
});

describe('stores of vectors', () => {
  it('are asked by the index, and one that is not set up is unavailable', async () => {
    const qdrant = await RecordedQdrant.start();
    qdrant.answer = () => ({ status: 200, body: { result: { count: 3 } } });
    const options = { apiKey: null, prefix: 'medindex', quantization: 'none', ef: 128 } as const;
    const index = new QdrantVectorIndex({ ...options, url: qdrant.url });
    const stores = new VectorStores({ qdrant: index });
    expect(await stores.count(SPEC)).toBe(3);
    await expect(stores.count({ ...SPEC, store: 'pgvector' })).rejects.toMatchObject({
      code: 'VECTOR_STORE_UNAVAILABLE',
    });
    await index.close();
    await qdrant.close();
  });
});
