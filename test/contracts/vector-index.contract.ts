import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
} from './catalog-world.js';

const DIMENSIONS = 8;

/** A unit vector in the first two dimensions, `turns` of a full circle away from the first axis. */
function direction(turns: number, dimensions = DIMENSIONS): Float32Array {
  const vector = new Float32Array(dimensions);
  vector[0] = Math.cos(turns * 2 * Math.PI);
  vector[1] = Math.sin(turns * 2 * Math.PI);
  return vector;
}

/** The same suite for every adapter; what is live is the catalog's to say. */
export function vectorIndexContract(world: () => CatalogUnderTest): void {
  async function prepare(collection: Collection, dimensions = DIMENSIONS): Promise<VectorIndexSpec> {
    const { catalog, vectorIndex } = world();
    const model = { name: 'mini', revision: 'r', dimensions, maxTokens: 64 };
    const spec = await catalog.collections.ensureVectorIndex(collection.organizationId, collection.collectionId, model);
    await vectorIndex.prepare(spec);
    return spec;
  }

  /** A published document; its paragraphs stand at the given turns. */
  async function place(
    collection: Collection,
    spec: VectorIndexSpec,
    turns: readonly number[],
    input: Partial<Parameters<typeof ingest>[2]> = {},
  ) {
    const paragraphs = turns.map((turn) => `at ${turn}`);
    const { version } = await ingest(world(), collection, { paragraphs, ...input });
    const chunks = (await world().catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
    const items = chunks.map((chunk, at) => ({
      chunkId: chunk.chunkId,
      documentId: version.documentId,
      vector: direction(turns[at] ?? 0, spec.model.dimensions),
    }));
    await world().vectorIndex.insert(spec, items);
    return { documentId: version.documentId, chunkIds: items.map((item) => item.chunkId), items };
  }

  describe('vector index', () => {
    it('finds the nearest, best first, with their cosine', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const { chunkIds } = await place(collection, spec, [0.5, 0.05, 0.25, 0]);
      const hits = await world().vectorIndex.search(scopeOf(collection), [spec], direction(0), {}, 3);
      expect(hits.map((hit) => hit.chunkId)).toEqual([chunkIds[3], chunkIds[1], chunkIds[2]]);
      [1, Math.cos(0.1 * Math.PI), 0].forEach((cosine, at) => expect(hits[at]?.score).toBeCloseTo(cosine, 5));
      expect(await world().vectorIndex.search(scopeOf(collection), [spec], direction(0), {}, 0)).toEqual([]);
      expect(await world().vectorIndex.search(scopeOf(collection), [], direction(0), {}, 3)).toEqual([]);
    });

    it('breaks ties by chunk id', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const placed = [await place(collection, spec, [0.1, 0.1]), await place(collection, spec, [0.1])];
      const hits = await world().vectorIndex.search(scopeOf(collection), [spec], direction(0.1), {}, 10);
      expect(hits.map((hit) => hit.chunkId)).toEqual(placed.flatMap((document) => document.chunkIds).sort());
    });

    it('prepares, inserts and removes twice as once', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      await Promise.all([1, 2, 3].map(() => vectorIndex.prepare(spec)));
      const { chunkIds, items } = await place(collection, spec, [0, 0.1, 0.2]);
      const moved = items.map((item) => ({ ...item, vector: direction(0.5) }));
      await vectorIndex.insert(spec, [...moved, ...moved]);
      expect(await vectorIndex.count(spec)).toBe(3);
      const [best] = await vectorIndex.search(scopeOf(collection), [spec], direction(0), {}, 1);
      expect(best).toMatchObject({ chunkId: chunkIds[0] });
      const [first = ''] = chunkIds;
      expect(await vectorIndex.missing(spec, [randomUUID(), first].slice(1))).toEqual([]);
      await vectorIndex.remove(spec, [first, randomUUID()]);
      await vectorIndex.remove(spec, [first]);
      expect(await vectorIndex.count(spec)).toBe(2);
      expect(await vectorIndex.missing(spec, chunkIds)).toEqual([first]);
      expect(await vectorIndex.missing(spec, [])).toEqual([]);
    });

    it('inserts many, all or none', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const turns = Array.from({ length: 70 }, (_, at) => at / 100);
      const { chunkIds, items } = await place(collection, spec, turns);
      expect(await vectorIndex.count(spec)).toBe(70);
      await vectorIndex.remove(spec, chunkIds);
      const wrong = [...items.slice(0, 40), { chunkId: chunkIds[41] ?? '', documentId: '', vector: direction(0, 3) }];
      await expect(vectorIndex.insert(spec, wrong)).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
      const unknown = [
        ...items,
        { chunkId: 'ffffffff-ffff-8fff-bfff-ffffffffffff', documentId: '', vector: direction(0) },
      ];
      await expect(vectorIndex.insert(spec, unknown)).rejects.toThrow('not stored');
      expect(await vectorIndex.count(spec)).toBe(0);
    });

    it('refuses a query of other dimensions', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const search = world().vectorIndex.search(scopeOf(collection), [spec], direction(0, 9), {}, 3);
      await expect(search).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
    });

    it('shows what is live only', async () => {
      const { catalog, vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const search = async () =>
        (await vectorIndex.search(scopeOf(collection), [spec], direction(0), {}, 10)).map((hit) => hit.chunkId);
      const run = await acceptRun(world(), collection, { slot: 's' });
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['kept', 'dropped'] });
      const pending = await catalog.versions.pendingEmbeddings(spec, [version.versionId], 10);
      await vectorIndex.insert(
        spec,
        pending.map((chunk) => ({ ...chunk, vector: direction(0) })),
      );
      expect(await search()).toEqual([]);
      await publish(world(), run, [version.versionId]);
      expect(await search()).toHaveLength(2);
      const next = await ingest(world(), collection, { slot: 's', paragraphs: ['kept'] });
      const [kept] = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
      expect(next.state).toBe('published');
      expect(await search()).toEqual([kept?.chunkId]);
      await catalog.documents.delete(scopeOf(collection), version.documentId, 'tester');
      expect(await search()).toEqual([]);
    });

    it('finds k beneath any number of nearer ones that may not be seen', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const wanted = await place(collection, spec, [0.2, 0.3], { upload: { custom: { kind: 'wanted' } } });
      await place(
        collection,
        spec,
        Array.from({ length: 300 }, (_, at) => at / 10_000),
      );
      const hits = await vectorIndex.search(
        scopeOf(collection),
        [spec],
        direction(0),
        { metadata: { kind: 'wanted' } },
        2,
      );
      expect(hits.map((hit) => hit.chunkId)).toEqual(wanted.chunkIds);
      const narrow = { documentIds: [wanted.documentId] };
      expect(await vectorIndex.search(scopeOf(collection), [spec], direction(0), narrow, 10)).toHaveLength(2);
    });

    it('never shows above the level of scope or filter', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      await place(collection, spec, [0], { upload: { custom: { safetyLevel: 'healthcare_provider' } } });
      const search = async (level: Parameters<typeof scopeOf>[1], filter = {}) =>
        (await vectorIndex.search(scopeOf(collection, level), [spec], direction(0), filter, 10)).length;
      expect(await search('resident_accessible')).toBe(0);
      expect(await search('healthcare_provider')).toBe(1);
      expect(await search('clinical_staff_only', { safetyLevel: 'public' })).toBe(0);
    });

    it('searches several at once, and none that is out of scope', async () => {
      const { vectorIndex } = world();
      const one = await newCollection(world());
      const two = await newCollection(world(), {}, one.organizationId);
      const stranger = await newCollection(world());
      const specs = [await prepare(one), await prepare(two), await prepare(stranger)];
      const [specOne, specTwo, specStranger] = specs;
      if (!specOne || !specTwo || !specStranger) throw new Error('three were prepared');
      const placed = [
        await place(one, specOne, [0.1, 0.3]),
        await place(two, specTwo, [0.2]),
        await place(stranger, specStranger, [0]),
      ];
      const search = async (scope: ReturnType<typeof scopeOf>) =>
        (await vectorIndex.search(scope, specs, direction(0), {}, 3)).map((hit) => hit.chunkId);
      const [a, c] = placed[0]?.chunkIds ?? [];
      const [b] = placed[1]?.chunkIds ?? [];
      expect(await search(scopeOf(one))).toEqual([a, b, c]);
      expect(await search({ ...scopeOf(one), collections: [two.collectionId] })).toEqual([b]);
      expect(await search({ ...scopeOf(one), collections: [stranger.collectionId] })).toEqual([]);
      expect(await search(scopeOf(stranger))).toEqual(placed[2]?.chunkIds);
    });

    it('takes models of more than 2,000 dimensions', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection, 3072);
      const { chunkIds } = await place(collection, spec, [0.25, 0.01]);
      const hits = await world().vectorIndex.search(scopeOf(collection), [spec], direction(0, 3072), {}, 2);
      expect(hits.map((hit) => hit.chunkId)).toEqual([chunkIds[1], chunkIds[0]]);
    });

    it('drops its storage, and can be prepared again', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      await place(collection, spec, [0]);
      await vectorIndex.drop(spec);
      await vectorIndex.drop(spec);
      await vectorIndex.prepare(spec);
      expect(await vectorIndex.count(spec)).toBe(0);
    });
  });
}
