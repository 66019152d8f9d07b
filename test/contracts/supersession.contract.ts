import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import type { UploadMetadata } from '../../core/ports/run-catalog.js';
import type { DocumentMetadata } from '../../core/contract/reading.js';
import {
  AFTER_ITS_CREATION,
  acceptRun,
  type CatalogUnderTest,
  countsOf,
  findTexts,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
  nearestInScope,
} from './catalog-world.js';

/** Far enough away that no test outlives it. */
const TO_COME = '2999-03-01';
const TODAY = '2026-06-01';

/** Which guideline is in force on which day. External ids are `<slot>.md`; every text holds the word "dose". */
export function supersessionContract(world: () => CatalogUnderTest): void {
  const bring = (collection: Collection, slot: string, metadata: DocumentMetadata = {}, text = `${slot} dose`) =>
    ingest(world(), collection, { slot, paragraphs: [text], metadata });

  const found = async (collection: Collection, on = TODAY, withSuperseded = false) =>
    (await findTexts(world(), scopeOf(collection), 'dose', { inForce: { on, withSuperseded } })).sort();

  const view = async (collection: Collection, documentId: string) => {
    const shown = await world().catalog.documents.get(scopeOf(collection), documentId);
    if (!shown) throw new Error('no such document');
    return shown;
  };

  const epochs = async (collection: Collection) => {
    const now = await world().catalog.collections.byName(scopeOf(collection), collection.name);
    return [now?.publicationEpoch, now?.withdrawalEpoch];
  };

  /** Two versions that go live in one transaction. */
  async function publishTogether(collection: Collection, named: Readonly<Record<string, DocumentMetadata>>) {
    const made = [];
    for (const [slot, metadata] of Object.entries(named)) {
      const run = await acceptRun(world(), collection, { slot, bytes: JSON.stringify(metadata) });
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: [`${slot} dose`], metadata });
      made.push({ run, ...version });
    }
    const [first] = made;
    if (!first) throw new Error('nothing to publish');
    const states = await publish(
      world(),
      first.run,
      made.map((one) => one.versionId),
    );
    return { made, states };
  }

  describe('supersession', () => {
    it('goes on with the next upload of a document, and the day with it, until one says otherwise or the document is deleted', async () => {
      const collection = await newCollection(world());
      const told = async (metadata: Omit<UploadMetadata, 'custom'>) => {
        const run = await acceptRun(world(), collection, {
          slot: 'sepsis-2025',
          metadata: { ...metadata, custom: {} },
        });
        const { title, supersedes, effectiveFrom } = run.metadata;
        // Only what is there: an absent day is no day.
        const kept = JSON.parse(JSON.stringify({ title, supersedes, effectiveFrom })) as object;
        return { run, kept };
      };
      const first = { supersedes: ['sepsis-2021.md'], effectiveFrom: '2025-06-01' };
      expect((await told({ ...first, title: 'Sepsis' })).kept).toEqual({ ...first, title: 'Sepsis' });
      // Whatever became of the one before, and over several.
      expect((await told({})).kept).toEqual(first);
      expect((await told({ title: 'Sepsis, corrected' })).kept).toEqual({ ...first, title: 'Sepsis, corrected' });
      expect((await told({ effectiveFrom: '2025-07-01' })).kept).toEqual({ ...first, effectiveFrom: '2025-07-01' });
      expect((await told({ supersedes: ['other.md'] })).kept).toEqual({ supersedes: ['other.md'] });
      expect((await told({ supersedes: [] })).kept).toEqual({ supersedes: [] });
      expect((await told({})).kept).toEqual({ supersedes: [] });

      const { run } = await told(first);
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['sepsis dose'], metadata: first });
      await publish(world(), run, [version.versionId]);
      expect((await told({})).kept).toEqual(first);
      await world().catalog.documents.delete(scopeOf(collection), version.documentId, 'key-1');
      expect((await told({})).kept).toEqual({});
    });

    it('joins an upload that says nothing of it to the running one of the same bytes', async () => {
      const collection = await newCollection(world());
      const send = (metadata: UploadMetadata) =>
        acceptRun(world(), collection, { slot: 'sepsis-2025', bytes: 'the same', metadata });
      const first = await send({ supersedes: ['sepsis-2021.md'], custom: {} });
      expect((await send({ custom: {} })).runId).toBe(first.runId);
      expect((await send({ supersedes: [], custom: {} })).runId).not.toBe(first.runId);
    });

    it('takes the older guideline out from the effective date of the newer one on', async () => {
      const collection = await newCollection(world());
      const old = await bring(collection, 'v1', { effectiveFrom: '2024-01-01' });
      const before = await epochs(collection);
      const next = await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: ['v1.md'] });
      expect(await epochs(collection)).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1]);
      expect(await found(collection)).toEqual(['v2 dose']);
      expect(await found(collection, '2023-12-31')).toEqual([]);
      expect(await found(collection, '2024-01-01')).toEqual(['v1 dose']);
      expect(await found(collection, '2025-05-31')).toEqual(['v1 dose']);
      expect(await found(collection, '2025-06-01')).toEqual(['v2 dose']);
      expect(await found(collection, TODAY, true)).toEqual(['v1 dose', 'v2 dose']);
      expect(await found(collection, '2024-12-01', true)).toEqual(['v1 dose']);
      expect(await view(collection, old.version.documentId)).toMatchObject({
        state: 'published',
        effectiveFrom: '2024-01-01',
        supersedes: [],
        superseded: true,
        supersededBy: { documentId: next.version.documentId, from: '2025-06-01' },
      });
      expect(await view(collection, next.version.documentId)).toMatchObject({
        effectiveFrom: '2025-06-01',
        supersedes: ['v1.md'],
        superseded: false,
        supersededBy: null,
      });
      const listed = async (superseded: boolean) => {
        const views = await world().catalog.documents.list(scopeOf(collection), { limit: 9, superseded });
        return views.map(({ documentId }) => documentId);
      };
      expect(await listed(true)).toEqual([old.version.documentId]);
      expect(await listed(false)).toEqual([next.version.documentId]);
    });

    it('stands in the audit log, and so does its end', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const old = await bring(collection, 'v1');
      const next = await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: ['v1.md'] });
      await catalog.documents.delete(scopeOf(collection), next.version.documentId, 'key-1');
      const { documentId: successorId } = next.version;
      expect(await catalog.audit.list(collection.organizationId, AFTER_ITS_CREATION)).toMatchObject([
        {
          actor: 'system',
          action: 'document.superseded',
          subject: old.version.documentId,
          details: { successorId, from: '2025-06-01' },
        },
        { actor: 'key-1', action: 'document.deleted', subject: successorId },
        { actor: 'system', action: 'document.reinstated', subject: old.version.documentId, details: {} },
      ]);
    });

    it('leaves its passages readable by their ids, and says so', async () => {
      const { documents } = world().catalog;
      const collection = await newCollection(world());
      const old = await bring(collection, 'v1');
      const next = await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: ['v1.md'] });
      const scope = scopeOf(collection);
      const [passage] = (await documents.chunks(scope, old.version.documentId)) ?? [];
      const ids = [passage?.chunkId ?? ''];
      const superseded = {
        superseded: true,
        supersededBy: { documentId: next.version.documentId, from: '2025-06-01' },
      };
      expect(await documents.liveChunks(scope, ids)).toMatchObject([superseded]);
    });

    it('is obeyed by the search by vectors', async () => {
      const { catalog, vectorIndex } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const model = { name: 'mini', revision: 'r', dimensions: 4, maxTokens: 64 };
      const { organizationId, collectionId } = collection;
      const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, model);
      await vectorIndex.prepare(spec);
      const vector = Float32Array.from([1, 0, 0, 0]);
      const place = async (documentId: string) => {
        const chunks = (await catalog.documents.chunks(scope, documentId)) ?? [];
        await vectorIndex.insert(
          spec,
          chunks.map(({ chunkId }) => ({ chunkId, documentId, vector })),
        );
        return chunks.map(({ chunkId }) => chunkId);
      };
      const old = await place((await bring(collection, 'v1')).version.documentId);
      const next = await place(
        (await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: ['v1.md'] })).version.documentId,
      );
      const nearest = async (filter: SearchFilter) =>
        (await nearestInScope(world(), { scope, filter, specs: [spec], vector, k: 10 }))
          .map(({ chunkId }) => chunkId)
          .sort();
      expect(await nearest({ inForce: { on: TODAY, withSuperseded: false } })).toEqual(next);
      expect(await nearest({ inForce: { on: '2025-05-31', withSuperseded: false } })).toEqual(old);
      expect(await nearest({ inForce: { on: TODAY, withSuperseded: true } })).toEqual([...old, ...next].sort());
      expect(await nearest({ languages: ['en'], inForce: { on: TODAY, withSuperseded: false } })).toEqual(next);
    });

    it('waits for a date that is to come', async () => {
      const collection = await newCollection(world());
      const old = await bring(collection, 'v1');
      const next = await bring(collection, 'v2', { effectiveFrom: TO_COME, supersedes: ['v1.md'] });
      expect(await found(collection)).toEqual(['v1 dose']);
      expect(await found(collection, TO_COME)).toEqual(['v2 dose']);
      expect(await view(collection, old.version.documentId)).toMatchObject({
        superseded: false,
        supersededBy: { documentId: next.version.documentId, from: TO_COME },
      });
    });

    it('without an effective date counts from the publication, or from the day it came in', async () => {
      const collection = await newCollection(world());
      await bring(collection, 'v1');
      await bring(collection, 'v2', { publishedOn: '2025-03', supersedes: ['v1.md'] });
      expect(await found(collection, '2025-02-28')).toEqual(['v1 dose']);
      expect(await found(collection, '2025-03-01')).toEqual(['v2 dose']);
      await bring(collection, 'w1', { title: 'Another' });
      await bring(collection, 'w2', { publishedOn: '2025-99-99', supersedes: ['w1.md'] });
      expect(await found(collection, '2025-02-28')).toEqual(['v1 dose', 'w1 dose']);
      expect(await found(collection, TO_COME)).toEqual(['v2 dose', 'w2 dose']);
    });

    it('finds what it names by document id too, and only in its collection', async () => {
      const collection = await newCollection(world());
      const other = await newCollection(world(), {}, collection.organizationId);
      const old = await bring(collection, 'v1');
      const elsewhere = await bring(other, 'v1');
      const names = [old.version.documentId, elsewhere.version.documentId];
      await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: names });
      const whole = await findTexts(world(), scopeOf(collection), 'dose', {
        inForce: { on: TODAY, withSuperseded: false },
      });
      expect(whole.sort()).toEqual(['v1 dose', 'v2 dose']);
      expect(await view(other, elsewhere.version.documentId)).toMatchObject({ supersededBy: null });
      expect(await view(collection, old.version.documentId)).toMatchObject({ superseded: true });
    });

    it('takes effect when what it names arrives later, in the same transaction', async () => {
      const collection = await newCollection(world());
      await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes: ['v1.md', 'never.md'] });
      expect(await found(collection)).toEqual(['v2 dose']);
      const old = await bring(collection, 'v1', { effectiveFrom: '2024-01-01' });
      expect(old.state).toBe('published');
      expect(await found(collection)).toEqual(['v2 dose']);
      expect(await found(collection, '2024-06-01')).toEqual(['v1 dose']);
    });

    it('ends with the successor, and comes back with it', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await bring(collection, 'v1');
      const supersedes = ['v1.md'];
      const next = await bring(collection, 'v2', { effectiveFrom: '2025-06-01', supersedes });
      await catalog.documents.delete(scopeOf(collection), next.version.documentId, 'key-1');
      expect(await found(collection)).toEqual(['v1 dose']);
      await bring(collection, 'v2', { effectiveFrom: '2025-07-01', supersedes });
      expect(await found(collection)).toEqual(['v2 dose']);
      expect(await found(collection, '2025-06-15')).toEqual(['v1 dose']);
      // A later edition of the same document that no longer says so.
      await bring(collection, 'v2', { effectiveFrom: '2025-07-01' }, 'v2 dose again');
      expect(await found(collection)).toEqual(['v1 dose', 'v2 dose again']);
    });

    it('goes on when a document in the middle is deleted', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await bring(collection, 'v1');
      const second = await bring(collection, 'v2', { effectiveFrom: '2024-01-01', supersedes: ['v1.md'] });
      const third = await bring(collection, 'v3', { effectiveFrom: '2025-01-01', supersedes: ['v2.md'] });
      expect(await found(collection)).toEqual(['v3 dose']);
      await catalog.documents.delete(scopeOf(collection), second.version.documentId, 'key-1');
      expect(await found(collection)).toEqual(['v3 dose']);
      await catalog.documents.delete(scopeOf(collection), third.version.documentId, 'key-1');
      expect(await found(collection)).toEqual(['v1 dose']);
    });

    it('is by the first of several successors', async () => {
      const collection = await newCollection(world());
      const old = await bring(collection, 'v1');
      await bring(collection, 'late', { effectiveFrom: '2025-06-01', supersedes: ['v1.md'] });
      const early = await bring(collection, 'early', { effectiveFrom: '2025-01-01', supersedes: ['v1.md'] });
      expect(await view(collection, old.version.documentId)).toMatchObject({
        supersededBy: { documentId: early.version.documentId, from: '2025-01-01' },
      });
    });

    it('that closes a circle is refused, and leaves everything as it was', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const first = await bring(collection, 'a', { effectiveFrom: '2024-01-01', supersedes: ['b.md'] });
      const second = await bring(collection, 'b', { effectiveFrom: '2025-01-01', supersedes: ['c.md'] });
      const third = await bring(collection, 'c', { effectiveFrom: '2026-01-01', supersedes: ['a.md'] });
      expect([first.state, second.state, third.state]).toEqual(['published', 'published', 'failed']);
      expect(await countsOf(catalog, third.run.runId)).toMatchObject({ failed: 1, failure: 'SUPERSESSION_CIRCULAR' });
      expect(await found(collection, '2026-06-01')).toEqual(['a dose']);
      const own = await bring(collection, 'd', { supersedes: ['d.md'] });
      expect(own.state).toBe('failed');
      // Its live version stays, and so does what that one takes the place of.
      await bring(collection, 'e', { effectiveFrom: '2024-01-01' });
      await bring(collection, 'f', { effectiveFrom: '2024-02-01', supersedes: ['e.md'] });
      const again = await bring(
        collection,
        'f',
        { effectiveFrom: '2024-02-01', supersedes: ['e.md', 'f.md'] },
        'x dose',
      );
      expect(again.state).toBe('failed');
      expect(await found(collection)).toEqual(['a dose', 'f dose']);
    });

    it('of two in one transaction that name each other lets the one accepted first go live', async () => {
      const collection = await newCollection(world());
      const { states } = await publishTogether(collection, {
        a: { effectiveFrom: '2024-01-01', supersedes: ['b.md'] },
        b: { effectiveFrom: '2024-01-01', supersedes: ['a.md'] },
      });
      expect(states).toEqual(['published', 'failed']);
      expect(await found(collection)).toEqual(['a dose']);
    });

    it('is no circle by way of a document that is deleted', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await bring(collection, 'b');
      const first = await bring(collection, 'a', { effectiveFrom: '2024-01-01', supersedes: ['b.md'] });
      await catalog.documents.delete(scopeOf(collection), first.version.documentId, 'key-1');
      const second = await bring(collection, 'b', { effectiveFrom: '2024-01-01', supersedes: ['a.md'] }, 'b dose now');
      expect(second.state).toBe('published');
      expect(await found(collection)).toEqual(['b dose now']);
    });

    it('of a batch takes effect whole, and again changes nothing', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { made, states } = await publishTogether(collection, {
        v1: { effectiveFrom: '2024-01-01' },
        v2: { effectiveFrom: '2025-01-01', supersedes: ['v1.md'] },
        v3: { effectiveFrom: '2025-06-01', supersedes: ['v2.md'] },
      });
      expect(states).toEqual(['published', 'published', 'published']);
      expect(await found(collection)).toEqual(['v3 dose']);
      expect(await found(collection, '2025-02-01')).toEqual(['v2 dose']);
      const before = await epochs(collection);
      const run = made[0]?.run;
      if (!run) throw new Error('no run');
      const versionIds = made.map((one) => one.versionId);
      expect(await publish(world(), run, versionIds)).toEqual(['published', 'published', 'published']);
      expect(await epochs(collection)).toEqual(before);
      // What is superseded stays live, so it counts in the statistics: an answer of a former day is scored by them too.
      expect(await catalog.collections.list(scopeOf(collection))).toMatchObject([{ documents: 3, chunks: 3 }]);
    });

    it('of a held version says nothing', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await bring(collection, 'v1');
      const run = await acceptRun(world(), collection, { slot: 'v2' });
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['v2 dose'], metadata: { supersedes: ['v1.md'] } });
      await catalog.versions.hold([
        { versionId: version.versionId, reading: { key: 'held/x', sha256: 'a'.repeat(64), sizeBytes: 1 } },
      ]);
      expect(await view(collection, version.documentId)).toMatchObject({ supersedes: [], effectiveFrom: null });
      expect(await found(collection)).toEqual(['v1 dose']);
    });
  });
}
