import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { heldReadingKey, versionPartKey } from '../../core/contract/object-keys.js';
import type { Collection, CollectionSettings } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { OpenedVersion } from '../../core/ports/version-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { MemoryObjectStore } from '../fakes/memory-object-store.js';
import { makeFaulty } from '../harness/faulty-catalog.js';
import {
  acceptRun,
  type CatalogUnderTest,
  findTexts,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
  sha256,
} from './catalog-world.js';
import { eraseDue, leftOf, tablesWith } from './erasure-world.js';
import { acceptSynced, listing, startSync } from './sync-world.js';

const MODEL = { name: 'mini', revision: 'r', dimensions: 4, maxTokens: 64 };
const MODEL_KEY = 'mini@r';

/** What an erasure leaves, on the catalog, the vector index and an object store. */
export function erasureContract(base: () => CatalogUnderTest): void {
  const objects = new MemoryObjectStore();
  const world = () => ({ ...base(), objects });

  async function prepared(settings: Partial<CollectionSettings> = {}) {
    const collection = await newCollection(base(), { retentionDays: 0, ...settings });
    const { organizationId, collectionId } = collection;
    const spec = await base().catalog.collections.ensureVectorIndex(organizationId, collectionId, MODEL);
    await base().vectorIndex.prepare(spec);
    return { collection, spec };
  }

  /** From upload to published, with vectors, cached embeddings and objects, as the activities leave them. */
  async function bring(
    { collection, spec }: { collection: Collection; spec: VectorIndexSpec },
    slot: string,
    paragraphs: readonly string[],
    input: { title?: string } = {},
  ): Promise<{ run: Run; version: OpenedVersion; state: string | undefined }> {
    const { catalog } = base();
    const run = await acceptRun(base(), collection, {
      slot,
      metadata: { title: `${slot} sent`, custom: { note: slot } },
    });
    await objects.put(run.object.key, Buffer.from(paragraphs.join('\n')));
    const version = await openVersion(base(), run);
    await makeVersion(base(), run, version, { paragraphs, metadata: { title: input.title ?? slot, authors: [slot] } });
    const place = { organizationId: run.organizationId, runId: run.runId, versionId: version.versionId };
    await objects.put(versionPartKey(place, 'reading'), Buffer.from(paragraphs.join('\n')));
    await embed(spec, run, version);
    const [state] = await publish(base(), run, [version.versionId]);
    await catalog.runs.finish([{ runId: run.runId, state: state === 'published' ? 'published' : 'superseded' }]);
    return { run, version, state };
  }

  async function embed(spec: VectorIndexSpec, run: Run, version: OpenedVersion): Promise<void> {
    const { catalog, vectorIndex } = base();
    const pending = await catalog.versions.pendingEmbeddings(spec, [version.versionId], 100);
    const vector = Float32Array.from([1, 0, 0, 0]);
    await vectorIndex.insert(
      spec,
      pending.map(({ chunkId }) => ({ chunkId, documentId: version.documentId, vector })),
    );
    await catalog.versions.cacheEmbeddings(
      run.organizationId,
      MODEL_KEY,
      pending.map(({ inputSha256 }) => ({ inputSha256, vector })),
    );
  }

  const remove = (collection: Collection, documentId: string) =>
    base().catalog.documents.delete(scopeOf(collection), documentId, 'key');

  async function cached(collection: Collection): Promise<number> {
    const { rows } = await base().pool.query<{ entries: number }>(
      'select count(*)::int as entries from knowledge.embedding_cache where organization_id = $1',
      [collection.organizationId],
    );
    return rows[0]?.entries ?? -1;
  }

  async function objectsOf(collection: Collection): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of objects.list('')) if (key.includes(collection.organizationId)) keys.push(key);
    return keys;
  }

  const marker = () => `zq${randomUUID().replaceAll('-', '')}`;

  describe('erasure', () => {
    it('leaves no word of a deleted document in any table or object, and its neighbours as they were', async () => {
      const { catalog, vectorIndex, pool } = base();
      const setting = await prepared();
      const { collection, spec } = setting;
      const word = marker();
      const shared = 'wash your hands before you touch a patient';
      const neighbour = await bring(setting, 'neighbour', [shared, 'and afterwards']);
      const { version } = await bring(setting, `${word}.md`, [`the ${word} of aspirin`, shared], { title: word });
      expect(await tablesWith(pool, word)).not.toEqual([]);

      await remove(collection, version.documentId);
      expect(await catalog.erasures.due()).toContainEqual({
        organizationId: collection.organizationId,
        collectionId: collection.collectionId,
      });
      const receipts = await eraseDue(world(), collection);
      expect(receipts).toMatchObject([
        { documentId: version.documentId, versions: 1, chunks: 2, vectors: 2, embeddings: 1, objects: 2 },
      ]);
      expect(receipts[0]?.postings).toBeGreaterThan(4);

      expect(await tablesWith(pool, word)).toEqual([]);
      expect(await objectsOf(collection)).toHaveLength(2);
      expect(await vectorIndex.count(spec)).toBe(2);
      expect(await cached(collection)).toBe(2);
      expect(await leftOf(pool, collection.collectionId)).toMatchObject({ chunks: 2, version_chunks: 2 });
      expect(await findTexts(base(), scopeOf(collection), 'hands afterwards')).toHaveLength(2);
      expect(await catalog.documents.get(scopeOf(collection), neighbour.version.documentId)).toMatchObject({
        state: 'published',
        externalId: 'neighbour.md',
      });
      const entries = await catalog.audit.list(collection.organizationId, { limit: 10 });
      const audit = entries.filter(({ subject }) => subject === version.documentId);
      expect(audit.map(({ action }) => action)).toEqual(['document.deleted', 'document.erased']);
      expect(audit[1]?.details).toMatchObject({ chunks: 2, objects: 2 });
      expect(await catalog.documents.get(scopeOf(collection), version.documentId)).toMatchObject({
        state: 'deleted',
        title: null,
        authors: [],
        metadata: {},
      });
    });

    it('waits until the retention is over, by what the collection says today', async () => {
      const { catalog } = base();
      const setting = await prepared({ retentionDays: 7 });
      const { collection } = setting;
      const { version } = await bring(setting, 'kept', ['kept for a while']);
      await remove(collection, version.documentId);
      expect(await eraseDue(world(), collection)).toEqual([]);
      await catalog.collections.update(scopeOf(collection), collection.name, { retentionDays: 0 }, 'key');
      expect(await eraseDue(world(), collection)).toHaveLength(1);
      expect(await eraseDue(world(), collection)).toEqual([]);
    });

    it('takes only what was before the deletion when the document was uploaded again since', async () => {
      const { catalog, vectorIndex, pool } = base();
      const setting = await prepared();
      const { collection, spec } = setting;
      const word = marker();
      const first = await bring(setting, 'again', [`only ${word} before`, 'shared passage']);
      await remove(collection, first.version.documentId);
      const second = await bring(setting, 'again', ['shared passage', 'only afterwards'], { title: 'Again' });
      expect(second.version.documentId).toBe(first.version.documentId);
      expect(second.state).toBe('published');

      expect(await eraseDue(world(), collection)).toMatchObject([{ versions: 1, chunks: 1, vectors: 1 }]);
      expect(await tablesWith(pool, word)).toEqual([]);
      expect(await catalog.documents.get(scopeOf(collection), second.version.documentId)).toMatchObject({
        state: 'published',
        title: 'again sent',
        externalId: 'again.md',
      });
      expect(await findTexts(base(), scopeOf(collection), 'shared afterwards')).toHaveLength(2);
      expect(await vectorIndex.count(spec)).toBe(2);
      const nearest = { vector: Float32Array.from([1, 0, 0, 0]), k: 9 };
      expect((await vectorIndex.search(scopeOf(collection), spec, nearest)).candidates).toHaveLength(2);
      const keys = await objectsOf(collection);
      expect(keys).not.toContain(versionPartKey({ organizationId: collection.organizationId, runId: first.run.runId, versionId: first.version.versionId }, 'reading')); // prettier-ignore
      expect(keys).toHaveLength(2);
    });

    it('knows a document whose file name was erased when the name comes again, also by a sync that must not bring it back', async () => {
      const { catalog, pool } = base();
      const setting = await prepared();
      const { collection } = setting;
      const slot = marker();
      const name = `${slot}.md`;
      const first = await bring(setting, slot, ['first reading']);
      await remove(collection, first.version.documentId);
      await eraseDue(world(), collection);
      expect(await tablesWith(pool, name)).toEqual([]);

      const sync = await startSync(base(), collection);
      const [source] = await catalog.syncs.compare(sync, listing({ [name]: 'bytes' }));
      const synced = await acceptSynced(base(), sync, source ?? expect.fail());
      expect(await openVersion(base(), synced, { externalId: name })).toMatchObject({
        outcome: 'deleted',
        documentId: first.version.documentId,
      });
      const second = await bring(setting, slot, ['second reading']);
      expect(second).toMatchObject({ state: 'published', version: { documentId: first.version.documentId } });
      expect(await catalog.documents.get(scopeOf(collection), first.version.documentId)).toMatchObject({
        externalId: name,
      });
    });

    it('ends complete whichever step it was stopped before or after', async () => {
      const { catalog, vectorIndex, pool } = base();
      const setting = await prepared();
      const { collection, spec } = setting;
      const word = marker();
      const probe = await bring(setting, 'probe', ['to count the steps']);
      await remove(collection, probe.version.documentId);
      const counting = makeFaulty(catalog);
      await eraseDue({ ...world(), catalog: counting.catalog }, collection);
      const steps = counting.calls.length;
      expect(steps).toBeGreaterThan(6);

      for (const when of ['before', 'after'] as const) {
        for (const [at, method] of counting.calls.entries()) {
          const { version } = await bring(setting, `${word}-${when}-${at}`, [`the ${word} of step ${at}`]);
          await remove(collection, version.documentId);
          const call = counting.calls.slice(0, at + 1).filter((called) => called === method).length;
          const faulty = makeFaulty(catalog, { method, call, when });
          await expect(eraseDue({ ...world(), catalog: faulty.catalog }, collection)).rejects.toMatchObject({
            code: 'DATABASE_UNAVAILABLE',
          });
          await eraseDue(world(), collection);
          expect(await leftOf(pool, collection.collectionId)).toEqual({ chunks: 0, marks: 0, version_chunks: 0 });
        }
      }
      expect(await tablesWith(pool, word)).toEqual([]);
      expect(await vectorIndex.count(spec)).toBe(0);
      expect(await cached(collection)).toBe(0);
      expect(await objectsOf(collection)).toEqual([]);
    });

    it('makes those wait who want a chunk whose vector is being removed, and has them store it anew', async () => {
      const { catalog, vectorIndex } = base();
      const setting = await prepared();
      const { collection, spec } = setting;
      const first = await bring(setting, 'race', ['the same text']);
      await remove(collection, first.version.documentId);
      const { organizationId, collectionId } = collection;
      const batch = { organizationId, collectionId, documentIds: [first.version.documentId] };
      await catalog.erasures.eraseVersions(batch);
      const { chunkIds } = await catalog.erasures.markChunks(batch, 64);
      expect(chunkIds).toHaveLength(1);

      const run = await acceptRun(base(), collection, { slot: 'race' });
      const version = await openVersion(base(), run);
      const making = () => makeVersion(base(), run, version, { paragraphs: ['the same text'] });
      await expect(making()).rejects.toMatchObject({ code: 'ERASURE_UNDER_WAY', retryable: true });
      await vectorIndex.remove(spec, chunkIds);
      await catalog.erasures.eraseChunks(batch, chunkIds, chunkIds);
      await making();
      await embed(spec, run, version);
      expect(await publish(base(), run, [version.versionId])).toEqual(['published']);
      await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);
      await eraseDue(world(), collection);
      expect(await findTexts(base(), scopeOf(collection), 'same text')).toEqual(['the same text']);
      expect(await vectorIndex.count(spec)).toBe(1);
    });

    it('leaves a file of many records until the last of them is erased', async () => {
      const { catalog, pool } = base();
      const { collection } = await prepared();
      const word = marker();
      const run = await acceptRun(base(), collection, { slot: `${word}.xml` });
      await objects.put(run.object.key, Buffer.from('records'));
      const opened = await catalog.versions.open({
        organizationId: run.organizationId,
        runId: run.runId,
        items: ['pmid:1', 'pmid:2'].map((externalId, recordIndex) => ({
          externalId,
          fingerprint: sha256(externalId + word),
          recordIndex,
          pageCount: 0,
        })),
      });
      for (const version of opened) await makeVersion(base(), run, version, { paragraphs: [`record ${word}`] });
      await publish(base(), run, opened.map((version) => version.versionId)); // prettier-ignore
      await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);

      await remove(collection, opened[0]?.documentId ?? '');
      await eraseDue(world(), collection);
      expect(await objects.stat(run.object.key)).not.toBeNull();
      expect(await findTexts(base(), scopeOf(collection), word)).toHaveLength(1);
      await remove(collection, opened[1]?.documentId ?? '');
      await eraseDue(world(), collection);
      expect(await objects.stat(run.object.key)).toBeNull();
      expect(await tablesWith(pool, word)).toEqual([]);
      expect(await catalog.documents.get(scopeOf(collection), opened[0]?.documentId ?? '')).toMatchObject({
        externalId: 'pmid:1',
      });
    });

    it('takes what a run that was accepted before the deletion still brings, once the run has ended', async () => {
      const { catalog, pool } = base();
      const setting = await prepared();
      const { collection } = setting;
      const first = await bring(setting, 'late', ['first']);
      const word = marker();
      const late = await acceptRun(base(), collection, { slot: 'late' });
      await remove(collection, first.version.documentId);
      await eraseDue(world(), collection);

      const version = await openVersion(base(), late);
      expect(version.documentId).toBe(first.version.documentId);
      await makeVersion(base(), late, version, { paragraphs: [`late ${word}`] });
      expect(await eraseDue(world(), collection)).toEqual([]);
      expect(await publish(base(), late, [version.versionId])).toEqual(['superseded']);
      await catalog.runs.finish([{ runId: late.runId, state: 'superseded' }]);
      expect(await eraseDue(world(), collection)).toHaveLength(1);
      expect(await tablesWith(pool, word)).toEqual([]);
    });

    it('takes held versions, and what records or a sync withdrew', async () => {
      const { catalog, pool } = base();
      const setting = await prepared();
      const { collection } = setting;
      const word = marker();
      const held = await acceptRun(base(), collection, { slot: `${word}-held` });
      const waiting = await openVersion(base(), held);
      const place = { organizationId: held.organizationId, runId: held.runId, versionId: waiting.versionId };
      const sealed = await objects.put(heldReadingKey(place), Buffer.from('sealed'));
      await catalog.versions.hold([{ versionId: waiting.versionId, reading: sealed }]);
      await catalog.runs.finish([{ runId: held.runId, state: 'held' }]);
      await remove(collection, waiting.documentId);

      const live = await bring(setting, `${word}-live`, [`live ${word}`]);
      const withdrawing = await acceptRun(base(), collection);
      await catalog.versions.withdraw({
        organizationId: collection.organizationId,
        runId: withdrawing.runId,
        records: [{ recordIndex: 0, externalId: `${word}-live.md`, cause: 'retracted' }],
      });
      await catalog.runs.finish([{ runId: withdrawing.runId, state: 'published' }]);
      await eraseDue(world(), collection);
      expect(await tablesWith(pool, word)).toEqual([]);
      expect(await objects.stat(heldReadingKey(place))).toBeNull();
      expect(await catalog.documents.get(scopeOf(collection), live.version.documentId)).toMatchObject({
        state: 'withdrawn',
        withdrawal: { cause: 'retracted' },
      });
    });
  });
}
