import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFaulty } from '../harness/faulty-catalog.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
  searchWords,
} from './catalog-world.js';

describe('a catalog that is made to fail', () => {
  let database: TestDatabase;
  let real: CatalogUnderTest;
  beforeAll(async () => {
    database = await openTestDatabase();
    real = catalogOver(database);
  });
  afterAll(() => database.close());

  /** A version ready to be published through a catalog that may fail. */
  async function ready(world: CatalogUnderTest) {
    const collection = await newCollection(world);
    const run = await acceptRun(world, collection);
    const version = await openVersion(world, run);
    await makeVersion(world, run, version, { paragraphs: ['zinc'] });
    const live = () => real.catalog.documents.liveText(scopeOf(collection), version.documentId);
    return { publish: () => publish(world, run, [version.versionId]), live };
  }

  it('fails before a call has done anything', async () => {
    const faulty = makeFaulty(real.catalog, { method: 'versions.publish', call: 1, when: 'before' });
    const { publish, live } = await ready({ ...real, catalog: faulty.catalog });
    await expect(publish()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await live()).toBeNull();
    expect(await publish()).toEqual(['published']);
    expect(await live()).toBe('zinc');
  });

  it('fails after a call has done its work, which a second call then finds done', async () => {
    const faulty = makeFaulty(real.catalog, { method: 'versions.publish', call: 1, when: 'after' });
    const { publish, live } = await ready({ ...real, catalog: faulty.catalog });
    await expect(publish()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await live()).toBe('zinc');
    expect(await publish()).toEqual(['published']);
  });

  it('throws what it is told, at the call it is told, and records the calls', async () => {
    const faulty = makeFaulty(real.catalog);
    const world = { ...real, catalog: faulty.catalog };
    const collection = await newCollection(world);
    faulty.inject({ method: 'runs.accept', call: 2, when: 'before', error: new Error('as told') });
    await acceptRun(world, collection);
    await expect(acceptRun(world, collection)).rejects.toThrow('as told');
    await acceptRun(world, collection);
    faulty.inject({ method: 'runs.accept', when: 'before' });
    await expect(acceptRun(world, collection)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(faulty.calls).toEqual(['collections.create', ...Array.from({ length: 4 }, () => 'runs.accept')]);
  });

  /** Every step of an ingest, failing before and after its work; then all of it again, as an engine would. */
  const steps = [
    'runs.accept',
    'versions.open',
    'versions.recordScreening',
    'versions.describe',
    'versions.saveChunks',
    'versions.publish',
    'runs.finish',
  ] as const;
  it.each(steps.flatMap((method) => (['before', 'after'] as const).map((when) => [method, when] as const)))(
    'at %s, %s its work, is survived by doing all of it again',
    async (method, when) => {
      const collection = await newCollection(real);
      const faulty = makeFaulty(real.catalog, { method, call: 1, when });
      const input = { slot: 's', paragraphs: ['zinc', 'iron'] };
      const attempt = () => ingest({ ...real, catalog: faulty.catalog }, collection, input);
      await expect(attempt()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect(['published', 'unchanged']).toContain((await attempt()).state);
      expect(await real.catalog.collections.list(scopeOf(collection))).toMatchObject([{ documents: 1, chunks: 2 }]);
      const chunks = await database.pool.query('select from knowledge.chunks where collection_id = $1', [
        collection.collectionId,
      ]);
      expect(chunks.rowCount).toBe(2);
      expect(await searchWords(real.catalog, scopeOf(collection), 'zinc', {}, 10)).toHaveLength(1);
    },
  );
});
