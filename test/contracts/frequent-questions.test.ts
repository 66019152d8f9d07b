import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { AskedQuestion, FrequentQuestionCatalog } from '../../core/ports/frequent-question-catalog.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';

const LONG_MS = 60_000;
const CLAIM = { limit: 100, leaseMs: LONG_MS };

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`frequent questions on ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    let questions: FrequentQuestionCatalog;
    beforeAll(async () => {
      database = await postgres.start();
      const { pool } = database;
      world = { catalog: createPostgresCatalog({ pool }), vectorIndex: new PgVectorIndex({ pool }), pool };
      questions = world.catalog.frequentQuestions;
    });
    afterAll(() => database.close());
    // A plan is of all organizations.
    beforeEach(async () => {
      await questions.plan({ perOrganization: 0 });
    });

    const asked = (name: string, times: number, collections: AskedQuestion['collections'] = 'all'): AskedQuestion => ({
      questionHash: name,
      asked: times,
      collections,
      sealed: Buffer.from(`sealed ${name}`),
    });
    const due = async (input = CLAIM) => (await questions.claim(input)).map(({ questionHash }) => questionHash);
    const plan = (perOrganization = 10) => questions.plan({ perOrganization });
    /** As if so much time had gone by. */
    const age = (days: number) =>
      world.pool.query(
        `update knowledge.frequent_questions
         set weighed_at = weighed_at - make_interval(days => $1), warmed_at = warmed_at - make_interval(days => $1)`,
        [days],
      );
    async function withdraw({ organizationId, collectionId }: Collection): Promise<void> {
      const { version } = await ingest(world, { organizationId, collectionId } as Collection, { paragraphs: ['one'] });
      await world.catalog.documents.delete(
        { ...scopeOf({ organizationId } as Collection) },
        version.documentId,
        'key-1',
      );
    }

    it('are counted by a hash, and their words kept only once they are frequent', async () => {
      const { organizationId } = await newCollection(world);
      await questions.add(organizationId, [asked('often', 2), asked('seldom', 2)]);
      expect(await questions.count(organizationId)).toEqual({ counted: 2, frequent: 0, due: 0 });
      expect(await plan()).toEqual({ due: 0, forgotten: 0 });
      await questions.add(organizationId, [asked('often', 1)]);
      expect(await questions.count(organizationId)).toEqual({ counted: 2, frequent: 1, due: 0 });
      expect(await plan()).toEqual({ due: 1, forgotten: 0 });
      const [found] = await questions.claim(CLAIM);
      expect(found).toMatchObject({ organizationId, questionHash: 'often' });
      expect(Buffer.from(found!.sealed).toString()).toBe('sealed often');
    });

    it('are due in the order of how often they are asked, so many of an organization', async () => {
      const { organizationId } = await newCollection(world);
      await questions.add(organizationId, [asked('c', 3), asked('a', 5), asked('b', 4)]);
      expect((await plan(2)).due).toBe(2);
      expect(await due()).toEqual(['a', 'b']);
    });

    it('are one process’s at a time, and another’s once its lease has ended', async () => {
      const { organizationId } = await newCollection(world);
      await questions.add(organizationId, [asked('a', 9), asked('b', 8), asked('c', 7)]);
      await plan();
      const claims = await Promise.all([1, 2, 3].map(() => due({ limit: 1, leaseMs: LONG_MS })));
      expect(claims.flat().sort()).toEqual(['a', 'b', 'c']);
      expect(await due()).toEqual([]);
      // Planned again while somebody is at it: still his.
      await plan();
      expect(await due()).toEqual([]);
      await questions.add(organizationId, [asked('d', 9)]);
      await plan();
      expect(await due({ limit: 1, leaseMs: 1 })).toEqual(['d']);
      await expect.poll(() => due(), { timeout: 10_000 }).toEqual(['d']);
    });

    it('are due again when something is withdrawn, when a while has passed, and not before', async () => {
      const collection = await newCollection(world);
      await questions.add(collection.organizationId, [asked('a', 50)]);
      await plan();
      const [first] = await questions.claim(CLAIM);
      await questions.settle(first!);
      expect((await plan()).due).toBe(0);
      // What is added shows in time, and not in every look.
      await ingest(world, collection, { paragraphs: ['two'] });
      expect((await plan()).due).toBe(0);
      await withdraw(collection);
      expect((await plan()).due).toBe(1);
      const [second] = await questions.claim(CLAIM);
      expect(second!.state).not.toBe(first!.state);
      // What is withdrawn while its answer is made makes it due once more.
      await withdraw(collection);
      await plan();
      await questions.settle(second!);
      expect(await due()).toEqual(['a']);
      await questions.settle({ ...second!, state: (await stateOf()) ?? '' });
      expect((await plan()).due).toBe(0);
      await age(1);
      expect((await plan()).due).toBe(1);
    });

    async function stateOf(): Promise<string | undefined> {
      const { rows } = await world.pool.query<{ due_state: string }>(
        'select due_state from knowledge.frequent_questions',
      );
      return rows[0]?.due_state;
    }

    it('are forgotten when they are not asked any more, those that were asked seldom first', async () => {
      const { organizationId } = await newCollection(world);
      await questions.add(organizationId, [asked('once', 1), asked('often', 100)]);
      await age(2);
      expect((await plan()).forgotten).toBe(1);
      expect(await questions.count(organizationId)).toMatchObject({ counted: 1, frequent: 1 });
      // What was asked some days ago counts for less.
      await questions.forget(organizationId);
      await questions.add(organizationId, [asked('former', 100)]);
      await age(2);
      await questions.add(organizationId, [asked('today', 30)]);
      await plan(1);
      expect(await due()).toEqual(['today']);
      await age(9);
      expect((await plan()).forgotten).toBe(2);
    });

    it('are never those of a collection that lets patient data in, nor once it does', async () => {
      const collection = await newCollection(world);
      const { organizationId, collectionId } = collection;
      const other = await newCollection(world, {}, organizationId);
      await questions.add(organizationId, [
        asked('all', 5),
        asked('this', 5, [collectionId]),
        asked('other', 5, [other.collectionId]),
      ]);
      await world.pool.query(
        `update knowledge.collections set phi_policy = 'allow', phi_policy_reason = 'consent' where collection_id = $1`,
        [collectionId],
      );
      expect(await plan()).toEqual({ due: 1, forgotten: 2 });
      await questions.add(organizationId, [
        asked('all', 5),
        asked('this', 5, [collectionId]),
        asked('other', 1, [other.collectionId]),
      ]);
      expect(await questions.count(organizationId)).toEqual({ counted: 1, frequent: 1, due: 1 });
    });

    it('are one organization’s alone, dropped one by one and forgotten together', async () => {
      const [one, two] = [await newCollection(world), await newCollection(world)];
      await questions.add(one.organizationId, [asked('same', 5), asked('more', 4)]);
      await questions.add(two.organizationId, [asked('same', 3)]);
      await plan();
      const [first] = await questions.claim({ limit: 1, leaseMs: LONG_MS });
      expect(first).toMatchObject({ organizationId: one.organizationId, questionHash: 'same' });
      await questions.drop(first!);
      expect(await questions.count(one.organizationId)).toMatchObject({ counted: 1 });
      expect(await questions.count(two.organizationId)).toMatchObject({ counted: 1 });
      await questions.forget(one.organizationId);
      expect(await questions.count(one.organizationId)).toMatchObject({ counted: 0 });
      expect(await questions.count(two.organizationId)).toMatchObject({ counted: 1 });
    });
  });
}
