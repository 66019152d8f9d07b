import { copyFile, mkdir, mkdtemp, readdir, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Embedder } from '../../core/ports/embedder.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { Failure } from '../../core/contract/failures.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import type { WorkerDependencies } from '../../workers/dependencies.js';
import { pmidAt, pubmedRecord, pubmedSet } from '../fixtures/documents/pubmed-xml.js';
import { describeWith } from '../harness/describe-with.js';
import { databaseSnapshot } from '../harness/database-snapshot.js';
import { type IngestEngine, startIngestEngine, type StartEngineInput } from '../harness/ingest-engine.js';
import { eachPostgres, type PostgresUnderTest } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { IN_CI } from '../harness/found.js';

/**
 * What a crash at the edge of an effect leaves to the next try, on real components: every activity, and in it every call
 * of catalog and object store, fails once before and once after it has done its work. Afterwards the database must hold
 * exactly what it holds when nothing fails. Processes that are really killed: killed.test.ts.
 */
const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus');

/** Of the four records of `cardiovascular.xml`: one corrected twice, one retracted, one deleted; and two unknown ones. */
const PUBMED_UPDATES = pubmedSet([
  pubmedRecord(0, { title: 'A correction that a later one replaces.' }).replaceAll(pmidAt(0), '99000001'),
  pubmedRecord(0, { title: 'Corrected.' }).replaceAll(pmidAt(0), '99000001'),
  pubmedRecord(1).replaceAll(pmidAt(1), '99000002').replace('>Journal Article<', '>Retracted Publication<'),
  pubmedRecord(2).replace('>Journal Article<', '>Retracted Publication<'),
  '<DeleteCitation><PMID Version="1">99000003</PMID><PMID Version="1">99999999</PMID></DeleteCitation>',
]);

/** The engine's own pause between tries is for outages; here the next try may come at once. */
const NEXT_TRY = '10ms';

interface Effort {
  readonly embedded: number;
  readonly recognised: number;
}

interface Outcome {
  readonly snapshot: Record<string, unknown[]>;
  readonly objects: readonly string[];
  readonly effort: Effort;
}

/** On native Postgres where CI runs: what is around the statements is the same, and each of the two takes minutes of a core. */
const databases = (await eachPostgres()).filter(({ kind }) => kind === 'pglite' || IN_CI);

for (const postgres of databases) {
  describeWith(
    [await findTemporal(), ...(postgres.unavailable === null ? [] : [{ missing: postgres.unavailable }])],
    `faults at every boundary, on ${postgres.name}`,
    () => {
      let temporal: TemporalServer;
      let folder: string;
      let undisturbed: Outcome;

      beforeAll(async () => {
        temporal = await startTemporal();
        folder = await mkdtemp(join(tmpdir(), 'medindex-faults-'));
        undisturbed = await run(postgres, {});
      });
      afterAll(async () => {
        await temporal?.stop();
        await rm(folder, { recursive: true, force: true });
      });

      test('there is something to compare with: single, batch and sync, held, failed and withdrawn', () => {
        const states = (undisturbed.snapshot['runs'] as { state: string }[]).map((row) => row.state);
        expect(new Set(states)).toEqual(new Set(['published', 'held', 'failed']));
        expect(undisturbed.snapshot['syncs']).toMatchObject([
          { state: 'needs_attention', final_counts: { inserted: 7, failed: 2, waiting: 1 } },
          { state: 'needs_attention', final_counts: { kept: 4, inserted: 1, updated: 2, waiting: 1, withdrawn: 1 } },
        ]);
        const pubmed = (undisturbed.snapshot['documents'] as { external_id: string; cause: string; live: number }[])
          .filter((row) => row.external_id.startsWith('pmid:'))
          .map((row) => [row.external_id, row.cause, row.live]);
        expect(pubmed).toEqual(
          expect.arrayContaining([
            ['pmid:99000001', null, 2],
            ['pmid:99000002', 'retracted', null],
            ['pmid:99000003', 'deleted_at_source', null],
            ['pmid:99000004', null, 1],
            [`pmid:${pmidAt(2)}`, 'retracted', null],
            ['pmid:99999999', 'deleted_at_source', null],
          ]),
        );
        expect(undisturbed.effort.embedded).toBeGreaterThan(0);
        expect(undisturbed.effort.recognised).toBeGreaterThan(0);
      });

      test('each activity fails before its work, then after it, then ends', async () => {
        const disturbed = await run(postgres, {
          wrap: (_name, activity) => async (input) => {
            const { attempt } = Context.current().info;
            if (attempt === 1) throw crash();
            const result = await activity(input);
            if (attempt === 2) throw crash();
            return result;
          },
        });
        expect(disturbed.snapshot).toEqual(undisturbed.snapshot);
        expect(disturbed.objects).toEqual(undisturbed.objects);
        // What was embedded is kept at once; a batch of pages is read again.
        expect(disturbed.effort.embedded).toBe(undisturbed.effort.embedded);
        expect(disturbed.effort.recognised).toBe(2 * undisturbed.effort.recognised);
      });

      test('each call of catalog and object store fails before its effect, then after it', async () => {
        const seen = new Set<string>();
        const disturbed = await run(postgres, {
          replace: (deps) => failingStores(deps, seen),
          wrap: (_name, activity) => async (input) => {
            try {
              return await activity(input);
            } catch (error) {
              throw soon(error);
            }
          },
        });
        expect(disturbed.snapshot).toEqual(undisturbed.snapshot);
        expect(disturbed.objects).toEqual(undisturbed.objects);
        expect([...seen]).toEqual(
          expect.arrayContaining([
            'versions.open',
            'versions.saveChunks',
            'versions.publish',
            'versions.hold',
            'versions.withdraw',
            'runs.finish',
            'syncs.compare',
            'syncs.withdrawMissing',
            'syncs.finish',
            'objects.put',
            'objects.copy',
          ]),
        );
      });

      /** The same files through uploads and two syncs; a new database and object store each time. */
      async function run(
        under: PostgresUnderTest,
        disturbance: Pick<StartEngineInput, 'wrap' | 'replace'>,
      ): Promise<Outcome> {
        const effort = { embedded: 0, recognised: 0 };
        const database = await under.start();
        const { replace = (deps: WorkerDependencies) => deps } = disturbance;
        const engine = await startIngestEngine({
          temporal,
          database,
          settings: { MEDINDEX_SOURCE_ROOTS: pathToFileURL(`${folder}/`).href },
          ...disturbance,
          replace: (deps) => replace(counting(deps, effort)),
        });
        try {
          await ingestEverything(engine, join(folder, 'synced'));
          const objects: string[] = [];
          for await (const { key } of engine.objects.list('')) objects.push(withoutIds(key));
          return { snapshot: await databaseSnapshot(database.pool), objects: objects.sort(), effort };
        } finally {
          await engine.stop();
          await database.close();
        }
      }
    },
  );
}

async function ingestEverything(engine: IngestEngine, synced: string): Promise<void> {
  const uploads: string[] = [];
  for (const [collection, file] of [
    ['guidelines', 'anaphylaxis.pdf'],
    ['guidelines', 'hand-hygiene-scanned.pdf'],
    ['guidelines', 'adult-hypertension.md'],
    ['pubmed_abstracts', 'cardiovascular.xml'],
    ['consumer_health', 'patient-note-held.txt'],
  ] as const) {
    // One after the other: which of two is accepted first decides the order of rows.
    uploads.push(await engine.upload(join(corpus, collection, file), collection));
  }
  const [guideline] = await engine.runsEnded(uploads);
  const documentId = guideline?.documents[0]?.documentId ?? '';
  await engine.runsEnded([await engine.reread(documentId, 1, 'native')]);
  const updates = join(synced, '..', 'updates.xml');
  await writeFile(updates, PUBMED_UPDATES);
  await engine.runsEnded([await engine.upload(updates, 'pubmed_abstracts')]);
  const notes = join(synced, '..', 'notes');
  await mkdir(notes, { recursive: true });
  await writeFile(join(notes, 'fever.md'), '# Fever\n\nDrink enough and rest while it lasts.\n');
  await writeFile(join(notes, 'cough.md'), '# Cough\n\nA spoon of honey eases it at night.\n');
  await writeFile(join(notes, 'damaged.md'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  await copyFile(join(corpus, 'drug_labels/oral-rehydration-salts.pdf'), join(notes, 'label.pdf'));
  await copyFile(join(corpus, 'consumer_health/patient-note-held.txt'), join(notes, 'held.txt'));
  const together = ['fever.md', 'cough.md', 'damaged.md', 'label.pdf', 'held.txt'].map((name) => join(notes, name));
  await engine.runsEnded(await engine.uploadTogether(together, 'guidelines'));

  await rm(synced, { recursive: true, force: true });
  await mkdir(synced, { recursive: true });
  for (const file of await readdir(join(corpus, 'consumer_health'))) {
    if (!file.includes('scanned')) await copyFile(join(corpus, 'consumer_health', file), join(synced, file));
  }
  await copyFile(join(corpus, 'drug_labels/oral-rehydration-salts.pdf'), join(synced, 'salts.pdf'));
  await copyFile(join(corpus, 'pubmed_abstracts/infection.xml.gz'), join(synced, 'infection.xml.gz'));
  await writeFile(join(synced, 'empty.md'), '');
  await writeFile(join(synced, 'picture.md'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  await engine.syncEnded(await engine.sync(synced, 'consumer_health'));

  await writeFile(join(synced, 'sleeping-well.md'), '# Sleeping well\n\nGo to bed at the same time every evening.\n');
  await writeFile(
    join(synced, 'walking.md'),
    '# Walking\n\nHalf an hour of brisk walking a day lowers blood pressure.\n',
  );
  await unlink(join(synced, 'preparing-for-a-visit.txt'));
  // The same bytes as those that wait for review, and to the listing a changed file.
  const note = join(synced, 'patient-note-held.txt');
  await utimes(note, new Date(), new Date());
  await engine.syncEnded(await engine.sync(synced, 'consumer_health'));
}

function crash(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'DATABASE_UNAVAILABLE', nextRetryDelay: NEXT_TRY });
}

function soon(error: unknown): unknown {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable) return error;
  return ApplicationFailure.create({ ...(error.type ? { type: error.type } : {}), nextRetryDelay: NEXT_TRY });
}

/** The first call of every method fails before its effect, the second after it. */
function failingStores(deps: WorkerDependencies, seen: Set<string>): WorkerDependencies {
  const { runs, versions, syncs, collections } = deps.catalog;
  return {
    ...deps,
    catalog: {
      ...deps.catalog,
      runs: failing(runs, 'runs', seen),
      versions: failing(versions, 'versions', seen),
      syncs: failing(syncs, 'syncs', seen),
      collections: failing(collections, 'collections', seen),
    },
    objects: failing(deps.objects, 'objects', seen),
  };
}

function failing<Store extends object>(store: Store, name: string, seen: Set<string>): Store {
  const calls = new Map<string, number>();
  return new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      const method = `${name}.${String(property)}`;
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        seen.add(method);
        const call = (calls.get(method) ?? 0) + 1;
        calls.set(method, call);
        if (call === 1) throw new Failure('DATABASE_UNAVAILABLE', { detail: 'injected before' });
        const result: unknown = await Reflect.apply(member, target, args);
        if (call === 2) throw new Failure('DATABASE_UNAVAILABLE', { detail: 'injected after' });
        return result;
      };
    },
  });
}

function counting(deps: WorkerDependencies, effort: { embedded: number; recognised: number }): WorkerDependencies {
  const { embedder, ocr } = deps;
  const countingEmbedder: Embedder | null = embedder && {
    model: embedder.model,
    embed: (texts, purpose, signal) => {
      effort.embedded += texts.length;
      return embedder.embed(texts, purpose, signal);
    },
    close: () => embedder.close(),
  };
  const countingOcr: OcrEngine = {
    name: ocr.name,
    recognise: (input) => {
      effort.recognised += 1;
      return ocr.recognise(input);
    },
    close: () => ocr.close(),
  };
  return { ...deps, embedder: countingEmbedder, ocr: countingOcr };
}

/** Names of objects hold ids of runs and versions. */
function withoutIds(key: string): string {
  return key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>');
}
