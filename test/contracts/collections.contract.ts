import { describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { EmbeddingModel } from '../../core/ports/embedder.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf, SETTINGS } from './catalog-world.js';

const MODEL: EmbeddingModel = { name: 'mini', revision: 'sha256:1', dimensions: 4, maxTokens: 128 };

export function collectionCatalogContract(world: () => CatalogUnderTest): void {
  describe('collections', () => {
    it('are created once a name in an organization', async () => {
      const { catalog } = world();
      const made = await newCollection(world());
      expect(made).toMatchObject({ ...SETTINGS, withdrawalEpoch: 0, publicationEpoch: 0 });
      expect(await catalog.collections.create(made.organizationId, made.name, SETTINGS, 'key-1')).toBeNull();
      const elsewhere = await newCollection(world());
      expect(await catalog.collections.create(elsewhere.organizationId, made.name, SETTINGS, 'key-1')).not.toBeNull();
    });

    it('are seen only within the scope', async () => {
      const { collections } = world().catalog;
      const [mine, other] = [await newCollection(world()), await newCollection(world())];
      const second = await newCollection(world(), {}, mine.organizationId);
      const scope = scopeOf(mine);
      expect((await collections.list(scope)).map((found) => found.name)).toEqual([mine.name, second.name].sort());
      expect(await collections.byName(scope, other.name)).toBeNull();
      expect(await collections.byId(mine.organizationId, other.collectionId)).toBeNull();
      expect(await collections.byId(mine.organizationId, 'no uuid')).toBeNull();
      const narrow = { ...scope, collections: [second.collectionId] };
      expect(await collections.byName(narrow, mine.name)).toBeNull();
      expect(await collections.byName(narrow, second.name)).toEqual(second);
      expect(await collections.list({ ...scope, collections: [] })).toEqual([]);
    });

    it('change their settings, and the withdrawal epoch with policy and access only', async () => {
      const { collections } = world().catalog;
      const made = await newCollection(world(), { reviewCycleDays: 30 });
      const scope = scopeOf(made);
      const chunking = { strategy: 'sentence', maxTokens: 100, overlapTokens: 20 } as const;
      expect(await collections.update(scope, made.name, { chunking, reviewCycleDays: null }, 'key-1')).toMatchObject({
        chunking,
        reviewCycleDays: null,
        withdrawalEpoch: 0,
      });
      const allowed = await collections.update(
        scope,
        made.name,
        { phiPolicy: 'allow', phiPolicyReason: 'synthetic' },
        'key-1',
      );
      expect(allowed).toMatchObject({ phiPolicy: 'allow', phiPolicyReason: 'synthetic', withdrawalEpoch: 1, chunking });
      expect(
        (await collections.update(scope, made.name, { safetyLevel: 'clinical_staff_only' }, 'key-1'))?.withdrawalEpoch,
      ).toBe(2);
      expect(
        (await collections.update(scope, made.name, { safetyLevel: 'clinical_staff_only' }, 'key-1'))?.withdrawalEpoch,
      ).toBe(2);
      expect(await collections.update(scope, 'no-such', { language: 'pt' }, 'key-1')).toBeNull();
    });

    it('count what is live', async () => {
      const { catalog } = world();
      const made = await newCollection(world());
      const { version } = await ingest(world(), made, { paragraphs: ['one dose', 'two doses'] });
      await ingest(world(), made, { paragraphs: ['three doses'] });
      expect(await catalog.collections.list(scopeOf(made))).toMatchObject([
        { documents: 2, chunks: 3, publicationEpoch: 2 },
      ]);
      await catalog.documents.delete(scopeOf(made), version.documentId, 'tester');
      expect(await catalog.collections.list(scopeOf(made))).toMatchObject([{ documents: 1, chunks: 1 }]);
    });

    it('have one live vector index, made once by whoever asks first', async () => {
      const { collections, vectorIndexes } = world().catalog;
      const made = await newCollection(world());
      const ask = () => collections.ensureVectorIndex(made.organizationId, made.collectionId, MODEL);
      const specs = await Promise.all(Array.from({ length: 8 }, ask));
      expect(new Set(specs.map((spec) => spec.vectorIndexId)).size).toBe(1);
      expect(specs[0]).toMatchObject({ model: MODEL, state: 'live', collectionId: made.collectionId });
      expect((await vectorIndexes.searchable(scopeOf(made))).specs).toEqual([specs[0]]);
      expect((await vectorIndexes.searchable({ ...scopeOf(made), collections: [] })).specs).toEqual([]);
    });

    it.each([{ name: 'other' }, { revision: 'sha256:2' }, { dimensions: 5 }])(
      'refuse another model than the one they are indexed with: %o',
      async (difference) => {
        const { collections } = world().catalog;
        const made = await newCollection(world());
        await collections.ensureVectorIndex(made.organizationId, made.collectionId, MODEL);
        const other = collections.ensureVectorIndex(made.organizationId, made.collectionId, {
          ...MODEL,
          ...difference,
        });
        await expect(other).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
      },
    );

    it('that are missing say so', async () => {
      const { collections } = world().catalog;
      const made = await newCollection(world());
      const missing = collections.ensureVectorIndex(made.organizationId, '00000000-0000-4000-8000-000000000000', MODEL);
      await expect(missing).rejects.toBeInstanceOf(Failure);
      await expect(missing).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
    });
  });
}
