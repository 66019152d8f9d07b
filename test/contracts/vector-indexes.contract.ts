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

    const built = async (collection: Collection) => {
      const spec = await build(collection);
      if (!spec) throw new Error('nothing was built');
      return spec;
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
      expect(await searched()).toEqual([0]);
      expect(await catalog.vectorIndexes.searchable(scope)).toEqual({ specs: [live], complete: true });

      const epoch = async () => (await catalog.collections.byName(scope, collection.name))?.publicationEpoch ?? 0;
      const before = await epoch();
      expect(await catalog.vectorIndexes.promote(next)).toEqual({ ...next, state: 'live' });
      expect(await catalog.vectorIndexes.promote(next)).toEqual({ ...next, state: 'live' });
      expect(await epoch()).toBe(before + 1);
      expect(await searched()).toEqual([1]);
      expect(await statesOf(collection)).toEqual(new Map([['1', 'retired'], ['2', 'live']])); // prettier-ignore

      expect(await catalog.vectorIndexes.promote(live)).toEqual(live);
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
      expect(await vectorIndexes.promote(next)).toBeNull();
      expect(await vectorIndexes.list(scopeOf(collection))).toEqual([live]);
      const stranger = { ...live, organizationId: 'nobody' };
      expect(await vectorIndexes.promote(stranger)).toBeNull();
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
      await Promise.all([vectorIndexes.promote(next), vectorIndexes.promote(live), vectorIndexes.promote(next)]);
      const states = [...(await statesOf(collection)).values()].sort();
      expect(states).toEqual(['live', 'retired']);
    });
  });
}
