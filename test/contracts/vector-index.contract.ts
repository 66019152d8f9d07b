import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import type { ScoredChunk, VectorIndexSpec, VectorQuery } from '../../core/ports/vector-index.js';
import { nearestVisible, planVectorFilter } from '../../core/retrieval/nearest-visible.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  nearestInScope,
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

/** The same suite for every store, and for what the catalog makes of its candidates. */
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

  const idsOf = (hits: readonly ScoredChunk[]) => hits.map((hit) => hit.chunkId);

  describe('a store of vectors', () => {
    const candidates = async (collection: Collection, spec: VectorIndexSpec, query: Partial<VectorQuery> = {}) => {
      const answer = await world().vectorIndex.search(scopeOf(collection), spec, {
        vector: direction(0, spec.model.dimensions),
        k: 10,
        ...query,
      });
      return answer.candidates;
    };

    it('answers the nearest, best first, with their cosine', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const { chunkIds } = await place(collection, spec, [0.5, 0.05, 0.25, 0]);
      const hits = await candidates(collection, spec, { k: 3 });
      expect(idsOf(hits)).toEqual([chunkIds[3], chunkIds[1], chunkIds[2]]);
      [1, Math.cos(0.1 * Math.PI), 0].forEach((cosine, at) => expect(hits[at]?.score).toBeCloseTo(cosine, 5));
      expect(await candidates(collection, spec, { k: 0 })).toEqual([]);
    });

    it('breaks ties by chunk id', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const placed = [await place(collection, spec, [0.1, 0.1]), await place(collection, spec, [0.1])];
      const hits = await candidates(collection, spec, { vector: direction(0.1) });
      expect(idsOf(hits)).toEqual(placed.flatMap((document) => document.chunkIds).sort());
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
      const [best] = await candidates(collection, spec, { k: 1 });
      expect(best).toMatchObject({ chunkId: chunkIds[0] });
      const [first = ''] = chunkIds;
      expect(await vectorIndex.missing(spec, [first])).toEqual([]);
      await vectorIndex.remove(spec, [first, randomUUID()]);
      await vectorIndex.remove(spec, [first]);
      expect(await vectorIndex.count(spec)).toBe(2);
      expect(await vectorIndex.missing(spec, chunkIds)).toEqual([first]);
      expect(await vectorIndex.missing(spec, [])).toEqual([]);
    });

    it('takes inserts and searches at the same time, each vector once', async () => {
      const { vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const turns = Array.from({ length: 40 }, (_, at) => at / 100);
      const { chunkIds, items } = await place(collection, spec, turns);
      await vectorIndex.remove(spec, chunkIds);
      const halves = [items.slice(0, 30), items.slice(10), items.toReversed(), items.slice(5, 25)];
      const [answers] = await Promise.all([
        Promise.all([1, 2, 3].map(() => candidates(collection, spec, { k: 100 }))),
        ...halves.map((half) => vectorIndex.insert(spec, half)),
      ]);
      for (const hits of answers) expect(new Set(idsOf(hits)).size).toBe(hits.length);
      expect(await vectorIndex.count(spec)).toBe(40);
      expect(idsOf(await candidates(collection, spec, { k: 100 }))).toEqual(chunkIds);
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
      expect(await vectorIndex.count(spec)).toBe(0);
    });

    it('searches among the chunks of a list of documents, beneath any number of nearer ones', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const wanted = await place(collection, spec, [0.2, 0.3]);
      const also = await place(collection, spec, [0.25]);
      const nearer = Array.from({ length: 300 }, (_, at) => at / 10_000);
      await place(collection, spec, nearer);
      const among = async (documentIds: string[]) => idsOf(await candidates(collection, spec, { documentIds, k: 3 }));
      expect(await among([wanted.documentId])).toEqual(wanted.chunkIds);
      const both = [wanted.chunkIds[0], also.chunkIds[0], wanted.chunkIds[1]];
      expect(await among([also.documentId, wanted.documentId, randomUUID()])).toEqual(both);
      expect(await among([randomUUID()])).toEqual([]);
      expect(await among([])).toEqual([]);
    });

    it('says that an exact answer has all there is', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      await place(collection, spec, [0, 0.1]);
      const query = { vector: direction(0), k: 10, exact: true };
      const answer = await world().vectorIndex.search(scopeOf(collection), spec, query);
      expect(answer).toMatchObject({ exact: true, candidates: { length: 2 } });
    });

    it('answers nothing of what is out of scope', async () => {
      const { vectorIndex } = world();
      const one = await newCollection(world());
      const stranger = await newCollection(world());
      const spec = await prepare(one);
      await place(one, spec, [0]);
      const search = async (scope: ReturnType<typeof scopeOf>) =>
        (await vectorIndex.search(scope, spec, { vector: direction(0), k: 3 })).candidates.length;
      expect(await search(scopeOf(one))).toBe(1);
      expect(await search({ ...scopeOf(one), collections: [one.collectionId] })).toBe(1);
      expect(await search({ ...scopeOf(one), collections: [stranger.collectionId] })).toBe(0);
      expect(await search(scopeOf(stranger))).toBe(0);
      expect(await search({ ...scopeOf(stranger), collections: [one.collectionId] })).toBe(0);
    });

    it('refuses a query of other dimensions', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const search = candidates(collection, spec, { vector: direction(0, 9) });
      await expect(search).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
    });

    it('takes models of more than 2,000 dimensions', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection, 3072);
      const { chunkIds } = await place(collection, spec, [0.25, 0.01]);
      expect(idsOf(await candidates(collection, spec))).toEqual([chunkIds[1], chunkIds[0]]);
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

  describe('the nearest that may be seen', () => {
    const nearest = async (collection: Collection, input: Partial<Parameters<typeof nearestInScope>[1]> = {}) =>
      idsOf(
        await nearestInScope(world(), {
          scope: scopeOf(collection),
          filter: {},
          specs: [],
          vector: direction(0),
          k: 10,
          ...input,
        }),
      );

    it('are live, although the store knows others', async () => {
      const { catalog, vectorIndex } = world();
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const search = () => nearest(collection, { specs: [spec] });
      const run = await acceptRun(world(), collection, { slot: 's' });
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['kept', 'dropped'] });
      const pending = await catalog.versions.pendingEmbeddings(spec, [version.versionId], 10);
      await vectorIndex.insert(
        spec,
        pending.map((chunk) => ({ ...chunk, vector: direction(0) })),
      );
      expect(await vectorIndex.count(spec)).toBe(2);
      expect(await search()).toEqual([]);
      await publish(world(), run, [version.versionId]);
      expect(await search()).toHaveLength(2);
      const next = await ingest(world(), collection, { slot: 's', paragraphs: ['kept'] });
      const [kept] = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
      expect(next.state).toBe('published');
      expect(await search()).toEqual([kept?.chunkId]);
      await catalog.documents.delete(scopeOf(collection), version.documentId, 'tester');
      expect(await search()).toEqual([]);
      expect(await vectorIndex.count(spec)).toBe(2);
    });

    it('are found beneath any number of nearer ones that may not be seen, by a list and by checking', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      const wanted = await place(collection, spec, [0.2, 0.3], { upload: { custom: { kind: 'wanted' } } });
      await place(
        collection,
        spec,
        Array.from({ length: 300 }, (_, at) => at / 10_000),
      );
      const filter = { metadata: { kind: 'wanted' } };
      const query = { scope: scopeOf(collection), filter, specs: [spec], vector: direction(0), k: 2 };
      const { candidates } = world().catalog;
      expect(await candidates.planFilter(query.scope, filter, 1)).toEqual({
        kind: 'selective',
        documentIds: [wanted.documentId],
      });
      expect(await candidates.planFilter(query.scope, filter, 0)).toEqual({ kind: 'broad' });
      expect(await candidates.planFilter(query.scope, {}, 10)).toEqual({ kind: 'broad' });
      for (const plan of [planVectorFilter(candidates, query), { kind: 'broad' } as const]) {
        const found = await nearestVisible({ vectorIndex: world().vectorIndex, candidates }, { ...query, plan });
        expect(idsOf(found.nearest)).toEqual(wanted.chunkIds);
        expect(found.gaveUp).toBe(false);
      }
      expect(await nearest(collection, { specs: [spec], filter: { documentIds: [wanted.documentId] } })).toHaveLength(
        2,
      );
    });

    it('never lie above the level of scope or filter', async () => {
      const collection = await newCollection(world());
      const spec = await prepare(collection);
      await place(collection, spec, [0], { upload: { custom: { safetyLevel: 'healthcare_provider' } } });
      const count = async (level: Parameters<typeof scopeOf>[1], filter: SearchFilter = {}) =>
        (await nearest(collection, { scope: scopeOf(collection, level), specs: [spec], filter })).length;
      expect(await count('resident_accessible')).toBe(0);
      expect(await count('healthcare_provider')).toBe(1);
      expect(await count('clinical_staff_only', { safetyLevel: 'public' })).toBe(0);
    });

    it('are those of several indexes at once, and of none that is out of scope', async () => {
      const one = await newCollection(world());
      const two = await newCollection(world(), {}, one.organizationId);
      const stranger = await newCollection(world());
      const [specOne, specTwo, specStranger] = [await prepare(one), await prepare(two), await prepare(stranger)];
      const placed = [
        await place(one, specOne, [0.1, 0.3]),
        await place(two, specTwo, [0.2]),
        await place(stranger, specStranger, [0]),
      ];
      const search = (scope: ReturnType<typeof scopeOf>) =>
        nearest(one, { scope, specs: [specOne, specTwo, specStranger], k: 3 });
      const [a, c] = placed[0]?.chunkIds ?? [];
      const [b] = placed[1]?.chunkIds ?? [];
      expect(await search(scopeOf(one))).toEqual([a, b, c]);
      expect(await search({ ...scopeOf(one), collections: [two.collectionId] })).toEqual([b]);
      expect(await search({ ...scopeOf(one), collections: [stranger.collectionId] })).toEqual([]);
      expect(await search(scopeOf(stranger))).toEqual(placed[2]?.chunkIds);
    });
  });
}
