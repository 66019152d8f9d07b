import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sweep } from '../../activities/erasing/sweep-orphans.js';
import {
  batchListKey,
  formerPageManifestKey,
  heldReadingKey,
  originalKey,
  originalPlaces,
  syncedOriginalKey,
  versionPartKey,
} from '../../core/contract/object-keys.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { OpenedVersion } from '../../core/ports/version-catalog.js';
import { MemoryObjectStore } from '../fakes/memory-object-store.js';
import {
  acceptRun,
  type CatalogUnderTest,
  chunksOf,
  findTexts,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  scopeOf,
  sha256,
} from './catalog-world.js';
import { leftOf } from './erasure-world.js';
import { startSync } from './sync-world.js';

const MODEL = { name: 'mini', revision: 'r', dimensions: 4, maxTokens: 64 };
const VECTOR = Float32Array.from([1, 0, 0, 0]);
const HOUR_MS = 3_600_000;
const NOTHING = { objects: 0, chunks: 0, vectors: 0, embeddings: 0 };

/** What a sweep takes and what it leaves, on the catalog, the vector index and an object store. */
export function orphansContract(base: () => CatalogUnderTest): void {
  const objects = new MemoryObjectStore();
  const localFiles = { evict: () => Promise.resolve(), withLocalCopy: () => Promise.reject(new Error('not read')) };

  /** Everything is old enough, unless said otherwise: also what came in this millisecond. */
  const sweepOf = ({ organizationId }: Pick<Collection, 'organizationId'>, minAgeMs = -HOUR_MS) =>
    sweep({ ...base(), objects, localFiles }, { organizationId, minAgeMs }, new AbortController().signal);

  const put = (...keys: readonly string[]) => Promise.all(keys.map((key) => objects.put(key, Buffer.from(key))));

  async function keysOf({ organizationId }: Pick<Collection, 'organizationId'>): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of objects.list('')) if (key.includes(`/${organizationId}/`)) keys.push(key);
    return keys.sort();
  }

  const placeOf = (run: Run, { versionId }: Pick<OpenedVersion, 'versionId'>) => ({
    organizationId: run.organizationId,
    runId: run.runId,
    versionId,
  });

  describe('a sweep of orphans', () => {
    it('removes originals that no run knows, and copies that a move has left', async () => {
      const collection = await newCollection(base());
      const { run } = await ingest(base(), collection, { paragraphs: ['one'] });
      const held = await acceptRun(base(), collection);
      await base().catalog.runs.finish([{ runId: held.runId, state: 'held' }]);
      const places = originalPlaces(held.object.key);
      await base().catalog.runs.relocateObject(held.runId, places.held);
      const unknown = originalKey(collection.organizationId, randomUUID());
      await put(run.object.key, places.open, places.held, unknown, originalPlaces(unknown).held);

      expect(await sweepOf(collection, HOUR_MS)).toEqual(NOTHING);
      expect(await keysOf(collection)).toHaveLength(5);
      expect(await sweepOf(collection)).toEqual({ ...NOTHING, objects: 3 });
      expect(await keysOf(collection)).toEqual([run.object.key, places.held].sort());
      expect(await sweepOf(collection)).toEqual(NOTHING);
      const entries = await base().catalog.audit.list(collection.organizationId, { limit: 100 });
      expect(entries.filter(({ action }) => action === 'orphans.removed')).toMatchObject([
        { actor: 'system', subject: collection.organizationId, details: { objects: 3 } },
      ]);
    });

    it('leaves whatever is under way: running runs and syncs, a move, an upload in parts', async () => {
      const { catalog } = base();
      const collection = await newCollection(base());
      const { organizationId, collectionId } = collection;
      const run = await acceptRun(base(), collection);
      const { open, held } = originalPlaces(run.object.key);
      const sync = await startSync(base(), collection);
      const upload = randomUUID();
      await catalog.uploads.create(
        {
          uploadId: upload,
          organizationId,
          collectionId,
          keyId: 'key-1',
          fileName: 'large.pdf',
          metadata: { custom: {} },
          urgent: false,
          sizeBytes: 1,
          partSizeBytes: 1,
          sha256: null,
          expiresAt: new Date(Date.now() + HOUR_MS),
        },
        1,
      );
      const keys = [
        open,
        held,
        syncedOriginalKey({ organizationId, runId: sync.runId }, randomUUID()),
        originalKey(organizationId, upload),
        versionPartKey({ organizationId, runId: run.runId, versionId: randomUUID() }, 'reading'),
        batchListKey({ organizationId, runId: sync.runId }, 'batch', '1'),
        formerPageManifestKey(run),
      ];
      await put(...keys);
      expect(await sweepOf(collection)).toEqual(NOTHING);
      await catalog.runs.finish([{ runId: run.runId, state: 'failed', error: 'INTERNAL' }]);
      await catalog.syncs.finish(sync.runId, { state: 'failed', error: 'STORE_UNAVAILABLE' });
      expect(await sweepOf(collection)).toEqual({ ...NOTHING, objects: 4 });
      expect(await keysOf(collection)).toEqual([keys[0], keys[3], keys[6]].sort());
    });

    it('removes readings and lists that belong to no version or run, and leaves keys that it does not know', async () => {
      const collection = await newCollection(base());
      const { organizationId } = collection;
      const { run, version } = await ingest(base(), collection, { paragraphs: ['one'] });
      const gone = { organizationId, runId: randomUUID(), versionId: randomUUID() };
      const kept = [
        versionPartKey(placeOf(run, version), 'reading'),
        heldReadingKey(placeOf(run, version)),
        formerPageManifestKey(run),
        `sources/${organizationId}/a-name-of-its-own`,
        `work/${organizationId}/note.txt`,
      ];
      await put(...kept);
      await put(
        versionPartKey(gone, 'reading'),
        versionPartKey({ ...placeOf(run, version), versionId: gone.versionId }, 'pages-1'),
        heldReadingKey(gone),
        batchListKey(gone, 'records', '0'),
        batchListKey(run, 'document', 'x'),
        formerPageManifestKey(gone),
      );
      expect(await sweepOf(collection)).toEqual({ ...NOTHING, objects: 6 });
      expect(await keysOf(collection)).toEqual(kept.sort());
    });

    it('takes nothing of another organization', async () => {
      const [own, other] = [await newCollection(base()), await newCollection(base())];
      expect(own.organizationId).not.toBe(other.organizationId);
      const key = originalKey(other.organizationId, randomUUID());
      await put(key);
      expect(await base().catalog.orphans.unneededObjects(own.organizationId, [key])).toEqual([]);
      expect(await sweepOf(own)).toEqual(NOTHING);
      expect(await keysOf(other)).toEqual([key]);
      expect(await base().catalog.orphans.organizations()).toEqual(
        expect.arrayContaining([own.organizationId, other.organizationId]),
      );
    });

    it('removes chunks that no version has, with their vectors and embeddings, and leaves those that one has', async () => {
      const { catalog, vectorIndex, pool } = base();
      const collection = await newCollection(base());
      const { organizationId, collectionId } = collection;
      const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, MODEL);
      await vectorIndex.prepare(spec);
      const run = await acceptRun(base(), collection);
      const version = await openVersion(base(), run);
      const { versionId, documentId } = version;
      await makeVersion(base(), run, version, { paragraphs: ['cut so first', 'kept'] });
      const pending = await catalog.versions.pendingEmbeddings(spec, [versionId], 10);
      await vectorIndex.insert(
        spec,
        pending.map(({ chunkId }) => ({ chunkId, documentId, vector: VECTOR })),
      );
      await catalog.versions.cacheEmbeddings(
        organizationId,
        'mini@r',
        [...pending.map(({ inputSha256 }) => inputSha256), sha256('of a text that is gone')].map((inputSha256) => ({
          inputSha256,
          vector: VECTOR,
        })),
      );
      const paragraphs = ['kept', 'cut otherwise afterwards'];
      await catalog.versions.saveChunks(organizationId, [
        { versionId, documentId, chunks: chunksOf(paragraphs), text: paragraphs.join('\n\n') },
      ]);
      await catalog.versions.publish(organizationId, collectionId, [versionId]);
      await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);

      expect(await sweepOf(collection, HOUR_MS)).toEqual(NOTHING);
      expect(await sweepOf(collection)).toEqual({ ...NOTHING, chunks: 1, embeddings: 1 });
      expect(await leftOf(pool, collectionId)).toMatchObject({ chunks: 2, marks: 0, version_chunks: 2 });
      expect(await vectorIndex.count(spec)).toBe(1);
      expect(await findTexts(base(), scopeOf(collection), 'kept afterwards')).toHaveLength(2);
      expect(await sweepOf(collection)).toEqual(NOTHING);
    });

    it('removes a vector that came in while its chunk was erased', async () => {
      const { catalog, vectorIndex } = base();
      const collection = await newCollection(base(), { retentionDays: 0 });
      const { organizationId, collectionId } = collection;
      const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, MODEL);
      await vectorIndex.prepare(spec);
      const { version } = await ingest(base(), collection, { paragraphs: ['one'] });
      const neighbour = await ingest(base(), collection, { paragraphs: ['two'] });
      for (const { documentId } of [version, neighbour.version]) {
        const chunks = (await catalog.documents.chunks(scopeOf(collection), documentId)) ?? [];
        await vectorIndex.insert(
          spec,
          chunks.map(({ chunkId }) => ({ chunkId, documentId, vector: VECTOR })),
        );
      }
      await catalog.documents.delete(scopeOf(collection), version.documentId, 'key');
      const batch = { organizationId, collectionId, documentIds: [version.documentId] };
      await catalog.erasures.eraseVersions(batch);
      const { chunkIds } = await catalog.erasures.markChunks(batch, 10);
      await catalog.erasures.eraseChunks(batch, chunkIds, []);
      expect(await vectorIndex.count(spec)).toBe(2);

      expect(await sweepOf(collection)).toMatchObject({ vectors: 1 });
      expect(await vectorIndex.count(spec)).toBe(1);
      const { candidates } = await vectorIndex.search(scopeOf(collection), spec, { vector: VECTOR, k: 5 });
      expect(candidates).toHaveLength(1);
    });
  });
}
