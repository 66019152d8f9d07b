import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { type CatalogUnderTest, ingest, nearestInScope, newCollection, scopeOf } from './catalog-world.js';

const MODEL = { name: 'mini', revision: '1', dimensions: 3, maxTokens: 64 };
const BETTER = { ...MODEL, revision: '2' };

/** The generations of a collection's embeddings: built beside, promoted, rolled back, forgotten. */
export function vectorIndexesContract(world: () => CatalogUnderTest): void {
  describe('generations of a vector index', () => {
    const build = (collection: Collection, model = BETTER) =>
      world().catalog.vectorIndexes.buildBeside({
        organizationId: collection.organizationId,
        collectionId: collection.collectionId,
        model,
        store: 'pgvector',
      });

    const built = async (collection: Collection, model = BETTER) => {
      const spec = await build(collection, model);
      if (!spec) throw new Error('nothing was built');
      return spec;
    };

    const generationOf = async (spec: VectorIndexSpec) => {
      const all = await world().catalog.vectorIndexes.ofCollection(spec.organizationId, spec.collectionId);
      const found = all.find((one) => one.spec.vectorIndexId === spec.vectorIndexId);
      if (!found) throw new Error('there is no such generation');
      return found;
    };

    /** Says that it has a vector for each chunk. */
    const whole = async (spec: VectorIndexSpec) => {
      const { skipped } = await generationOf(spec);
      await world().catalog.vectorIndexes.recordFilled({ ...spec, skipped });
    };

    const statesOf = async (collection: Collection) =>
      new Map(
        (await world().catalog.vectorIndexes.list(scopeOf(collection))).map((spec) => [
          spec.model.revision,
          spec.state,
        ]),
      );

    const withLive = async () => {
      const collection = await newCollection(world());
      const { organizationId, collectionId } = collection;
      const live = await world().catalog.collections.ensureVectorIndex(organizationId, collectionId, MODEL);
      return { collection, live };
    };

    it('takes the place of the live one that it was built beside, and gives it back', async () => {
      const { catalog, vectorIndex } = world();
      const { collection, live } = await withLive();
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { paragraphs: ['zinc'] });
      const [chunk] = (await catalog.documents.chunks(scope, version.documentId)) ?? [];
      const fill = async (spec: VectorIndexSpec, vector: number[]) => {
        await vectorIndex.prepare(spec);
        const item = { chunkId: chunk?.chunkId ?? '', documentId: version.documentId };
        await vectorIndex.insert(spec, [{ ...item, vector: Float32Array.from(vector) }]);
      };
      const searched = async () => {
        const { specs } = await catalog.vectorIndexes.searchable(scope);
        const vector = Float32Array.from([1, 0, 0]);
        return (await nearestInScope(world(), { scope, filter: {}, specs, vector, k: 1 })).map(({ score }) => score);
      };
      await fill(live, [0, 1, 0]);

      const next = await built(collection);
      expect(next).toMatchObject({ state: 'building', store: 'pgvector', model: BETTER });
      await fill(next, [1, 0, 0]);
      // Nobody has said yet that it is whole.
      expect(await catalog.vectorIndexes.promote(next, 'tester')).toBe('incomplete');
      await whole(next);
      expect(await searched()).toEqual([0]);
      expect(await catalog.vectorIndexes.searchable(scope)).toEqual({ specs: [live], complete: true });

      const epoch = async () => (await catalog.collections.byName(scope, collection.name))?.publicationEpoch ?? 0;
      const before = await epoch();
      expect(await catalog.vectorIndexes.promote(next, 'tester')).toEqual({ ...next, state: 'live' });
      expect(await catalog.vectorIndexes.promote(next, 'tester')).toEqual({ ...next, state: 'live' });
      expect(await epoch()).toBe(before + 1);
      expect(await searched()).toEqual([1]);
      expect(await statesOf(collection)).toEqual(new Map([['1', 'retired'], ['2', 'live']])); // prettier-ignore

      expect(await catalog.vectorIndexes.promote(live, 'tester')).toEqual(live);
      expect(await searched()).toEqual([0]);
      expect(await statesOf(collection)).toEqual(new Map([['1', 'live'], ['2', 'retired']])); // prettier-ignore
    });

    it('is built once, however often it is asked for, and one at a time', async () => {
      const { collection } = await withLive();
      const asked = await Promise.all([1, 2, 3, 4].map(() => build(collection)));
      expect(new Set(asked.map((spec) => spec?.vectorIndexId)).size).toBe(1);
      expect(asked[0]).not.toBeNull();
      expect(await build(collection, { ...BETTER, revision: '3' })).toBeNull();
      expect(await build({ ...collection, organizationId: 'nobody' })).toBeNull();
      expect(await build({ ...collection, collectionId: 'no uuid' })).toBeNull();
    });

    it('is given up and forgotten, but not while it is live', async () => {
      const { vectorIndexes } = world().catalog;
      const { collection, live } = await withLive();
      const next = await built(collection);
      expect(await vectorIndexes.forget(next)).toBe(false);
      expect(await vectorIndexes.retire(next)).toEqual({ ...next, state: 'retired' });
      expect(await vectorIndexes.retire(next)).toEqual({ ...next, state: 'retired' });
      expect(await vectorIndexes.retire(live)).toBeNull();
      expect(await vectorIndexes.forget(live)).toBe(false);
      expect(await vectorIndexes.forget(next)).toBe(true);
      expect(await vectorIndexes.forget(next)).toBe(false);
      expect(await vectorIndexes.promote(next, 'tester')).toBeNull();
      expect(await vectorIndexes.list(scopeOf(collection))).toEqual([live]);
      const stranger = { ...live, organizationId: 'nobody' };
      expect(await vectorIndexes.promote(stranger, 'tester')).toBeNull();
      expect(await vectorIndexes.list(scopeOf({ ...collection, organizationId: 'nobody' }))).toEqual([]);
    });

    it('is known to lack vectors until all that was stored by then is filled in', async () => {
      const { vectorIndexes } = world().catalog;
      const { collection, live } = await withLive();
      const { organizationId, collectionId } = collection;
      const scope = scopeOf(collection);
      const isComplete = async () => (await vectorIndexes.searchable(scope)).complete;
      const unfilled = async () =>
        (await vectorIndexes.unfilled()).find((target) => target.collectionId === collectionId) ?? null;
      await vectorIndexes.recordSkipped(organizationId, collectionId);
      expect([await isComplete(), await unfilled()]).toEqual([true, null]);

      const { version } = await ingest(world(), collection, { paragraphs: ['one', 'two', 'three'] });
      const gone = await ingest(world(), collection, { paragraphs: ['gone'] });
      await world().catalog.documents.delete(scope, gone.version.documentId, 'tester');
      const target = await unfilled();
      expect(target).toMatchObject({ organizationId, collectionId });
      expect(await vectorIndexes.searchable(scope)).toEqual({ specs: [live], complete: false });
      expect((await vectorIndexes.searchable({ ...scope, collections: [] })).complete).toBe(true);
      if (!target) throw new Error('nothing is unfilled');

      const stored = (await world().catalog.documents.chunks(scope, version.documentId)) ?? [];
      const [first, ...others] = await vectorIndexes.chunksBehind(target, 0, 10);
      const found = [first, ...others].map((chunk) => chunk?.chunkId);
      expect(found.sort()).toEqual(stored.map((chunk) => chunk.chunkId).sort());
      expect(await vectorIndexes.chunksBehind(target, first?.place ?? 0, 1)).toEqual(others.slice(0, 1));
      expect(await vectorIndexes.chunksBehind(target, others.at(-1)?.place ?? 0, 10)).toEqual([]);
      const inputs = await vectorIndexes.embeddingInputs(organizationId, [first?.chunkId ?? '', 'no uuid']);
      expect(inputs).toMatchObject([{ chunkId: first?.chunkId, documentId: version.documentId }]);
      const text = stored.find((chunk) => chunk.chunkId === first?.chunkId)?.text ?? 'no text';
      expect(inputs[0]?.input).toContain(text);
      expect(await vectorIndexes.embeddingInputs('nobody', [first?.chunkId ?? ''])).toEqual([]);

      // What was skipped meanwhile is not taken for filled.
      await vectorIndexes.recordSkipped(organizationId, collectionId);
      await vectorIndexes.recordFilled(target);
      expect(await isComplete()).toBe(false);
      const again = await unfilled();
      if (!again) throw new Error('nothing is unfilled');
      await vectorIndexes.recordFilled(again);
      await vectorIndexes.recordFilled(target);
      expect([await isComplete(), await unfilled()]).toEqual([true, null]);
    });

    it('is whole only once all that came in while it was filled is filled in, too', async () => {
      const { vectorIndexes } = world().catalog;
      const { collection, live } = await withLive();
      const { organizationId, collectionId } = collection;
      await ingest(world(), collection, { paragraphs: ['one', 'two'] });
      const next = await built(collection);
      const before = await generationOf(next);
      expect(before).toMatchObject({ complete: false, spec: next });
      expect((await vectorIndexes.unfilled()).filter((target) => target.collectionId === collectionId)).toEqual([]);
      await vectorIndexes.recordMissed(next);
      await vectorIndexes.recordFilled({ ...next, skipped: before.skipped });
      expect(await generationOf(next)).toMatchObject({ complete: false });
      expect(await generationOf(live)).toMatchObject({ complete: true });
      await whole(next);
      await vectorIndexes.recordSkipped(organizationId, collectionId);
      expect(await generationOf(next)).toMatchObject({ complete: false });
      await whole(next);
      await whole(live);
      expect(await vectorIndexes.promote(next, 'tester')).toMatchObject({ state: 'live' });
      expect(await vectorIndexes.ofCollection(organizationId, 'no uuid')).toEqual([]);
      expect(await vectorIndexes.ofCollection('nobody', collectionId)).toEqual([]);

      // The former one takes its place back whatever it lacks, and that is said and filled in.
      await vectorIndexes.recordMissed(live);
      const unfilled = async () => (await vectorIndexes.unfilled()).filter((one) => one.collectionId === collectionId);
      expect(await unfilled()).toMatchObject([{ vectorIndexId: live.vectorIndexId }]);
      expect(await vectorIndexes.promote(live, 'tester')).toMatchObject({ state: 'live' });
      expect((await vectorIndexes.searchable(scopeOf(collection))).complete).toBe(false);
      const [target] = await unfilled();
      if (!target) throw new Error('nothing is unfilled');
      await vectorIndexes.recordFilled(target);
      expect((await vectorIndexes.searchable(scopeOf(collection))).complete).toBe(true);
    });

    it('names the model of its collection once it is searched', async () => {
      const { vectorIndexes, collections } = world().catalog;
      const { collection, live } = await withLive();
      const other = await built(collection, { ...BETTER, name: 'maxi' });
      await whole(other);
      await vectorIndexes.promote(other, 'tester');
      const named = async () => (await collections.byName(scopeOf(collection), collection.name))?.embeddingModel;
      expect(await named()).toBe('maxi');
      await vectorIndexes.promote(live, 'tester');
      expect(await named()).toBe('mini');
    });

    it('knows how much there is to embed', async () => {
      const { vectorIndexes, documents } = world().catalog;
      const { collection } = await withLive();
      const { organizationId, collectionId } = collection;
      expect(await vectorIndexes.size(organizationId, collectionId, 0)).toEqual({ chunks: 0, tokens: 0, longer: 0 });
      await ingest(world(), collection, { paragraphs: ['one', 'two', 'three'] });
      const gone = await ingest(world(), collection, { paragraphs: ['gone'] });
      const before = await vectorIndexes.size(organizationId, collectionId, 0);
      await documents.delete(scopeOf(collection), gone.version.documentId, 'tester');
      const size = await vectorIndexes.size(organizationId, collectionId, 0);
      expect(size.chunks).toBeLessThan(before.chunks);
      expect(size.chunks).toBeGreaterThan(0);
      expect(size.longer).toBe(size.chunks);
      expect(size.tokens).toBeGreaterThanOrEqual(size.chunks);
      expect((await vectorIndexes.size(organizationId, collectionId, 10_000)).longer).toBe(0);
      expect((await vectorIndexes.size('nobody', collectionId, 0)).chunks).toBe(0);
    });

    it('is missed where a collection has passages and no vector index', async () => {
      const { vectorIndexes } = world().catalog;
      const collection = await newCollection(world());
      expect(await vectorIndexes.searchable(scopeOf(collection))).toEqual({ specs: [], complete: true });
      await ingest(world(), collection, { paragraphs: ['zinc'] });
      expect(await vectorIndexes.searchable(scopeOf(collection))).toEqual({ specs: [], complete: false });
    });

    it('leaves one live when two are promoted at once', async () => {
      const { vectorIndexes } = world().catalog;
      const { collection, live } = await withLive();
      const next = await built(collection);
      await whole(next);
      await Promise.all([
        vectorIndexes.promote(next, 'tester'),
        vectorIndexes.promote(live, 'tester'),
        vectorIndexes.promote(next, 'tester'),
      ]);
      const states = [...(await statesOf(collection)).values()].sort();
      expect(states).toEqual(['live', 'retired']);
    });
  });
}
