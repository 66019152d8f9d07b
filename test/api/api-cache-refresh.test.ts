import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchData } from '../../api/schemas/search.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

interface Answer {
  readonly data: SearchData;
  readonly meta: { readonly cache: string };
}

/** Half of it is the time in which a question has to be asked for its answer to be made anew. */
const FRESHNESS_MS = 6_000;

describe('cached searches', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
    await publish('first', 'Zorbacillin is given once daily to adults.');
  });
  afterAll(() => world.close());

  function publish(externalId: string, passage: string) {
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: null };
    return publishDocument({ ...into, collection: 'guidelines', externalId, passages: [passage] });
  }

  async function search(app: typeof world.app, query: string): Promise<Answer> {
    const response = await world.call({ app, method: 'POST', url: '/v1/search', payload: { query, mode: 'text' } });
    dataOf(response);
    return response.json<Answer>();
  }

  it('hold what was added in time, and nobody who asks often waits for it', async () => {
    const app = await world.build({ caching: await world.openCaching(null, { freshnessMs: FRESHNESS_MS }) });
    expect((await search(app, 'zorbacillin adults')).meta.cache).toBe('miss');
    await publish('second', 'Adults with a rash stop zorbacillin.');
    const tiers = new Set<string>();
    await expect
      .poll(
        async () => {
          const { data, meta } = await search(app, 'zorbacillin adults');
          tiers.add(meta.cache);
          return data.hits.length;
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBe(2);
    expect([...tiers]).toEqual(['l1']);
    const stats = dataOf<{ refreshes: number }>(await world.call({ app, url: '/v1/cache/stats' }));
    expect(stats.refreshes).toBeGreaterThan(0);
  });

  it('are reused for the same question in other words where that is set, and never over what makes another question', async () => {
    const caching = await world.openCaching(null, { reusesInOtherWords: true });
    const app = await world.build({ caching });
    const tier = async (query: string) => (await search(app, query)).meta.cache;
    expect(await tier('What is the dose of zorbacillin in adults?')).toBe('miss');
    expect(await tier('please tell me the dose of zorbacillin in adults')).toBe('semantic');
    expect(await tier('What is the dose of zorbacillin in adults?')).toBe('l1');
    for (const other of [
      'What is the dose of zorbacillin in children?',
      'What is the dose of mirtolol in adults?',
      'What is not the dose of zorbacillin in adults?',
      'What is the 5 mg dose of zorbacillin in adults?',
      'What is the oral dose of zorbacillin in adults?',
    ]) {
      expect(await tier(other), other).toBe('miss');
    }
    // Unless it is set, words are words.
    const plain = await world.build({ caching: await world.openCaching(null) });
    await search(plain, 'What is the dose of zorbacillin in adults?');
    expect((await search(plain, 'please tell me the dose of zorbacillin in adults')).meta.cache).toBe('miss');
  });
});
