import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweep } from '../../activities/erasing/sweep-orphans.js';
import { originalKey, versionPartKey } from '../../core/contract/object-keys.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { formatEncryptionKeys, generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createObjectStore } from '../../infra/objectstore/create-object-store.js';
import { compileTestEntry } from '../fixtures/documents/compile-entry.js';
import type { DyingEraserInput } from '../fixtures/dying-eraser.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { describeWith } from '../harness/describe-with.js';
import { IN_CI } from '../harness/found.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import {
  acceptRun,
  type CatalogUnderTest,
  chunksOf,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
} from './catalog-world.js';
import { eraseDue, leftOf, tablesWith } from './erasure-world.js';

const MODEL = { name: 'mini', revision: 'r', dimensions: 4, maxTokens: 64 };
const VECTOR = Float32Array.from([1, 0, 0, 0]);
/** Everything is old enough, also what came in this millisecond. */
const ANY_AGE_MS = -3_600_000;
/** Processes that die at the same time, each at a place of its own: starting one is most of the time. */
const AT_ONCE = 4;

/** On native Postgres where CI runs: what is around the statements is the same. */
const databases = (await eachPostgres()).filter(({ kind }) => kind === 'pglite' || IN_CI);

for (const postgres of databases) {
  describeWith(
    postgres.unavailable === null ? [] : [{ missing: postgres.unavailable }],
    `erasures and sweeps killed with SIGKILL at every boundary, on ${postgres.name}`,
    () => {
      const keys = formatEncryptionKeys([generateEncryptionKey()]);
      let database: TestDatabase;
      let base: CatalogUnderTest;
      let folder: string;
      let objects: ObjectStore;
      let eraser: string;
      const world = () => ({ ...base, objects });

      beforeAll(async () => {
        eraser = compileTestEntry('test/fixtures/dying-eraser.ts');
        folder = await mkdtemp(join(tmpdir(), 'medindex-killed-erasure-'));
        const config = { kind: 'folder', folder: join(folder, 'objects') } as const;
        objects = createObjectStore(config, { keyring: Keyring.parse(keys) });
        database = await postgres.start();
        base = catalogOver(database);
      });
      afterAll(async () => {
        await objects?.close();
        await database?.close();
        await rm(folder, { recursive: true, force: true });
      });

      /** Whether it died there. */
      async function dies(work: DyingEraserInput['work'], effects: number): Promise<boolean> {
        const input: DyingEraserInput = { databaseUrl: database.databaseUrl, folder, keys, work, effects };
        const child = spawn(process.execPath, [eraser, JSON.stringify(input)], {
          stdio: ['ignore', 'inherit', 'inherit'],
        });
        const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
        if (signal === null) expect(code).toBe(0);
        return signal === 'SIGKILL';
      }

      /** Kills behind no effect, then behind each, until there is none left to die of; answers how many there were. */
      async function atEveryBoundary(killAt: (effects: number) => Promise<boolean>): Promise<number> {
        for (let from = 0; ; from += AT_ONCE) {
          const died = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => killAt(from + at)));
          const alive = died.indexOf(false);
          if (alive >= 0) return from + alive;
        }
      }

      async function objectsOf({ organizationId }: Collection): Promise<string[]> {
        const found: string[] = [];
        for (const area of ['sources', 'work', 'held']) {
          for await (const { key } of objects.list(`${area}/${organizationId}/`)) found.push(key);
        }
        return found;
      }

      async function bring(collection: Collection, slot: string, paragraphs: readonly string[]) {
        const { catalog, vectorIndex } = base;
        const { organizationId, collectionId } = collection;
        const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, MODEL);
        await vectorIndex.prepare(spec);
        const run = await acceptRun(base, collection, { slot });
        await objects.put(run.object.key, Buffer.from(paragraphs.join('\n')));
        const version = await openVersion(base, run);
        const { versionId, documentId } = version;
        await makeVersion(base, run, version, { paragraphs, metadata: { title: slot } });
        await objects.put(versionPartKey({ ...run, versionId }, 'reading'), Buffer.from(slot));
        const pending = await catalog.versions.pendingEmbeddings(spec, [versionId], 10);
        await vectorIndex.insert(
          spec,
          pending.map(({ chunkId }) => ({ chunkId, documentId, vector: VECTOR })),
        );
        await catalog.versions.cacheEmbeddings(
          organizationId,
          'mini@r',
          pending.map(({ inputSha256 }) => ({ inputSha256, vector: VECTOR })),
        );
        expect(await publish(base, run, [versionId])).toEqual(['published']);
        await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);
        return { run, version, spec };
      }

      test('an erasure that died is ended by the next try: nothing is left, and the receipt tells of it', async () => {
        const boundaries = await atEveryBoundary(async (effects) => {
          const collection = await newCollection(base, { retentionDays: 0 });
          const word = `zq${randomUUID().replaceAll('-', '')}`;
          const { version, spec } = await bring(collection, `${word}.md`, [`the ${word} at noon`, 'and at night']);
          await base.catalog.documents.delete(scopeOf(collection), version.documentId, 'key');
          const { organizationId, collectionId } = collection;
          const died = await dies(
            { erase: { organizationId, collectionId, documentIds: [version.documentId] } },
            effects,
          );
          await eraseDue(world(), collection);

          expect(await tablesWith(database.pool, word)).toEqual([]);
          expect(await objectsOf(collection)).toEqual([]);
          expect(await base.vectorIndex.count(spec)).toBe(0);
          expect(await leftOf(database.pool, collectionId)).toMatchObject({ chunks: 0, version_chunks: 0 });
          const status = await base.catalog.erasures.latest(organizationId, version.documentId);
          // Vectors and objects count when their removal is on record: those of a try that died in between are not.
          expect(status?.receipt).toMatchObject({ versions: 1, chunks: 2, embeddings: 2 });
          return died;
        });
        expect(boundaries).toBeGreaterThan(7);
      });

      test('a sweep that died is ended by the next one, and the neighbour stays whole', async () => {
        const { catalog, vectorIndex } = base;
        const boundaries = await atEveryBoundary(async (effects) => {
          const collection = await newCollection(base, { retentionDays: 0 });
          const { organizationId, collectionId } = collection;
          const kept = await bring(collection, 'kept.md', ['one passage', 'another passage']);
          await objects.put(originalKey(organizationId, randomUUID()), Buffer.from('never accepted'));

          const cut = await acceptRun(base, collection);
          const version = await openVersion(base, cut);
          const { versionId, documentId } = version;
          await makeVersion(base, cut, version, { paragraphs: ['cut so first'] });
          const paragraphs = ['cut otherwise'];
          await catalog.versions.saveChunks(organizationId, [
            { versionId, documentId, chunks: chunksOf(paragraphs), text: paragraphs.join('') },
          ]);
          await catalog.runs.finish([{ runId: cut.runId, state: 'cancelled' }]);

          const late = await bring(collection, 'late.md', ['a late vector']);
          await catalog.documents.delete(scopeOf(collection), late.version.documentId, 'key');
          const batch = { organizationId, collectionId, documentIds: [late.version.documentId] };
          await catalog.erasures.eraseVersions(batch);
          const { chunkIds } = await catalog.erasures.markChunks(batch, 10);
          await catalog.erasures.eraseChunks(batch, chunkIds, []);
          await catalog.versions.cacheEmbeddings(organizationId, 'mini@r', [
            { inputSha256: randomUUID(), vector: VECTOR },
          ]);

          const died = await dies({ sweep: { organizationId, minAgeMs: ANY_AGE_MS } }, effects);
          const localFiles = { evict: () => Promise.resolve(), withLocalCopy: () => Promise.reject(new Error()) };
          await sweep(
            { ...world(), localFiles },
            { organizationId, minAgeMs: ANY_AGE_MS },
            new AbortController().signal,
          );

          expect((await objectsOf(collection)).sort()).toEqual(
            [
              kept.run.object.key,
              versionPartKey({ ...kept.run, versionId: kept.version.versionId }, 'reading'),
              // The erasure is not finished: its original is still its own to remove.
              late.run.object.key,
            ].sort(),
          );
          expect(await leftOf(database.pool, collectionId)).toMatchObject({ chunks: 3, version_chunks: 3 });
          expect(await vectorIndex.count(kept.spec)).toBe(2);
          const { rows } = await database.pool.query<{ cached: number }>(
            'select count(*)::int as cached from knowledge.embedding_cache where organization_id = $1',
            [organizationId],
          );
          expect(rows[0]?.cached).toBe(2);
          return died;
        });
        expect(boundaries).toBeGreaterThan(10);
      });
    },
  );
}
