import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NewAnswer } from '../../core/ports/answer-catalog.js';
import type { Collection, CollectionSettings } from '../../core/ports/collection-catalog.js';
import { Database, type Queryable } from '../../infra/postgres/database.js';
import { applyWithin } from '../../infra/postgres/rescreens/apply-rescreened.js';
import { publishWithin } from '../../infra/postgres/versions/publish-versions.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  scopeOf,
  searchWords,
} from './catalog-world.js';
import { pastTheGuards } from '../harness/past-the-guards.js';
import { eraseDue } from './erasure-world.js';
import { MemoryObjectStore } from '../fakes/memory-object-store.js';

const QUESTION = { questionHash: 'asked', formHash: 'form' };

/** Answers of chat services end with whatever they rest on, and are recalled. */
export function answerCatalogContract(world: () => CatalogUnderTest): void {
  describe('answers', () => {
    const objects = new MemoryObjectStore();

    async function passages(collection: Collection, word: string): Promise<string[]> {
      const found = await searchWords(world().catalog, scopeOf(collection), word, {}, 10);
      return found.map(({ chunkId }) => chunkId);
    }

    /** A published document in a collection of its own, and an answer that rests on it. */
    async function told(settings: Partial<CollectionSettings> = {}, changes: Partial<NewAnswer> = {}) {
      const collection = await newCollection(world(), settings);
      const first = await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 500 mg'] });
      const answer: NewAnswer = {
        answerId: randomUUID(),
        actor: 'chat-key',
        subject: 'user-17',
        reference: 'message-4',
        ...QUESTION,
        sealed: Buffer.from('sealed'),
        chunkIds: await passages(collection, 'amoxicillin'),
        ...changes,
      };
      const scope = scopeOf(collection);
      const outcome = await world().catalog.answers.keep(scope, answer);
      if (outcome === 'taken' || 'missing' in outcome) throw new Error('the passages are not live');
      return { collection, scope, answer, kept: outcome.kept, ...first.version };
    }

    const recalled = (scope: ReturnType<typeof scopeOf>, of: { actor: string } | 'all' = 'all') =>
      world().catalog.answers.recalled(scope, { since: new Date(Date.now() - 3_600_000), of, limit: 10 });

    /**
     * Within one transaction: an answer counts as told after it began and before it did its work, as while it waits for a
     * lock. Several connections would not do: on PGlite they wait for each other.
     */
    async function lateWithin(organizationId: string, answerId: string, work: (tx: Queryable) => Promise<unknown>) {
      await new Database(world().pool).forOrganization(organizationId).transaction('late', async (tx) => {
        const tick = async () =>
          (await tx.query<{ at: Date }>('clock', 'select clock_timestamp() as at'))[0]?.at ?? null;
        const nextMs = async () => {
          const before = await tick();
          while (before?.getTime() === (await tick())?.getTime());
        };
        await nextMs();
        await tx.query(
          'told',
          "update knowledge.answers set told_at = date_trunc('milliseconds', clock_timestamp()) where answer_id = $1",
          [answerId],
        );
        await nextMs();
        await work(tx);
      });
    }

    it('are recalled with a version that was published while it waited for them', async () => {
      const { collection, scope, answer } = await told();
      const { organizationId, collectionId } = collection;
      const run = await acceptRun(world(), collection, { slot: 'leaflet' });
      const next = await openVersion(world(), run);
      await makeVersion(world(), run, next, { paragraphs: ['amoxicillin 250 mg'] });
      const publication = { organizationId, collectionId, versionIds: [next.versionId] };
      await lateWithin(organizationId, answer.answerId, (tx) => publishWithin(tx, publication));
      expect(await recalled(scope)).toMatchObject([
        { answerId: answer.answerId, citations: [{ ended: { reason: 'replaced' } }] },
      ]);
    });

    it('are recalled with a version that a rescreen held while it waited for them', async () => {
      const { collection, scope, answer, versionId } = await told();
      const { organizationId, collectionId } = collection;
      const details = { report: false, all: true };
      const { act } = await world().catalog.runs.acceptAct({
        ...{ organizationId, collectionId, kind: 'rescreen', subject: collectionId, actor: 'admin-key', details },
        audit: { action: 'collection.rescreen_started', details },
      });
      const reading = { key: `held/${versionId}`, sha256: '0'.repeat(64), sizeBytes: 1 };
      await lateWithin(organizationId, answer.answerId, (tx) =>
        applyWithin(tx, {
          run: act,
          screen: { version: 7, screenedWith: 'rules' },
          rescreened: [{ versionId, outcome: 'held', findings: [], categories: ['ssn'], reading }],
        }),
      );
      expect(await recalled(scope)).toMatchObject([
        { answerId: answer.answerId, citations: [{ ended: { reason: 'held' } }] },
      ]);
    });

    it('are found while all that they cite is live, and kept once', async () => {
      const { scope, answer, kept } = await told();
      const { answers } = world().catalog;
      expect(kept).toMatchObject({ answerId: answer.answerId, subject: 'user-17', reference: 'message-4' });
      expect(kept.citations).toMatchObject([{ chunkId: answer.chunkIds[0], ended: null }]);
      expect(Buffer.from(kept.sealed ?? []).toString()).toBe('sealed');
      expect(await answers.keep(scope, answer)).toEqual({ kept });
      expect(await answers.keep(scope, { ...answer, actor: 'another key' })).toBe('taken');
      expect(await answers.read(scope, answer.answerId, 'all')).toEqual(kept);
      expect(await answers.lookUp(scope, QUESTION)).toEqual({ answer: kept, asAsked: true });
      expect(await answers.lookUp(scope, { ...QUESTION, questionHash: 'other words' })).toEqual({
        answer: kept,
        asAsked: false,
      });
      expect(await answers.lookUp(scope, { ...QUESTION, formHash: 'other form' })).toBeNull();
      expect(await recalled(scope)).toEqual([]);
    });

    it('end with a new version of what they cite', async () => {
      const { collection, scope, answer } = await told();
      await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 250 mg'] });
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
      // Sent again, because the first answer to it was lost.
      expect(await world().catalog.answers.keep(scope, answer)).toMatchObject({ kept: { sealed: null } });
      expect(await world().catalog.answers.read(scope, answer.answerId, 'all')).toMatchObject({
        sealed: null,
        citations: [{ ended: { reason: 'replaced' } }],
      });
      expect(await recalled(scope)).toMatchObject([{ answerId: answer.answerId, subject: 'user-17' }]);
    });

    it('end when it is deleted, and the erasure takes their words', async () => {
      const { collection, scope, answer, documentId } = await told({ retentionDays: 0 });
      await world().catalog.documents.delete(scope, documentId, 'editor');
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
      expect(await recalled(scope)).toMatchObject([{ citations: [{ documentId, ended: { reason: 'deleted' } }] }]);
      await eraseDue({ ...world(), objects }, collection);
      const { rows } = await world().pool.query('select sealed from knowledge.answers where answer_id = $1', [
        answer.answerId,
      ]);
      expect(rows).toEqual([{ sealed: null }]);
      expect(await recalled(scope)).toMatchObject([{ answerId: answer.answerId }]);
    });

    it('end when it is retracted', async () => {
      const { collection, scope, answer } = await told();
      const run = await acceptRun(world(), collection);
      const { organizationId } = collection;
      const record = { recordIndex: 0, externalId: 'leaflet.md', cause: 'retracted' as const };
      await world().catalog.versions.withdraw({ organizationId, runId: run.runId, records: [record] });
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
      expect(await recalled(scope)).toMatchObject([
        { answerId: answer.answerId, citations: [{ ended: { reason: 'retracted' } }] },
      ]);
    });

    it('end when another document takes the place of what they cite', async () => {
      const { collection, scope } = await told();
      await ingest(world(), collection, {
        slot: 'new leaflet',
        paragraphs: ['amoxicillin 750 mg'],
        metadata: { effectiveFrom: '2020-01-01', supersedes: ['leaflet.md'] },
      });
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
    });

    it('end when the review of what they cite is overdue', async () => {
      const { scope, documentId } = await told({ reviewCycleDays: 30 });
      const ageing = `update knowledge.versions set published_at = now() - interval '31 days' where document_id = $1`;
      await pastTheGuards(world().pool, (client) => client.query(ageing, [documentId]));
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
      await world().catalog.documents.confirm(scope, documentId, 'key-1');
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).not.toBeNull();
    });

    it('cite only what the scope may see, and are found only by who may see all of it', async () => {
      const { scope, answer } = await told({ safetyLevel: 'healthcare_provider' });
      const { answers } = world().catalog;
      const publicScope = { ...scope, safetyLevel: 'public' as const };
      expect(await answers.lookUp(publicScope, QUESTION)).toBeNull();
      expect(await answers.keep(publicScope, { ...answer, answerId: randomUUID() })).toEqual({
        missing: answer.chunkIds,
      });
      expect(await answers.read(publicScope, answer.answerId, 'all')).toMatchObject({ sealed: null });
      const unknown = randomUUID();
      expect(
        await answers.keep(scope, { ...answer, answerId: randomUUID(), chunkIds: [...answer.chunkIds, unknown] }),
      ).toEqual({
        missing: [unknown],
      });
      expect(await answers.lookUp({ ...scope, organizationId: 'another' }, QUESTION)).toBeNull();
    });

    it('belong to the key that told them, are listed in pages and can be forgotten', async () => {
      const { collection, scope, answer } = await told();
      const { answers } = world().catalog;
      const second = { ...answer, answerId: randomUUID(), actor: 'other-key' };
      await answers.keep(scope, second);
      await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 125 mg'] });
      expect((await recalled(scope, { actor: 'other-key' })).map(({ answerId }) => answerId)).toEqual([
        second.answerId,
      ]);
      const [newest] = await recalled(scope);
      const rest = await answers.recalled(scope, {
        since: new Date(0),
        of: 'all',
        limit: 10,
        before: newest?.number ?? 0,
      });
      expect([newest?.answerId, ...rest.map(({ answerId }) => answerId)]).toEqual([second.answerId, answer.answerId]);
      expect(await answers.read(scope, answer.answerId, { actor: 'other-key' })).toBeNull();
      const { organizationId } = scope;
      expect(
        await answers.forget(organizationId, answer.answerId, { of: { actor: 'other-key' }, actor: 'other-key' }),
      ).toBe(false);
      expect(await answers.forget(organizationId, answer.answerId, { of: 'all', actor: 'admin' })).toBe(true);
      expect(await answers.read(scope, answer.answerId, 'all')).toBeNull();
    });

    it('is kept whole or not at all where its document goes meanwhile', async () => {
      const { collection, scope, answer, documentId } = await told();
      const ids = Array.from({ length: 8 }, () => randomUUID());
      const outcomes = await Promise.all([
        ...ids.slice(0, 4).map((answerId) => world().catalog.answers.keep(scope, { ...answer, answerId })),
        world().catalog.documents.delete(scope, documentId, 'editor'),
        ...ids.slice(4).map((answerId) => world().catalog.answers.keep(scope, { ...answer, answerId })),
      ]);
      expect(outcomes).toHaveLength(9);
      expect(await world().catalog.answers.lookUp(scope, QUESTION)).toBeNull();
      expect(await passages(collection, 'amoxicillin')).toEqual([]);
    });
  });
}
