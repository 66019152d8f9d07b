import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SafetyLevel } from '../../core/contract/states.js';
import type { LedgerVersion, VersionChoice } from '../../core/ports/document-catalog.js';
import { pastTheGuards } from '../harness/past-the-guards.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
  publish,
  scopeOf,
} from './catalog-world.js';

export function documentCatalogContract(world: () => CatalogUnderTest): void {
  describe('documents', () => {
    it('show the live version and what it says of itself', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const { version, run } = await ingest(world(), collection, {
        slot: 'a',
        paragraphs: ['one', 'two'],
        metadata: { title: 'Own title', authors: ['Ada', 'Ben'], publishedOn: '2021-03', pmid: '7', journal: 'J' },
        upload: { title: 'Given title', custom: { specialty: 'cardiology', pmid: 'wrong' } },
      });
      const view = await documents.get(scopeOf(collection), version.documentId);
      expect(view).toMatchObject({
        documentId: version.documentId,
        externalId: 'a.md',
        collection: collection.name,
        collectionId: collection.collectionId,
        title: 'Given title',
        authors: ['Ada', 'Ben'],
        sourceType: 'guideline',
        language: 'en',
        publishedOn: '2021-03',
        safetyLevel: 'public',
        state: 'published',
        phiStatus: 'clear',
        metadata: { pmid: '7', journal: 'J', specialty: 'cardiology' },
        version: { versionId: version.versionId, number: 1, runId: run.runId, sha256: run.object.sha256, pageCount: 0 },
      });
      expect(view?.version.publishedAt).toBeInstanceOf(Date);
      expect(await documents.liveText(scopeOf(collection), version.documentId)).toBe('one\n\ntwo');
      expect(await documents.pages(scopeOf(collection), version.documentId)).toEqual({
        versionId: version.versionId,
        pages: [],
      });
      expect(await documents.sourceObject(scopeOf(collection), version.documentId)).toEqual(run.object);
    });

    it('keep the title of each record of a source of many', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection, { metadata: { title: 'January export', custom: {} } });
      const version = await openVersion(world(), run, { externalId: 'pmid:1' });
      await catalog.runs.recordProgress([run.runId], { records: { done: 1 } });
      await makeVersion(world(), run, version, { paragraphs: ['x'], metadata: { title: 'A trial' } });
      const view = await catalog.documents.get(scopeOf(collection), version.documentId);
      expect(view).toMatchObject({ title: 'A trial', state: 'processing' });
    });

    it('keep showing the live version while a newer one is being made', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, {
        slot: 's',
        paragraphs: ['A'],
        metadata: { title: 'First' },
      });
      const run = await acceptRun(world(), collection, { slot: 's', bytes: 'B' });
      const next = await openVersion(world(), run);
      await makeVersion(world(), run, next, { paragraphs: ['B'], metadata: { title: 'Second' } });
      expect(await documents.get(scopeOf(collection), version.documentId)).toMatchObject({
        title: 'First',
        state: 'published',
        version: { number: 1 },
      });
      expect(await documents.sourceObject(scopeOf(collection), version.documentId)).toEqual(run.object);
    });

    it('show the ledger of the live version, of the newest, or of one by its id', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const make = async (bytes: string, outcome: 'native' | 'failed') => {
        const run = await acceptRun(world(), collection, { slot: 's', bytes });
        const version = await openVersion(world(), run, { pageCount: 1 });
        await makeVersion(world(), run, version, { paragraphs: [bytes] });
        await catalog.versions.recordPages(version.versionId, [page(1, outcome)]);
        await publish(world(), run, [version.versionId]);
        return version;
      };
      const first = await make('A', 'failed');
      const ledger = async (version?: LedgerVersion) => {
        const found = await catalog.documents.pages(scope, first.documentId, version);
        return found && [found.versionId, ...found.pages.map(({ outcome }) => outcome)];
      };
      expect(await ledger()).toEqual([first.versionId, 'failed']);
      const live = await make('B', 'native');
      const newest = await make('C', 'failed');
      expect(await ledger()).toEqual([live.versionId, 'native']);
      expect(await ledger('newest')).toEqual([newest.versionId, 'failed']);
      expect(await ledger(first)).toEqual([first.versionId, 'failed']);
      expect(await ledger({ versionId: randomUUID() })).toBeNull();
      expect(await ledger({ versionId: 'yesterday' })).toBeNull();
      const other = await ingest(world(), collection, { slot: 'other', paragraphs: ['D'] });
      expect(await ledger(other.version)).toBeNull();
    });

    it('give the text of versions that were published, by id, by number, or the one before', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const first = await ingest(world(), collection, { slot: 's', paragraphs: ['A', 'B'] });
      const { documentId } = first.version;
      const failing = await acceptRun(world(), collection, { slot: 's', bytes: 'never published' });
      const failed = await openVersion(world(), failing);
      await catalog.versions.fail([{ versionId: failed.versionId, code: 'NO_TEXT_FOUND' }]);
      const live = await ingest(world(), collection, { slot: 's', paragraphs: ['C'] });
      const told = async (choice: VersionChoice, by = scope) => {
        const found = await catalog.documents.versionText(by, documentId, choice);
        return found && [found.number, found.text];
      };
      expect(await told('live')).toEqual([3, 'C']);
      expect(await told({ before: 3 })).toEqual([1, 'A\n\nB']);
      expect(await told({ number: 1 })).toEqual([1, 'A\n\nB']);
      expect(await told({ versionId: live.version.versionId })).toEqual([3, 'C']);
      for (const none of [
        { before: 1 },
        { number: 2 },
        { versionId: failed.versionId },
        { versionId: randomUUID() },
        { versionId: 'yesterday' },
      ]) {
        expect(await told(none)).toBeNull();
      }
      const whole = await catalog.documents.versionText(scope, documentId, { number: 1 });
      expect(whole?.places.map(({ start, end }) => whole.text?.slice(start, end))).toEqual(['A', 'B']);
      expect(whole).toMatchObject({ versionId: first.version.versionId, language: 'en', containsPhi: false });

      const elsewhere = scopeOf(await newCollection(world()));
      expect(await told('live', elsewhere)).toBeNull();
      await catalog.documents.delete(scope, documentId, 'key-1');
      expect(await told('live')).toBeNull();
      expect(await told({ number: 1 })).toBeNull();
    });

    it('give no former text to those who may not see what it was published for', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const strict = await ingest(world(), collection, {
        slot: 's',
        paragraphs: ['for staff'],
        upload: { custom: { safetyLevel: 'clinical_staff_only' } },
      });
      await ingest(world(), collection, { slot: 's', paragraphs: ['for all'] });
      const text = (level: SafetyLevel) =>
        catalog.documents.versionText(scopeOf(collection, level), strict.version.documentId, { number: 1 });
      expect(await text('public')).toBeNull();
      expect(await text('clinical_staff_only')).toMatchObject({ text: 'for staff' });
    });

    it('have the level they ask for, or their collection’s', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { safetyLevel: 'resident_accessible' });
      const plain = await ingest(world(), collection, { paragraphs: ['A'] });
      const asked = await ingest(world(), collection, {
        paragraphs: ['B'],
        upload: { custom: { safetyLevel: 'clinical_staff_only' } },
      });
      const visible = async (level: Parameters<typeof scopeOf>[1]) =>
        (await catalog.documents.list(scopeOf(collection, level), { limit: 10 })).map((view) => view.documentId);
      expect(await visible('public')).toEqual([]);
      expect(await visible('healthcare_provider')).toEqual([plain.version.documentId]);
      expect(await visible('clinical_staff_only')).toHaveLength(2);
      for (const read of ['get', 'liveText', 'pages', 'chunks', 'sourceObject'] as const) {
        expect(
          await catalog.documents[read](scopeOf(collection, 'healthcare_provider'), asked.version.documentId),
        ).toBeNull();
      }
      await catalog.collections.update(scopeOf(collection), collection.name, { safetyLevel: 'public' }, 'key-1');
      expect(await visible('public')).toEqual([plain.version.documentId]);
    });

    it('list newest first, a page at a time, by collection and external id', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const other = await newCollection(world(), {}, collection.organizationId);
      const made: string[] = [];
      for (const [at, slot] of [
        [collection, 'a'],
        [collection, 'b'],
        [other, 'a'],
      ] as const) {
        made.unshift((await ingest(world(), at, { slot, paragraphs: [slot] })).version.documentId);
      }
      const ids = async (options: Parameters<typeof documents.list>[1]) =>
        (await documents.list(scopeOf(collection), options)).map((view) => view.documentId);
      expect(await ids({ limit: 10 })).toEqual(made);
      expect(await ids({ limit: 1, after: made[0] ?? '' })).toEqual([made[1]]);
      expect(await ids({ limit: 10, collectionId: collection.collectionId })).toEqual(made.slice(1));
      expect(await ids({ limit: 10, externalId: 'a.md' })).toEqual([made[0], made[2]]);
      expect(await ids({ limit: 10, collectionId: 'no uuid' })).toEqual([]);
    });

    it('are invisible to others', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, { paragraphs: ['A'] });
      const chunks = await documents.chunks(scopeOf(collection), version.documentId);
      const chunkIds = chunks?.map((chunk) => chunk.chunkId) ?? [];
      expect(chunkIds).toHaveLength(1);
      for (const scope of [scopeOf(await newCollection(world())), { ...scopeOf(collection), collections: [] }]) {
        for (const read of ['get', 'liveText', 'pages', 'chunks', 'sourceObject'] as const) {
          expect(await documents[read](scope, version.documentId)).toBeNull();
        }
        expect(await documents.list(scope, { limit: 10 })).toEqual([]);
        expect(await documents.liveChunks(scope, chunkIds)).toEqual([]);
      }
      expect(await documents.get(scopeOf(collection), randomUUID())).toBeNull();
    });

    it('give chunks of the live version a page at a time', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A', 'B', 'C'] });
      const { documentId, versionId } = version;
      const page = async (limit: number, after?: { versionId: string; ordinal: number }) =>
        (await documents.chunks(scope, documentId, { limit, ...(after ? { after } : {}) }))?.map(({ text }) => text);
      expect(await page(2)).toEqual(['A', 'B']);
      expect(await page(2, { versionId, ordinal: 1 })).toEqual(['C']);
      expect(await page(2, { versionId, ordinal: 2 })).toEqual([]);
      expect(await page(2, { versionId: randomUUID(), ordinal: 0 })).toEqual([]);
      await ingest(world(), collection, { slot: 's', paragraphs: ['A', 'B', 'D'] });
      expect(await page(2, { versionId, ordinal: 1 })).toEqual([]);
      expect(await documents.chunks(scope, randomUUID(), { limit: 2 })).toBeNull();
    });

    it('give chunks in the order asked, those that are live', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world(), { reviewCycleDays: 365 });
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A', 'B', 'C'] });
      const ids =
        (await documents.chunks(scopeOf(collection), version.documentId))?.map((chunk) => chunk.chunkId) ?? [];
      const [a, b, c] = ids;
      const asked = [c, randomUUID(), a, 'no uuid', b].filter((id) => id !== undefined);
      const texts = async () => (await documents.liveChunks(scopeOf(collection), asked)).map((chunk) => chunk.text);
      expect(await texts()).toEqual(['C', 'A', 'B']);
      expect(await documents.liveChunks(scopeOf(collection), [])).toEqual([]);
      const [current] = await documents.liveChunks(scopeOf(collection), asked);
      expect(current).toMatchObject({ reviewStatus: 'current', collection: collection.name, externalId: 's.md' });
      await ingest(world(), collection, { slot: 's', paragraphs: ['C'] });
      expect(await texts()).toEqual(['C']);
    });

    it('are due for review when their time has passed', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world(), { reviewCycleDays: 30 });
      const { version } = await ingest(world(), collection, { paragraphs: ['A'] });
      const ageing = `update knowledge.versions set published_at = now() - interval '31 days' where version_id = $1`;
      await pastTheGuards(pool, (client) => client.query(ageing, [version.versionId]));
      expect(await catalog.documents.chunks(scopeOf(collection), version.documentId)).toMatchObject([
        { reviewStatus: 'due' },
      ]);
      await catalog.collections.update(scopeOf(collection), collection.name, { reviewCycleDays: null }, 'key-1');
      const [chunk] = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
      expect(chunk?.reviewStatus).toBe('not_scheduled');
    });

    it('are no longer due once somebody has looked them over, until the cycle is over again', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world(), { reviewCycleDays: 30 });
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { paragraphs: ['A'] });
      const { version: fresh } = await ingest(world(), collection, { paragraphs: ['B'] });
      const { documentId } = version;
      const ageing = `update knowledge.versions set published_at = now() - interval '31 days' where version_id = $1`;
      await pastTheGuards(pool, (client) => client.query(ageing, [version.versionId]));
      const due = async () =>
        (await catalog.documents.list(scope, { limit: 9, reviewStatus: 'due' })).map((view) => view.documentId);
      expect(await due()).toEqual([documentId]);
      const before = await catalog.collections.byName(scope, collection.name);

      const confirmed = await catalog.documents.confirm(scope, documentId, 'key-1');
      expect(confirmed).toMatchObject({ documentId, versionId: version.versionId });
      const { confirmedAt, reviewDueAt } = confirmed ?? {};
      expect((reviewDueAt?.getTime() ?? 0) - (confirmedAt?.getTime() ?? 0)).toBe(30 * 86_400_000);
      expect(await due()).toEqual([]);
      expect(await catalog.documents.get(scope, documentId)).toMatchObject({ reviewStatus: 'current', reviewDueAt });
      expect(await catalog.documents.chunks(scope, documentId)).toMatchObject([{ reviewStatus: 'current' }]);
      // Answers that say "due" are in no cache any more.
      const after = await catalog.collections.byName(scope, collection.name);
      expect(after?.publicationEpoch).toBe((before?.publicationEpoch ?? 0) + 1);
      const entry = (await catalog.audit.list(collection.organizationId, { limit: 99 })).at(-1);
      expect(entry).toMatchObject({ actor: 'key-1', action: 'document.confirmed', subject: documentId });

      const ageingAgain = `update knowledge.documents set confirmed_at = now() - interval '31 days' where document_id = $1`;
      await pastTheGuards(pool, (client) => client.query(ageingAgain, [documentId]));
      expect(await due()).toEqual([documentId]);
      expect(await catalog.documents.list(scope, { limit: 9, reviewStatus: 'current' })).toMatchObject([
        { documentId: fresh.documentId },
      ]);
    });

    it('can be confirmed only where something is live and seen', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world(), { safetyLevel: 'healthcare_provider' });
      const { version } = await ingest(world(), collection, { paragraphs: ['A'] });
      const open = await openVersion(world(), await acceptRun(world(), collection, { slot: 'open' }));
      expect(await documents.confirm(scopeOf(collection), open.documentId, 'key-1')).toBeNull();
      expect(await documents.confirm(scopeOf(collection, 'public'), version.documentId, 'key-1')).toBeNull();
      expect(await documents.confirm(scopeOf(collection), randomUUID(), 'key-1')).toBeNull();
      expect(await documents.confirm(scopeOf(collection), version.documentId, 'key-1')).toMatchObject({
        reviewDueAt: null,
      });
      await documents.delete(scopeOf(collection), version.documentId, 'key-1');
      expect(await documents.confirm(scopeOf(collection), version.documentId, 'key-1')).toBeNull();
    });

    it('an upload’s level counts from acceptance on, and the stricter of its own and the collection’s', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { safetyLevel: 'healthcare_provider' });
      const levelOf = async (safetyLevel: SafetyLevel) => {
        const run = await acceptRun(world(), collection, { metadata: { custom: { safetyLevel } } });
        const { documentId } = await openVersion(world(), run);
        // Nothing of it was read yet.
        return { documentId, level: (await catalog.documents.get(scopeOf(collection), documentId))?.safetyLevel };
      };
      const strict = await levelOf('clinical_staff_only');
      expect(strict.level).toBe('clinical_staff_only');
      expect(await catalog.documents.get(scopeOf(collection, 'healthcare_provider'), strict.documentId)).toBeNull();
      const loose = await levelOf('public');
      expect(loose.level).toBe('healthcare_provider');
      expect(await catalog.documents.get(scopeOf(collection, 'resident_accessible'), loose.documentId)).toBeNull();
      expect(await catalog.documents.get(scopeOf(collection, 'healthcare_provider'), loose.documentId)).not.toBeNull();
    });
  });
}
