import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import {
  acceptRun,
  type CatalogUnderTest,
  findTexts,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
  publish,
  scopeOf,
  searchWords,
} from './catalog-world.js';

/** What is live, and when: the promises of DESIGN §4.7. */
export function publicationContract(world: () => CatalogUnderTest): void {
  /** A version of the slot, ready to go live. */
  async function ready(collection: Collection, slot: string, text: string) {
    const run = await acceptRun(world(), collection, { slot, bytes: text });
    const version = await openVersion(world(), run);
    if (version.outcome === 'open') await makeVersion(world(), run, version, { paragraphs: [text] });
    return { run, version, versionId: version.versionId, documentId: version.documentId };
  }

  const liveText = (collection: Collection, documentId: string) =>
    world().catalog.documents.liveText(scopeOf(collection), documentId);

  /** The kept figures of BM25 against a count of what is live. */
  async function expectExactStatistics(collection: Collection): Promise<void> {
    const kept = await world().pool.query(
      `select live_documents, live_chunks, live_terms,
         (select coalesce(sum(document_frequency), 0) from knowledge.lexical_terms t where t.collection_id = k.collection_id) as df
       from knowledge.collections k where collection_id = $1`,
      [collection.collectionId],
    );
    const counted = await world().pool.query(
      `select count(distinct d.document_id) as live_documents, count(c.chunk_no) as live_chunks,
         coalesce(sum(c.term_count), 0) as live_terms, coalesce(sum(cardinality(c.words)), 0) as df
       from knowledge.documents d
       left join knowledge.version_chunks vc on vc.version_id = d.live_version_id
       left join knowledge.chunks c using (chunk_no)
       where d.collection_id = $1 and d.live_version_id is not null`,
      [collection.collectionId],
    );
    expect(kept.rows[0]).toEqual(counted.rows[0]);
  }

  describe('publication', () => {
    it('replaces a version by the next one, whole', async () => {
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['aspirin daily', 'rest'] });
      await ingest(world(), collection, { slot: 's', paragraphs: ['ibuprofen daily', 'rest'] });
      const scope = scopeOf(collection);
      expect(await findTexts(world(), scope, 'aspirin')).toEqual([]);
      expect(await findTexts(world(), scope, 'ibuprofen')).toEqual(['ibuprofen daily']);
      const view = await world().catalog.documents.get(scope, version.documentId);
      expect(view).toMatchObject({ state: 'published', version: { number: 2, partial: false } });
      expect(await world().catalog.collections.byName(scope, collection.name)).toMatchObject({ publicationEpoch: 2 });
      await expectExactStatistics(collection);
    });

    it('happens once: again it answers the same and counts nothing twice', async () => {
      const collection = await newCollection(world());
      const { run, versionId } = await ready(collection, 's', 'aspirin');
      const answers = await Promise.all([1, 2, 3].map(() => publish(world(), run, [versionId, versionId])));
      for (const answer of answers) expect(answer).toEqual(['published']);
      expect(await world().catalog.collections.list(scopeOf(collection))).toMatchObject([
        { chunks: 1, publicationEpoch: 1 },
      ]);
      await expectExactStatistics(collection);
    });

    it.each([
      ['the older first', [0, 1], ['published', 'published']],
      ['the newer first', [1, 0], ['published', 'superseded']],
    ] as const)('of two versions, %s, leaves the newer live', async (_name, order, states) => {
      const collection = await newCollection(world());
      const versions = [await ready(collection, 's', 'old'), await ready(collection, 's', 'new')];
      const answers = [];
      for (const at of order) {
        const version = versions[at];
        if (version) answers.push(...(await publish(world(), version.run, [version.versionId])));
      }
      expect(answers).toEqual(states);
      expect(await liveText(collection, versions[0]?.documentId ?? '')).toBe('new');
      await expectExactStatistics(collection);
    });

    it('of two versions at once leaves the newer live, each time', async () => {
      const collection = await newCollection(world());
      for (let round = 0; round < 10; round++) {
        const [old, young] = [await ready(collection, `r${round}`, 'old'), await ready(collection, `r${round}`, 'new')];
        const both = round % 2 === 0 ? [old, young] : [young, old];
        await Promise.all(both.map(({ run, versionId }) => publish(world(), run, [versionId])));
        expect(await liveText(collection, old.documentId)).toBe('new');
      }
      await expectExactStatistics(collection);
    });

    it('of A, B, A uploaded in a row ends with A, in any order of finishing', async () => {
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [2, 0, 1],
      ]) {
        const collection = await newCollection(world());
        const versions: Awaited<ReturnType<typeof ready>>[] = [];
        for (const text of ['A', 'B', 'A']) versions.push(await ready(collection, 's', text));
        const accepted = order.flatMap((at) => versions[at] ?? []);
        await Promise.all(accepted.map((version) => publish(world(), version.run, [version.versionId])));
        expect(await liveText(collection, versions[0]?.documentId ?? '')).toBe('A');
        await expectExactStatistics(collection);
      }
    });

    it('of B loses to a later upload of the A that is live', async () => {
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      const run = await acceptRun(world(), collection, { slot: 's', bytes: 'B' });
      const b = await openVersion(world(), run);
      await makeVersion(world(), run, b, { paragraphs: ['B'] });
      expect((await ingest(world(), collection, { slot: 's', paragraphs: ['A'] })).state).toBe('unchanged');
      expect(await publish(world(), run, [b.versionId])).toEqual(['superseded']);
      expect(await liveText(collection, version.documentId)).toBe('A');
    });

    it('of a batch is seen whole or not at all', async () => {
      const collection = await newCollection(world());
      const { catalog } = world();
      const run = await acceptRun(world(), collection);
      const items = Array.from({ length: 30 }, (_, recordIndex) => ({
        externalId: `r${recordIndex}`,
        fingerprint: 'f',
        recordIndex,
        pageCount: 0,
      }));
      const opened = await catalog.versions.open({ organizationId: run.organizationId, runId: run.runId, items });
      for (const version of opened) await makeVersion(world(), run, version, { paragraphs: ['metformin twice daily'] });
      let publishing = true;
      const seen = new Set<number>();
      const watching = (async () => {
        while (publishing) {
          const hits = await searchWords(catalog, scopeOf(collection), 'metformin', {}, 100);
          const { rows } = await world().pool.query<{ live: number }>(
            'select count(*)::int as live from knowledge.documents where collection_id = $1 and live_version_id is not null',
            [collection.collectionId],
          );
          seen.add(hits.length).add(rows[0]?.live ?? -1);
        }
      })();
      const states = await publish(
        world(),
        run,
        opened.map((version) => version.versionId),
      );
      publishing = false;
      await watching;
      expect(new Set(states)).toEqual(new Set(['published']));
      expect([...seen].filter((count) => count !== 0 && count !== 30)).toEqual([]);
      expect(await searchWords(catalog, scopeOf(collection), 'metformin', {}, 100)).toHaveLength(30);
    });

    it('of a batch publishes the good and names the others', async () => {
      const collection = await newCollection(world());
      const { catalog } = world();
      const good = await ready(collection, 'good', 'good');
      const late = await ready(collection, 'late', 'old');
      const newer = await ready(collection, 'late', 'new');
      const failed = await acceptRun(world(), collection);
      const broken = await openVersion(world(), failed, { pageCount: 1 });
      await makeVersion(world(), failed, broken, { paragraphs: ['broken'] });
      await catalog.versions.recordPages(broken.versionId, [page(1, 'failed')]);
      const ids = [late, broken, good, newer].map((version) => version.versionId);
      expect(await publish(world(), good.run, ids)).toEqual([
        'superseded',
        'needs_attention',
        'published',
        'published',
      ]);
      expect(await liveText(collection, newer.documentId)).toBe('new');
      await expectExactStatistics(collection);
    });

    it('of many documents by many at once keeps the statistics exact', async () => {
      const collection = await newCollection(world());
      const publishOne = async (at: number) => {
        const words = ['aspirin', 'beta', 'gamma', 'delta'].filter((_word, bit) => (at >> bit) & 1);
        await ingest(world(), collection, {
          slot: `s${at % 7}`,
          paragraphs: [`dose ${at}`, `${words.join(' ')} dose`],
        });
      };
      await Promise.all(Array.from({ length: 28 }, (_, at) => publishOne(at)));
      await expectExactStatistics(collection);
      expect(await world().catalog.collections.list(scopeOf(collection))).toMatchObject([{ documents: 7, chunks: 14 }]);
    });
  });

  describe('deletion', () => {
    it('withdraws at once, and twice gives the first receipt; each is in the audit log', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { paragraphs: ['aspirin'] });
      const receipts = await Promise.all(
        [1, 2, 3].map(() => catalog.documents.delete(scope, version.documentId, 'key-1')),
      );
      expect(receipts[0]).toMatchObject({ documentId: version.documentId, withdrawnVersions: 1 });
      expect(receipts[1]).toEqual(receipts[0]);
      expect(receipts[2]).toEqual(receipts[0]);
      expect(await findTexts(world(), scope, 'aspirin')).toEqual([]);
      expect(await catalog.documents.get(scope, version.documentId)).toMatchObject({ state: 'deleted' });
      for (const read of ['liveText', 'chunks', 'pages', 'sourceObject'] as const) {
        expect(await catalog.documents[read](scope, version.documentId)).toBeNull();
      }
      expect(await catalog.documents.list(scope, { limit: 10 })).toEqual([]);
      expect(await catalog.collections.byName(scope, collection.name)).toMatchObject({ withdrawalEpoch: 1 });
      const entries = await catalog.audit.list(collection.organizationId, { limit: 10 });
      expect(entries.filter(({ subject }) => subject === version.documentId)).toMatchObject([
        { actor: 'key-1', action: 'document.deleted', details: { withdrawnVersions: 1 } },
        { actor: 'key-1', action: 'document.deleted', details: { withdrawnVersions: 0 } },
        { actor: 'key-1', action: 'document.deleted', details: { withdrawnVersions: 0 } },
      ]);
      await expectExactStatistics(collection);
    });

    it('beats every version accepted before it, and none accepted after', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      const before = await ready(collection, 's', 'B');
      const acceptedOnly = await acceptRun(world(), collection, { slot: 's', bytes: 'C' });
      await catalog.documents.delete(scope, version.documentId, 'tester');
      const openedLate = await openVersion(world(), acceptedOnly);
      await makeVersion(world(), acceptedOnly, openedLate, { paragraphs: ['C'] });
      expect(await publish(world(), before.run, [before.versionId])).toEqual(['superseded']);
      expect(await publish(world(), acceptedOnly, [openedLate.versionId])).toEqual(['superseded']);
      expect(await liveText(collection, version.documentId)).toBeNull();

      const after = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      expect(after).toMatchObject({ state: 'published', version: { documentId: version.documentId, outcome: 'open' } });
      expect(await catalog.documents.get(scope, version.documentId)).toMatchObject({ state: 'published' });
      await expectExactStatistics(collection);
    });

    it('at the moment of publication ends in one of the two, never between', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      for (let round = 0; round < 10; round++) {
        const { version } = await ingest(world(), collection, { slot: `r${round}`, paragraphs: ['first'] });
        const next = await ready(collection, `r${round}`, 'second');
        await Promise.all([
          publish(world(), next.run, [next.versionId]),
          catalog.documents.delete(scope, version.documentId, 'tester'),
        ]);
        expect(await liveText(collection, version.documentId)).toBeNull();
      }
      expect(await catalog.collections.list(scope)).toMatchObject([{ documents: 0, chunks: 0 }]);
      await expectExactStatistics(collection);
    });

    it('again, after an upload that is still on its way, beats that one too', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      const first = await catalog.documents.delete(scopeOf(collection), version.documentId, 'tester');
      const next = await ready(collection, 's', 'B');
      const second = await catalog.documents.delete(scopeOf(collection), version.documentId, 'tester');
      expect(second?.deletedAt.getTime()).toBeGreaterThanOrEqual(first?.deletedAt.getTime() ?? Infinity);
      expect(second?.withdrawnVersions).toBe(0);
      expect(await publish(world(), next.run, [next.versionId])).toEqual(['superseded']);
    });

    it('again, after an upload that still waits for its turn, beats that one too', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const { version } = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      await catalog.documents.delete(scope, version.documentId, 'tester');
      const queued = await acceptRun(world(), collection, { slot: 's', bytes: 'B' });
      await catalog.documents.delete(scope, version.documentId, 'tester');
      const opened = await openVersion(world(), queued);
      await makeVersion(world(), queued, opened, { paragraphs: ['B'] });
      expect(await publish(world(), queued, [opened.versionId])).toEqual(['superseded']);
      expect(await liveText(collection, version.documentId)).toBeNull();
      // An upload after it comes in as ever.
      const after = await ingest(world(), collection, { slot: 's', paragraphs: ['C'] });
      expect(after.state).toBe('published');
      expect(await liveText(collection, version.documentId)).toBe('C');
    });

    it('reaches only what is in scope', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { safetyLevel: 'clinical_staff_only' });
      const { version } = await ingest(world(), collection, { paragraphs: ['A'] });
      const stranger = scopeOf(await newCollection(world()));
      for (const scope of [stranger, { ...scopeOf(collection), collections: [] }, scopeOf(collection, 'public')]) {
        expect(await catalog.documents.delete(scope, version.documentId, 'tester')).toBeNull();
      }
      expect(await catalog.documents.delete(scopeOf(collection), 'no uuid', 'tester')).toBeNull();
      expect(await liveText(collection, version.documentId)).toBe('A');
    });
  });
}
