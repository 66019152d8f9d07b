import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Feedback } from '../../core/ports/question-catalog.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';

const DAY = new Date().toISOString().slice(0, 10);
const TODAY = { from: DAY, to: DAY };

/** What is known of questions without keeping them. */
export function questionCatalogContract(world: () => CatalogUnderTest): void {
  describe('questions', () => {
    it('are added up by day, mode and the one collection that was asked', async () => {
      const { questions } = world().catalog;
      const collection = await newCollection(world());
      const { organizationId, name, collectionId } = collection;
      const count = { day: DAY, mode: 'hybrid', asked: 2, answerable: 1, unanswered: 1 } as const;
      const counts = [
        { ...count, collection: name },
        { ...count, collection: collectionId },
        { ...count, collection: null },
        { ...count, collection: 'no such' },
        { ...count, collection: null, mode: 'text' as const },
      ];
      await Promise.all([questions.addCounts(organizationId, counts), questions.addCounts(organizationId, counts)]);
      const eight = { ...count, asked: 8, answerable: 4, unanswered: 4 };
      expect((await questions.statistics(organizationId, TODAY)).counts).toEqual([
        { ...eight, collection: null },
        { ...count, collection: null, mode: 'text', asked: 4, answerable: 2, unanswered: 2 },
        { ...eight, collection: name },
      ]);
      expect((await questions.statistics('another', TODAY)).counts).toEqual([]);
      expect((await questions.statistics(organizationId, { from: '2020-01-01', to: '2020-01-02' })).counts).toEqual([]);
    });

    /** `drug` stands in many documents; `doehring` in two, many times; `kidney` in many, in one of them only while it lives. */
    async function corpus(): Promise<Collection> {
      const collection = await newCollection(world());
      for (let at = 0; at < 6; at++) {
        await ingest(world(), collection, { slot: `doc-${at}`, paragraphs: [`Drug ${at} and the kidney.`, 'A dose.'] });
      }
      for (const slot of ['one', 'two']) {
        const paragraphs = Array.from({ length: 8 }, (_, at) => `Doehring wrote part ${at}.`);
        await ingest(world(), collection, { slot, paragraphs });
      }
      return collection;
    }

    const ask = (collection: Collection, ...texts: string[]) =>
      world().catalog.questions.addUnanswered(
        scopeOf(collection),
        texts.map((text) => ({ questionHash: randomBytes(8).toString('hex'), day: DAY, text })),
      );

    it('that nothing answered come together in words of many documents, and no other word is kept', async () => {
      const collection = await corpus();
      const { organizationId } = collection;
      const { questions } = world().catalog;
      await ask(
        collection,
        'Which drug harms the kidney of Mr Doehring?',
        'drugs and kidneys, 12345678',
        'kidney drug for zebrafish',
        'what dose',
      );
      const themes = await questions.themes(organizationId, TODAY, 10);
      expect(themes).toEqual([{ words: ['drug', 'kidney'], questions: 3 }]);
      const { rows } = await world().pool.query<{ words: string[] }>(
        'select words from knowledge.unanswered_questions where organization_id = $1',
        [organizationId],
      );
      expect(new Set(rows.flatMap(({ words }) => words))).toEqual(new Set(['drug', 'kidney', 'dose']));
      expect(await questions.themes('another', TODAY, 10)).toEqual([]);
    });

    it('make no theme while the same one is asked again and again', async () => {
      const collection = await corpus();
      const { questions } = world().catalog;
      const same = { questionHash: 'same', day: DAY, text: 'kidney drug' };
      for (let at = 0; at < 4; at++) await questions.addUnanswered(scopeOf(collection), [same]);
      await ask(collection, 'drug for a kidney');
      expect(await questions.themes(collection.organizationId, TODAY, 10)).toEqual([]);
    });

    it('have feedback, of which the last word of a key counts', async () => {
      const { questions } = world().catalog;
      const { organizationId } = await newCollection(world());
      const feedback: Feedback = {
        feedbackId: randomUUID(),
        actor: 'chat',
        verdict: 'up',
        mode: 'hybrid',
        requestId: randomUUID(),
        questionHash: null,
        chunkIds: [randomUUID()],
        documentIds: [],
        sealed: Buffer.from('sealed'),
      };
      expect(await questions.keepFeedback(organizationId, feedback)).toBe('kept');
      expect(await questions.keepFeedback(organizationId, feedback)).toBe('kept');
      expect(await questions.keepFeedback(organizationId, { ...feedback, actor: 'other' })).toBe('taken');
      const tally = async () => (await questions.statistics(organizationId, TODAY)).feedback;
      expect(await tally()).toEqual([{ day: DAY, mode: 'hybrid', verdict: 'up', given: 1 }]);
      await questions.keepFeedback(organizationId, { ...feedback, verdict: 'down', mode: null });
      expect(await tally()).toEqual([{ day: DAY, mode: 'hybrid', verdict: 'down', given: 1 }]);
      const second = { ...feedback, feedbackId: randomUUID(), verdict: 'missing' as const, sealed: null };
      await questions.keepFeedback(organizationId, second);
      const [newest, before] = await questions.listFeedback(organizationId, { limit: 10 });
      expect([newest?.feedbackId, before?.feedbackId]).toEqual([second.feedbackId, feedback.feedbackId]);
      expect(before).toMatchObject({ verdict: 'down', chunkIds: feedback.chunkIds });
      expect(await questions.listFeedback(organizationId, { limit: 1, before: newest?.number ?? 0 })).toEqual([before]);
      expect(await questions.listFeedback(organizationId, { limit: 5, verdict: 'missing' })).toEqual([newest]);
      expect(await questions.listFeedback('another', { limit: 5 })).toEqual([]);
    });
  });
}
