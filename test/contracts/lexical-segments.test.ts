import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import { Database } from '../../infra/postgres/database.js';
import { PgLexicalIndex } from '../../infra/postgres/lexical/pg-lexical-index.js';
import { MemoryObjectStore } from '../fakes/memory-object-store.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';
import { eraseDue } from './erasure-world.js';

/** Numbers from 0 to 1 that look random and are the same in every run (Park & Miller 1988). */
function madeNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const VOCABULARY = 400;
const WORDS = Array.from({ length: VOCABULARY }, (_, at) => `qz${[...at.toString(5)].map((digit) => 'kvxwj'[Number(digit)]).join('')}`); // prettier-ignore
/** Few words are in most passages, most words in few. */
const madeWord = (next: () => number) => WORDS[Math.floor(VOCABULARY ** next()) - 1] ?? '';
const madeTexts = (next: () => number, count: number) =>
  Array.from({ length: count }, (_, at) =>
    [
      ...Array.from({ length: 5 + Math.floor(20 * next()) }, () => madeWord(next)),
      `p${at}n${Math.floor(1e6 * next())}`,
    ].join(' '),
  );

interface Known {
  readonly collection: Collection;
  readonly slot: string;
  readonly documentId: string;
  paragraphs: readonly string[];
  readonly holdsPhi: boolean;
  readonly safetyLevel: 'public' | 'healthcare_provider';
  isLive: boolean;
}

/** BM25 as the port states it, word by word over everything that is live: k1 1.2, b 0.75, Lucene's IDF. */
function expectedTopTen(known: readonly Known[], question: string, scope: AccessScope, filter: SearchFilter) {
  const inScope = known.filter(
    ({ collection, isLive }) =>
      isLive &&
      collection.organizationId === scope.organizationId &&
      (scope.collections === 'all' || scope.collections.includes(collection.collectionId)),
  );
  const chunks = inScope.flatMap((document) =>
    document.paragraphs.map((text) => ({ document, text, words: text.split(' ') })),
  );
  const mean = chunks.reduce((sum, { words }) => sum + words.length, 0) / chunks.length;
  const idfs = [...new Set(question.split(' '))].map((term) => {
    const df = chunks.filter(({ words }) => words.includes(term)).length;
    return { term, idf: df === 0 ? 0 : Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5)) };
  });
  return chunks
    .filter(({ document }) => scope.readsPhi || !document.holdsPhi)
    .filter(({ document }) => scope.safetyLevel !== 'public' || document.safetyLevel === 'public')
    .filter(({ document }) => filter.documentIds?.includes(document.documentId) ?? true)
    .map(({ text, words }) => {
      const score = idfs.reduce((sum, { term, idf }) => {
        const frequency = words.filter((word) => word === term).length;
        return sum + (idf * frequency) / (frequency + 1.2 * (0.25 + (0.75 * words.length) / mean));
      }, 0);
      return { text, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 10);
}

for (const postgres of await eachPostgres(16)) {
  describe.skipIf(postgres.unavailable !== null)(`words in segments on ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    let lexical: PgLexicalIndex;
    beforeAll(async () => {
      database = await postgres.start();
      world = catalogOver(database);
      // Eight chunks a slice, so that merges of what a test can store take many steps.
      lexical = new PgLexicalIndex(new Database(database.pool), undefined, 8);
    });
    afterAll(() => database.close());

    const next = madeNumbers(7);
    const known: Known[] = [];

    async function bring(
      collection: Collection,
      slot: string,
      paragraphs: readonly string[],
      input: Partial<Known> = {},
    ) {
      const { holdsPhi = false, safetyLevel = 'public' } = input;
      const former = known.find((other) => other.collection === collection && other.slot === slot);
      const { version, state } = await ingest(world, collection, {
        ...{ slot, paragraphs, phiStatus: holdsPhi ? ('contains_phi' as const) : ('clear' as const) },
        upload: { custom: { safetyLevel } },
      });
      expect(state).toBe('published');
      if (former) former.paragraphs = paragraphs;
      else
        known.push({
          ...{ collection, slot, paragraphs, holdsPhi, safetyLevel, isLive: true },
          documentId: version.documentId,
        });
    }

    async function remove(document: Known) {
      await world.catalog.documents.delete(scopeOf(document.collection), document.documentId, 'key');
      document.isLive = false;
    }

    /** The ten best of made questions, in every scope, against the reference. */
    async function expectRightAnswers(collections: readonly Collection[]): Promise<void> {
      const [first, second] = collections;
      if (!first || !second) throw new Error('two collections are needed');
      const scopes: AccessScope[] = [
        scopeOf(first),
        { ...scopeOf(first), readsPhi: true },
        scopeOf(first, 'public'),
        { ...scopeOf(first), collections: [second.collectionId] },
      ];
      const some = known.filter(({ collection }) => collection === first).slice(0, 5);
      const filters: SearchFilter[] = [{}, { documentIds: some.map(({ documentId }) => documentId) }];
      for (let at = 0; at < 24; at++) {
        const question = Array.from({ length: 2 + Math.floor(6 * next()) }, () => madeWord(next)).join(' ');
        const scope = scopes[at % scopes.length] ?? scopeOf(first);
        const filter = filters[Math.floor(at / scopes.length) % filters.length] ?? {};
        const hits = await lexical.search(scope, await lexical.analyse(scope, question), filter, 10);
        const expected = expectedTopTen(known, question, scope, filter);
        expect(hits.map(({ score }) => score.toFixed(9))).toEqual(expected.map(({ score }) => score.toFixed(9)));
        const chunks = await world.catalog.documents.liveChunks(
          scope,
          hits.map(({ chunkId }) => chunkId),
        );
        // Of passages with the same score either may come first, and the last may be another one.
        const last = (expected.at(-1)?.score ?? 0) + 1e-9;
        const found = new Set(chunks.map(({ text }) => text));
        expect(expected.filter(({ text, score }) => score > last && !found.has(text))).toEqual([]);
      }
    }

    const segmentsOf = async ({ collectionId }: Collection) => {
      const { rows } = await database.pool.query<{ segments: number }>(
        'select count(*)::int as segments from knowledge.lexical_segments where collection_id = $1',
        [collectionId],
      );
      return rows[0]?.segments ?? 0;
    };

    /** Postings are what stored chunks say: none twice, none missing, none of what is gone, each in its segment's range. */
    async function expectWholeIndex(): Promise<void> {
      const { rows } = await database.pool.query(`
        with kept as (
          select p.segment_no, p.term_key, posting >> 23 as chunk_no, posting & 255 as frequency, posting >> 8 & 32767 as length
          from knowledge.lexical_postings p cross join unnest(p.postings) posting
        ), said as (
          select c.chunk_no, word & -256 as term_key, word & 255 as frequency, c.term_count as length
          from knowledge.chunks c cross join unnest(c.words) word
        )
        select (select count(*)::int from (select chunk_no, term_key, frequency, length from kept
                 except all select chunk_no, term_key, frequency, length from said) e) as too_many,
          (select count(*)::int from (select chunk_no, term_key, frequency, length from said
                 except all select chunk_no, term_key, frequency, length from kept) e) as missing,
          (select count(*)::int from kept left join knowledge.lexical_segments s using (segment_no)
             where s.segment_no is null or chunk_no not between first_chunk_no and last_chunk_no) as misplaced,
          (select count(*)::int from knowledge.lexical_segments s
             where not exists (select from knowledge.lexical_postings p where p.segment_no = s.segment_no)) as empty,
          (select count(*)::int from knowledge.lexical_terms t
             where t.document_frequency > 0 and not exists (select from said where said.term_key = t.term_key)) as unsaid`);
      expect(rows).toEqual([{ too_many: 0, missing: 0, misplaced: 0, empty: 0, unsaid: 0 }]);
    }

    it('rank as the formula does, through versions, deletions, every step of merges and erasure', async () => {
      const first = await newCollection(world, { retentionDays: 0 });
      const second = await newCollection(world, {}, first.organizationId);
      const foreign = await newCollection(world);
      for (let at = 0; at < 20; at++) {
        await bring(first, `a${at}`, madeTexts(next, 6), {
          holdsPhi: at % 7 === 3,
          safetyLevel: at % 5 === 4 ? 'healthcare_provider' : 'public',
        });
        if (at % 2 === 0) await bring(second, `b${at}`, madeTexts(next, 3));
        if (at % 5 === 0) await bring(foreign, `c${at}`, madeTexts(next, 5));
      }
      expect(await segmentsOf(first)).toBe(20);
      await expectRightAnswers([first, second]);

      for (const at of [1, 6, 11]) await bring(first, `a${at}`, madeTexts(next, 4));
      const gone = known.filter(({ slot }) => ['a2', 'a8', 'a14', 'b4'].includes(slot));
      for (const document of gone) await remove(document);
      await expectRightAnswers([first, second]);

      let steps = 0;
      for (; (await lexical.mergeSegments()).more; steps++) {
        if (steps % 4 !== 1) continue;
        await expectRightAnswers([first, second]);
        // What is deleted goes at any step, also out of what a merge has moved, and has yet to move.
        if (steps === 1) expect((await eraseDue({ ...world, objects: new MemoryObjectStore() }, first)).length).toBe(3);
      }
      expect(steps).toBeGreaterThan(8);
      expect(await segmentsOf(first)).toBeLessThan(10);
      await expectRightAnswers([first, second]);
      await expectWholeIndex();
    });

    it('stay whole while merges, erasures and ingests go on at once', async () => {
      const collection = await newCollection(world, { retentionDays: 0 });
      const other = await newCollection(world, {}, collection.organizationId);
      for (let at = 0; at < 16; at++) await bring(collection, `d${at}`, madeTexts(next, 4));
      await bring(other, 'e', madeTexts(next, 4));
      for (const document of known.filter(({ slot }) => ['d1', 'd7', 'd8', 'd15'].includes(slot)))
        await remove(document);
      const merging = async () => {
        while ((await lexical.mergeSegments()).more);
      };
      const objects = new MemoryObjectStore();
      await Promise.all([
        merging(),
        merging(),
        (async () => {
          for (let at = 0; at < 12; at++) await bring(collection, `f${at}`, madeTexts(next, 4));
        })(),
        eraseDue({ ...world, objects }, collection),
      ]);
      await merging();
      await expectWholeIndex();
      await expectRightAnswers([collection, other]);
    });

    it('are merged by whoever writes where they have become many', async () => {
      const collection = await newCollection(world);
      for (let at = 0; at < 60; at++) await ingest(world, collection, { slot: `g${at}`, paragraphs: [`zinc p${at}`] });
      expect(await segmentsOf(collection)).toBeLessThan(50);
      const scope = scopeOf(collection);
      expect(await lexical.search(scope, await lexical.analyse(scope, 'zinc'), {}, 100)).toHaveLength(60);
    });
  });
}
