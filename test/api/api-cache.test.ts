import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SearchData } from '../../api/schemas/search.js';
import { Failure } from '../../core/contract/failures.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import { createSharedCache } from '../../infra/cache/create-shared-cache.js';
import { describeWith } from '../harness/describe-with.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';
import { publishDocument } from './publish-document.js';

const postgres = await nativePostgres(16);

interface SearchAnswer {
  readonly data: SearchData;
  readonly meta: Record<string, unknown> & { readonly cache: string; readonly requestId: string };
}

describeWith([postgres.unavailable === null ? postgres : { missing: postgres.unavailable }], 'cached searches', () => {
  let world: ApiWorld;
  let shared: SharedCache;
  /** Two processes. */
  let one: FastifyInstance;
  let two: FastifyInstance;
  beforeAll(async () => {
    const database: TestDatabase = await postgres.start();
    world = await ApiWorld.open(database);
    shared = createSharedCache({
      redisUrl: null,
      pool: database.pool,
      keyring: world.keyring,
      maxBytes: 16 * 1024 ** 2,
    });
    one = await world.build({ caching: await world.openCaching(shared) });
    two = await world.build({ caching: await world.openCaching(shared) });
    await publish('nice-51', ['Adults receive zorbacillin 0.5 mg/kg once daily.', 'Stop zorbacillin on rash.']);
  });
  afterAll(() => world.close());

  const publish = (externalId: string, passages: string[], input: { phiStatus?: 'contains_phi' } = {}) =>
    publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId,
      passages,
      ...input,
    });
  const search = async (payload: object, app = one, key?: string): Promise<SearchAnswer> => {
    const response = await world.call({ app, method: 'POST', url: '/v1/search', payload, ...(key ? { key } : {}) });
    dataOf(response);
    return response.json<SearchAnswer>();
  };
  const tierOf = async (payload: object, app = one, key?: string) => (await search(payload, app, key)).meta.cache;
  /** What was made is kept after it was answered. */
  const kept = async (payload: object, tier: string, app = one) => {
    await expect.poll(() => tierOf(payload, app), { timeout: 10_000 }).toBe(tier);
  };

  it('gives the same answer from each tier, with what is of the request made anew', async () => {
    const query = { query: 'zorbacillin dose for adults' };
    const made = await search(query);
    expect(made.meta.cache).toBe('miss');
    expect(made.data.hits.length).toBeGreaterThan(0);
    await kept(query, 'l1');
    await kept(query, 'l2', two);
    const again = await search(query);
    expect(again.data).toEqual(made.data);
    expect(Object.keys(again.meta).sort()).toEqual(Object.keys(made.meta).sort());
    expect(again.meta.requestId).not.toBe(made.meta.requestId);
    expect(await tierOf(query, two)).toBe('l1');
  });

  it('takes equal questions for equal, however they are written, and no others', async () => {
    const query = { query: 'zorbacillin  rash', topK: 5, filters: { language: 'en', sourceType: 'guideline' } };
    expect(await tierOf(query)).toBe('miss');
    await kept(query, 'l1');
    expect(
      await tierOf({ filters: { sourceType: ['guideline'], language: ['en'] }, topK: 5, query: ' zorbacillin rash ' }),
    ).toBe('l1');
    for (const other of [
      { topK: 6 },
      { mode: 'text' },
      { minScore: 0.1 },
      { asOf: '2020-01-01' },
      { includeSuperseded: true },
      { collections: ['guidelines'] },
      { filters: { language: 'en' } },
      { query: 'zorbacillin Rash' },
    ]) {
      expect(await tierOf({ ...query, ...other }), JSON.stringify(other)).toBe('miss');
    }
  });

  it('never crosses access', async () => {
    const query = { query: 'zorbacillin for whom' };
    await search(query);
    await kept(query, 'l1');
    const guidelines = await world.catalog.collections.byName(
      { organizationId: 'default', collections: 'all', safetyLevel: 'public' },
      'guidelines',
    );
    const narrow = await world.makeKey({ scopes: ['search'], collections: [guidelines!.collectionId] });
    const low = await world.makeKey({ scopes: ['search'], safetyLevel: 'public' });
    const elsewhere = await world.makeKey({ scopes: ['search'], organizationId: 'elsewhere' });
    for (const key of [narrow, low, elsewhere]) expect(await tierOf(query, one, key)).toBe('miss');
    expect((await search(query, one, elsewhere)).data.hits).toEqual([]);
    // Who sees the same is answered the same.
    const [first, second] = [await world.makeKey({ scopes: ['search'] }), await world.makeKey({ scopes: ['search'] })];
    await search(query, one, first);
    await world.cachingOf(one)?.answers.settled();
    expect(await tierOf(query, one, second)).toBe('l1');
  });

  it('works out one of many equal questions, over all processes', async () => {
    let embedded = 0;
    const embedder = overriding(world.embedder, {
      embed: async (...args: Parameters<typeof world.embedder.embed>) => {
        embedded++;
        return world.embedder.embed(...args);
      },
    });
    const apps = [
      await world.build({ embedder, caching: await world.openCaching(shared) }),
      await world.build({ embedder, caching: await world.openCaching(shared) }),
    ];
    const query = { query: 'zorbacillin asked by everybody at once' };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => search(query, apps[index % 2])));
    expect(embedded).toBe(1);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  });

  it('shows what was added, and a new version at once', async () => {
    const query = { query: 'quellomycin', mode: 'text' };
    expect((await search(query)).data.hits).toEqual([]);
    await kept(query, 'l1');
    await publish('quellomycin', ['Quellomycin 1 mg daily.']);
    const texts = async (app: FastifyInstance) => (await search(query, app)).data.hits.map(({ text }) => text);
    for (const app of [one, two]) {
      await expect.poll(() => texts(app), { timeout: 10_000 }).toEqual(['Quellomycin 1 mg daily.']);
    }
    await publish('quellomycin', ['Quellomycin 2 mg daily.']);
    for (const app of [one, two]) {
      await expect.poll(() => texts(app), { timeout: 10_000 }).toEqual(['Quellomycin 2 mg daily.']);
    }
  });

  it('keeps an answer while a collection is being filled, for its time and no longer', async () => {
    const caching = await world.openCaching(null, { freshnessMs: 600_000 });
    const app = await world.build({ caching });
    const query = { query: 'fillomycin', mode: 'text' };
    const found = async () => (await search(query, app)).data.hits.length;
    await publish('filling-1', ['Fillomycin 1 mg.']);
    await caching.follower.catchUp();
    expect(await found()).toBe(1);
    await kept(query, 'l1', app);
    // The epoch moved a moment ago: this addition may be missing for a while.
    await publish('filling-2', ['Fillomycin 2 mg.']);
    await caching.follower.settle();
    expect(await found()).toBe(1);
    // Who is told of a run's end has caught up.
    await caching.follower.catchUp();
    expect(await found()).toBe(2);
  });

  it('keeps nothing with findings of patient data, and nothing degraded in the shared tier', async () => {
    const { documentId } = await publish('with-findings', ['Findomycin was given to Jane Roe.'], {
      phiStatus: 'contains_phi',
    });
    const query = { query: 'findomycin', mode: 'text' };
    for (let turn = 0; turn < 3; turn++) {
      expect(await tierOf(query)).toBe('miss');
      await world.cachingOf(one)?.answers.settled();
    }
    // It would be in the answers of the questions below, too.
    dataOf(await world.call({ app: one, method: 'DELETE', url: `/v1/documents/${documentId}` }));

    const down = overriding(world.embedder, { embed: () => Promise.reject(new Failure('EMBEDDING_UNAVAILABLE')) });
    const caching = await world.openCaching(shared);
    const app = await world.build({ embedder: down, caching });
    const degraded = { query: 'zorbacillin while the model is down' };
    expect((await search(degraded, app)).meta['degraded']).toBeDefined();
    await kept(degraded, 'l1', app);
    expect(
      await tierOf(degraded, await world.build({ embedder: down, caching: await world.openCaching(shared) })),
    ).toBe('miss');
  });

  it('keeps no question that names a patient, so that a collection that refuses such questions does so at once', async () => {
    const query = { query: 'zorbacillin dose, SSN 536-22-1234', collections: ['guidelines'] };
    for (let turn = 0; turn < 2; turn++) {
      expect(await tierOf(query)).toBe('miss');
      await world.cachingOf(one)?.answers.settled();
    }
    const payload = { screenQueries: 'refuse' };
    dataOf(await world.call({ app: one, method: 'PATCH', url: '/v1/collections/guidelines', payload }));
    const refused = { app: one, method: 'POST', url: '/v1/search', payload: query } as const;
    expectError(await world.call(refused), 'QUERY_HOLDS_PHI');
  });

  it('answers on when the shared tier is down', async () => {
    const broken = overriding(shared, {
      lookUp: () => Promise.reject(new Error('down')),
      set: () => Promise.reject(new Error('down')),
      size: () => Promise.reject(new Error('down')),
      ping: () => Promise.reject(new Error('down')),
    });
    const app = await world.build({ caching: await world.openCaching(broken) });
    const query = { query: 'zorbacillin without the shared tier' };
    expect(await tierOf(query, app)).toBe('miss');
    await kept(query, 'l1', app);
    const health = await world.call({ app, url: '/v1/cache/health' });
    expect(dataOf(health)).toMatchObject({ l1: 'ok', l2: 'down', epochs: { trusted: true } });
    const stats = await world.call({ app, url: '/v1/cache/stats' });
    expect(dataOf(stats)).toMatchObject({ l2: { errors: 2, entries: null } });
  });

  it('is warmed, counted and emptied by operators', async () => {
    for (const app of [one, two]) await world.cachingOf(app)?.follower.catchUp();
    const queries = ['zorbacillin warmed', 'zorbacillin warmed twice'];
    const warm = async (app: FastifyInstance) =>
      dataOf(await world.call({ app, method: 'POST', url: '/v1/cache/warm', payload: { queries } }));
    expect(await warm(one)).toEqual({ made: 2, found: 0 });
    await world.cachingOf(one)?.answers.settled();
    expect(await warm(two)).toEqual({ made: 0, found: 2 });
    expect(await tierOf({ query: 'zorbacillin warmed' })).toBe('l1');
    const stats = dataOf(await world.call({ app: one, url: '/v1/cache/stats' }));
    expect(stats).toMatchObject({ enabled: true, l2: { kind: 'postgres' } });
    expect((stats as { l1: { hits: number } }).l1.hits).toBeGreaterThan(0);

    expect(dataOf(await world.call({ app: one, method: 'DELETE', url: '/v1/cache' }))).toEqual({ cleared: true });
    for (const app of [one, two]) expect(await tierOf({ query: `zorbacillin warmed` }, app)).not.toBe('l1');
    const reader = await world.makeKey({ scopes: ['read', 'search'] });
    expectError(await world.call({ app: one, url: '/v1/cache/stats', key: reader }), 'SCOPE_MISSING');
  });
});
