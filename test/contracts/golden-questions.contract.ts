import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection, CollectionSettings } from '../../core/ports/collection-catalog.js';
import type { GoldenQuestion, NewGoldenQuestion } from '../../core/ports/golden-question-catalog.js';
import { pastTheGuards } from '../harness/past-the-guards.js';
import { AFTER_ITS_CREATION, type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';

/** Questions whose answer must be found, and what became of them. */
export function goldenQuestionCatalogContract(world: () => CatalogUnderTest): void {
  describe('golden questions', () => {
    const newQuestion = (collection: Collection, changes: Partial<NewGoldenQuestion> = {}): NewGoldenQuestion => ({
      collectionId: collection.collectionId,
      questionHash: 'hash',
      sealed: Buffer.from('sealed'),
      wordsHash: 'words',
      documents: [{ externalId: 'leaflet.md' }],
      pages: [],
      withinRank: 10,
      gate: 'warn',
      ...changes,
    });

    async function declare(collection: Collection, changes: Partial<NewGoldenQuestion> = {}) {
      const { goldenQuestions } = world().catalog;
      const outcome = await goldenQuestions.declare(scopeOf(collection), newQuestion(collection, changes), 'editor');
      if (outcome === 'full') throw new Error('full');
      return outcome;
    }

    async function declared(settings: Partial<CollectionSettings> = {}) {
      const collection = await newCollection(world(), settings);
      return { collection, question: (await declare(collection)).question };
    }

    const page = (collection: Collection, after = 0, limit = 10) =>
      world().catalog.goldenQuestions.toCheck(collection.organizationId, collection.collectionId, { after, limit });

    async function record(
      { organizationId, goldenQuestionId, edition }: GoldenQuestion,
      rank: number | null,
      begunAt?: Date,
    ): Promise<GoldenQuestion> {
      const { goldenQuestions } = world().catalog;
      const judgement =
        rank === null
          ? ({ outcome: 'lost', reason: 'document' } as const)
          : ({ outcome: 'found', rank, chunkId: randomUUID() } as const);
      const checked = [{ goldenQuestionId, edition, judgement }];
      const begun =
        begunAt ?? (await goldenQuestions.toCheck(organizationId, randomUUID(), { after: 0, limit: 1 })).begunAt;
      await goldenQuestions.record(organizationId, begun, checked);
      const scope = { organizationId, collections: 'all', safetyLevel: 'clinical_staff_only' } as const;
      return (await goldenQuestions.read(scope, goldenQuestionId)) ?? expect.fail();
    }

    it('are declared once a question in a collection, and are unchecked again only where something changed', async () => {
      const { collection, question } = await declared();
      expect(question).toMatchObject({
        collection: collection.name,
        documents: [{ externalId: 'leaflet.md' }],
        gate: 'warn',
        safetyLevel: 'clinical_staff_only',
        edition: 1,
        result: { state: 'unchecked' },
      });
      expect(Buffer.from(question.sealed).toString()).toBe('sealed');
      await record(question, 3);
      const same = await declare(collection, { sealed: Buffer.from('sealed anew') });
      expect(same).toMatchObject({ isNew: false, question: { edition: 1, result: { state: 'found', rank: 3 } } });
      const changed = await declare(collection, { pages: [4], gate: 'block' });
      expect(changed).toMatchObject({
        isNew: false,
        question: {
          goldenQuestionId: question.goldenQuestionId,
          edition: 2,
          pages: [4],
          gate: 'block',
          result: { state: 'unchecked' },
        },
      });
      // A check of what was expected before ends now.
      expect((await record(question, 3)).result).toEqual({ state: 'unchecked' });
      const entries = await world().catalog.audit.list(collection.organizationId, AFTER_ITS_CREATION);
      expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
        ['golden_question.declared', 'editor'],
        ['golden_question.declared', 'editor'],
      ]);
    });

    it('are declared at once by several, once', async () => {
      const collection = await newCollection(world());
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => declare(collection)));
      expect(new Set(outcomes.map(({ question }) => question.goldenQuestionId)).size).toBe(1);
      expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    it('keep the result of the check that began last, whichever is recorded last', async () => {
      const { collection, question } = await declared();
      const early = (await page(collection)).begunAt;
      expect((await record(question, 2)).result).toMatchObject({ state: 'found', rank: 2 });
      expect((await record(question, null, early)).result).toMatchObject({ state: 'found', rank: 2 });
    });

    it('say since when they are lost and what was published meanwhile, the expected documents first', async () => {
      const { collection, question } = await declared();
      const neverFound = await record(question, null);
      expect(neverFound.result).toMatchObject({ state: 'lost', reason: 'document', publications: [] });
      const first = await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 500 mg'] });
      const found = await record(question, 1);
      expect(found.result).toMatchObject({ state: 'found', rank: 1 });
      const second = await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 250 mg'] });
      await ingest(world(), collection, { slot: 'another', paragraphs: ['ibuprofen 400 mg'] });
      const lost = await record(question, null);
      if (lost.result.state !== 'lost') return expect.fail();
      const { documentId } = first.version;
      expect(lost.result.publications[0]).toEqual({
        runId: second.run.runId,
        documentId,
        versionId: second.version.versionId,
      });
      expect(lost.result.publications.length).toBeGreaterThanOrEqual(2);
      const later = await record(question, null);
      expect(later.result).toMatchObject({ lostSince: lost.result.lostSince, publications: lost.result.publications });
      expect(later.result).not.toMatchObject({ checkedAt: lost.result.checkedAt });
      expect((await record(question, 4)).result).toMatchObject({ state: 'found', rank: 4 });
    });

    it('are due once a wave is over, when asked for and when never asked', async () => {
      const { goldenQuestions } = world().catalog;
      const collection = await newCollection(world());
      const { organizationId, collectionId } = collection;
      const look = async () => (await goldenQuestions.due()).find((one) => one.collectionId === collectionId) ?? null;
      const check = async () => {
        const due = (await look()) ?? expect.fail();
        const { begunAt, questions } = await page(collection);
        const found = { outcome: 'found', rank: 1, chunkId: randomUUID() } as const;
        await goldenQuestions.record(
          organizationId,
          begunAt,
          questions.map(({ goldenQuestionId, edition }) => ({ goldenQuestionId, edition, judgement: found })),
        );
        await goldenQuestions.settleCheck(due);
      };
      expect(await look()).toBeNull();
      await declare(collection);
      expect(await look()).not.toBeNull();
      await check();
      expect(await look()).toBeNull();

      await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 500 mg'] });
      expect(await look()).toBeNull();
      await ingest(world(), collection, { slot: 'another', paragraphs: ['ibuprofen 400 mg'] });
      expect(await look()).toBeNull();
      expect(await look()).toMatchObject({ organizationId, collectionId });
      // What is published while the check goes on makes the next one due.
      const due = (await look()) ?? expect.fail();
      await ingest(world(), collection, { slot: 'third', paragraphs: ['naproxen 250 mg'] });
      await goldenQuestions.settleCheck(due);
      expect(await look()).toBeNull();
      expect(await look()).not.toBeNull();
      await check();
      expect(await look()).toBeNull();

      const askedAt = await goldenQuestions.askForCheck(organizationId, collectionId);
      await check();
      expect(await look()).toBeNull();
      const [checked] = (await page(collection)).questions;
      expect(checked?.result).toMatchObject({ state: 'found' });
      if (checked?.result.state === 'found')
        expect(checked.result.checkedAt.getTime()).toBeGreaterThanOrEqual(askedAt.getTime());

      // A wave that does not end is checked all the same.
      await ingest(world(), collection, { slot: 'fourth', paragraphs: ['aspirin 100 mg'] });
      expect(await look()).toBeNull();
      await pastTheGuards(world().pool, (client) =>
        client.query(
          `update knowledge.golden_checks set changing_since = now() - interval '11 minutes' where collection_id = $1`,
          [collectionId],
        ),
      );
      await ingest(world(), collection, { slot: 'fifth', paragraphs: ['codeine 30 mg'] });
      expect(await look()).not.toBeNull();
    });

    it('know what a version would take the place of, and which is held back', async () => {
      const { goldenQuestions } = world().catalog;
      const { collection, question } = await declared();
      const { organizationId } = collection;
      const first = await ingest(world(), collection, {
        slot: 'leaflet',
        paragraphs: ['amoxicillin 500 mg', 'at noon'],
      });
      const { documentId, versionId } = first.version;
      const second = await ingest(world(), collection, { slot: 'other', paragraphs: ['ibuprofen'] });
      expect(await goldenQuestions.replacements(organizationId, [second.version.versionId, 'no uuid'])).toMatchObject([
        { documentId: second.version.documentId, externalId: 'other.md', liveVersionId: second.version.versionId },
      ]);
      expect(await goldenQuestions.liveVersions(question)).toEqual([{ documentId, liveVersionId: versionId }]);
      expect(await goldenQuestions.liveVersions({ ...question, documents: [{ documentId }] })).toHaveLength(1);
      expect((await goldenQuestions.passages(organizationId, versionId)).map(({ text }) => text)).toEqual([
        'amoxicillin 500 mg',
        'at noon',
      ]);
      expect(await goldenQuestions.passages('another', versionId)).toEqual([]);
      const held = { versionId, runId: first.run.runId };
      const read = () => goldenQuestions.read(scopeOf(collection), question.goldenQuestionId);
      await goldenQuestions.recordGate(question, held);
      const since = (await read())?.heldBack?.since;
      await goldenQuestions.recordGate(question, held);
      expect((await read())?.heldBack).toEqual({ ...held, since });
      await goldenQuestions.recordGate({ ...question, edition: 9 }, null);
      expect((await read())?.heldBack).not.toBeNull();
      await goldenQuestions.recordGate(question, null);
      expect((await read())?.heldBack).toBeNull();
    });

    it('are listed in pages, by collection and state, and counted', async () => {
      const { collection, question } = await declared();
      const { organizationId } = collection;
      const { goldenQuestions } = world().catalog;
      const scope = scopeOf(collection);
      const second = (await declare(collection, { questionHash: 'second' })).question;
      const elsewhere = await newCollection(world(), {}, organizationId);
      const third = (await declare(elsewhere, { gate: 'block' })).question;
      await record(second, null);
      const ids = async (listing: Partial<Parameters<typeof goldenQuestions.list>[1]>, seen = scope) =>
        (await goldenQuestions.list(seen, { limit: 10, ...listing })).map((one) => one.goldenQuestionId);
      expect(await ids({})).toEqual([question, second, third].map((one) => one.goldenQuestionId));
      expect(await ids({ limit: 1, after: question.number })).toEqual([second.goldenQuestionId]);
      expect(await ids({ state: 'lost' })).toEqual([second.goldenQuestionId]);
      expect(await ids({ collectionId: elsewhere.collectionId })).toEqual([third.goldenQuestionId]);
      expect(await ids({}, { ...scope, collections: [elsewhere.collectionId] })).toEqual([third.goldenQuestionId]);
      expect((await page(collection, 0, 1)).questions).toMatchObject([{ goldenQuestionId: question.goldenQuestionId }]);
      expect((await page(collection, question.number)).questions).toMatchObject([{ questionHash: 'second' }]);
      const blocking = { after: 0, limit: 10, gate: 'block' as const };
      expect((await goldenQuestions.toCheck(organizationId, collection.collectionId, blocking)).questions).toEqual([]);
      expect(await goldenQuestions.tally(organizationId)).toEqual({ questions: 3, lost: 1 });
      expect((await goldenQuestions.tally()).lost).toBeGreaterThanOrEqual(1);
    });

    it('are seen and removed from the level of the key that declared them, in their organization', async () => {
      const { collection, question } = await declared();
      const { goldenQuestions, audit } = world().catalog;
      const { goldenQuestionId } = question;
      for (const scope of [scopeOf(collection, 'public'), { ...scopeOf(collection), organizationId: 'another' }]) {
        expect(await goldenQuestions.list(scope, { limit: 10 })).toEqual([]);
        expect(await goldenQuestions.read(scope, goldenQuestionId)).toBeNull();
        expect(await goldenQuestions.remove(scope, goldenQuestionId, 'stranger')).toBe(false);
      }
      expect(await goldenQuestions.read(scopeOf(collection), 'no uuid')).toBeNull();
      expect(await goldenQuestions.remove(scopeOf(collection), goldenQuestionId, 'editor')).toBe(true);
      expect(await goldenQuestions.remove(scopeOf(collection), goldenQuestionId, 'editor')).toBe(false);
      const entries = await audit.list(collection.organizationId, AFTER_ITS_CREATION);
      expect(entries.at(-1)).toMatchObject({ action: 'golden_question.removed', subject: goldenQuestionId });
    });
  });
}
