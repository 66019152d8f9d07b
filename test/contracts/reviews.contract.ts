import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { DecideInput } from '../../core/ports/review-catalog.js';
import type { StartableRun } from '../../core/ports/workflow-starter.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  newCollection,
  openVersion,
  page,
  scopeOf,
  sha256,
} from './catalog-world.js';

const hashOf = (text: string): string => sha256(`span ${text}`);

/** The queue of held versions and what people decide, without the workflow that waits for them. */
export function reviewCatalogContract(world: () => CatalogUnderTest): void {
  describe('reviews', () => {
    async function hold(collection: Collection, input: { slot?: string; text?: string } = {}) {
      const { catalog } = world();
      const { slot = randomUUID(), text = 'a number' } = input;
      const run = await acceptRun(world(), collection, { slot });
      const { documentId, versionId } = await openVersion(world(), run, { pageCount: 1 });
      await catalog.versions.recordPages(versionId, [page(1, 'native')]);
      await catalog.versions.recordScreening([
        {
          versionId,
          phiStatus: 'suspected',
          findings: [
            {
              category: 'ssn',
              start: 0,
              end: 8,
              page: 1,
              score: 0.95,
              recogniser: 'ssn/label',
              spanHash: hashOf(text),
            },
            { category: 'phone', start: 9, end: 17, score: 0.25, recogniser: 'phone/form', spanHash: hashOf('phone') },
          ],
        },
      ]);
      const reading = { key: `held/${collection.organizationId}/${run.runId}/x`, sha256: sha256('x'), sizeBytes: 1 };
      const [review] = await catalog.versions.hold([{ versionId, reading }]);
      if (!review) throw new Error('no review was opened');
      await catalog.runs.finish([{ runId: run.runId, state: 'held' }]);
      return { documentId, versionId, run, review, reading };
    }

    const decision = (review: StartableRun, changes: Partial<DecideInput>): DecideInput => ({
      organizationId: review.organizationId,
      reviewId: review.runId,
      verdict: 'approve',
      actor: 'key-2',
      falseAlarms: [],
      remember: 'document',
      added: 0,
      ...changes,
    });

    it('are opened with the hold, once, and listed with what was found', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const held = await hold(collection);
      expect(await catalog.versions.hold([{ versionId: held.versionId, reading: held.reading }])).toEqual([]);
      const scope = scopeOf(collection);
      const [listed, ...others] = await catalog.reviews.list(scope, { limit: 10 });
      expect(others).toEqual([]);
      expect(listed).toMatchObject({
        runId: held.review.runId,
        state: 'waiting',
        documentId: held.documentId,
        versionId: held.versionId,
        findings: { ssn: 1, phone: 1 },
      });
      expect(await catalog.reviews.counts(scope)).toMatchObject({
        waiting: 1,
        overdue: 0,
        byCategory: { ssn: 1, phone: 1 },
      });
      const detail = await catalog.reviews.get(scope, held.review.runId);
      expect(detail).toMatchObject({ reading: held.reading, readingRunId: held.run.runId });
      expect(detail?.recorded.map(({ category, page: at, spanHash }) => [category, at, spanHash])).toEqual([
        ['ssn', 1, hashOf('a number')],
        ['phone', null, hashOf('phone')],
      ]);
    });

    it('are filtered by kind, recogniser, words and collection, and seen by the strictest level alone', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const other = await newCollection(world(), {}, collection.organizationId);
      const [one, two] = [await hold(collection, { text: 'one' }), await hold(other, { text: 'two' })];
      const scope = scopeOf(collection);
      const ids = async (listing: Partial<Parameters<typeof catalog.reviews.list>[1]>, within = scope) =>
        (await catalog.reviews.list(within, { limit: 10, ...listing })).map(({ runId }) => runId);
      const both = [one.review.runId, two.review.runId];
      expect(await ids({})).toEqual(both);
      expect(await ids({ category: 'ssn', recogniser: 'ssn' })).toEqual(both);
      expect(await ids({ recogniser: 'ssn/form' })).toEqual([]);
      expect(await ids({ spanHashes: [hashOf('two')] })).toEqual([two.review.runId]);
      expect(await ids({ collectionId: collection.collectionId })).toEqual([one.review.runId]);
      expect(await ids({ after: one.review.runId })).toEqual([two.review.runId]);
      expect(await ids({ state: 'rejected' })).toEqual([]);
      expect(await ids({}, { ...scope, collections: [other.collectionId] })).toEqual([two.review.runId]);
      expect(await ids({}, scopeOf(collection, 'healthcare_provider'))).toEqual([]);
      expect(await catalog.reviews.get(scopeOf(collection, 'public'), one.review.runId)).toBeNull();
    });

    it('that approve open the version again; its findings are dismissed and remembered for its document', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { organizationId } = collection;
      const held = await hold(collection);
      const approve = decision(held.review, { falseAlarms: [0, 1] });
      const applied = { outcome: 'approved', goesOn: { documentId: held.documentId, versionId: held.versionId } };
      expect(await catalog.reviews.decide(approve)).toEqual(applied);
      // Decided once, whatever comes afterwards.
      expect(await catalog.reviews.decide({ ...approve, verdict: 'reject' })).toEqual(applied);
      expect(await catalog.reviews.get(scopeOf(collection), held.review.runId)).toMatchObject({
        state: 'approved',
        decidedBy: 'key-2',
        goesOnState: 'open',
        findings: {},
      });
      const spanHashes = [hashOf('a number'), hashOf('another')];
      const elsewhere = await hold(collection, { text: 'a number' });
      const remembered = await catalog.reviews.remembered(organizationId, [
        { documentId: held.documentId, spanHashes },
        { documentId: elsewhere.documentId, spanHashes },
      ]);
      expect([...remembered]).toEqual([[held.documentId, new Set([hashOf('a number')])]]);
      const [entry] = (await catalog.audit.list(organizationId, { limit: 100 })).filter(
        ({ action }) => action === 'review.approved',
      );
      expect(entry).toMatchObject({ actor: 'key-2', subject: held.versionId, details: { falseAlarms: 2 } });
    });

    it('remember for the collection where the reviewer says so, and nothing where not', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const [wide, none] = [await hold(collection, { text: 'wide' }), await hold(collection, { text: 'none' })];
      await catalog.reviews.decide(decision(wide.review, { falseAlarms: [0], remember: 'collection' }));
      await catalog.reviews.decide(decision(none.review, { falseAlarms: [0], remember: 'nowhere' }));
      const spanHashes = [hashOf('wide'), hashOf('none')];
      const remembered = await catalog.reviews.remembered(collection.organizationId, [
        { documentId: none.documentId, spanHashes },
      ]);
      expect([...remembered]).toEqual([[none.documentId, new Set([hashOf('wide')])]]);
    });

    it('that redact put another version in its place, as new as the held one and made from the same', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world());
      const held = await hold(collection);
      const applied = await catalog.reviews.decide(decision(held.review, { verdict: 'redact' }));
      expect(applied).toMatchObject({ outcome: 'redacted', goesOn: { documentId: held.documentId } });
      const { rows } = await pool.query<{ state: string; number: number; fingerprint: string; sequence: string }>(
        'select state, number, fingerprint, sequence from knowledge.versions where document_id = $1 order by number',
        [held.documentId],
      );
      expect(rows.map(({ state, number }) => [state, number])).toEqual([
        ['sanitized', 1],
        ['open', 2],
      ]);
      expect(rows[1]).toMatchObject({ fingerprint: rows[0]?.fingerprint, sequence: rows[0]?.sequence });
      // A review that ends takes with it what it had going on.
      await catalog.reviews.finish(collection.organizationId, held.review.runId, {
        state: 'failed',
        error: 'INTERNAL',
      });
      expect(await catalog.reviews.load(collection.organizationId, held.review.runId)).toMatchObject({
        goesOnState: 'failed',
        goesOnFailure: 'INTERNAL',
      });
    });

    it('that redact a part call the rest false alarms, of which the recognisers are told', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const held = await hold(collection);
      await catalog.reviews.decide(decision(held.review, { verdict: 'redact', falseAlarms: [0] }));
      const counts = await catalog.reviews.recognisers(scopeOf(collection));
      expect(counts.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0)).toBe(1);
      expect(counts.reduce((sum, { decided }) => sum + decided, 0)).toBe(2);
    });

    it('that reject make the same file rejected when it comes again', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const held = await hold(collection, { slot: 'same' });
      expect(await catalog.reviews.decide(decision(held.review, { verdict: 'reject' }))).toEqual({
        outcome: 'rejected',
      });
      const again = await acceptRun(world(), collection, { slot: 'same' });
      const [opened] = await catalog.versions.open({
        organizationId: again.organizationId,
        runId: again.runId,
        items: [
          {
            externalId: held.run.fileName,
            fingerprint: sha256(`fingerprint of ${held.run.object.sha256}`),
            recordIndex: 0,
            pageCount: 1,
          },
        ],
      });
      expect(opened).toMatchObject({ outcome: 'rejected', versionId: held.versionId });
      expect((await catalog.versions.countByState([again.runId])).get(again.runId)).toMatchObject({
        rejected: 1,
        held: 0,
      });
    });

    it('end without a decision when a newer version goes live, and an older one ends none', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const early = await acceptRun(world(), collection, { slot: 'moved' });
      const held = await hold(collection, { slot: 'moved' });
      expect((await catalog.reviews.overtaken()).map(({ runId }) => runId)).not.toContain(held.review.runId);
      await catalog.runs.finish([{ runId: early.runId, state: 'cancelled' }]);
      await ingest(world(), collection, { slot: 'moved', paragraphs: ['Clean.'] });
      expect((await catalog.reviews.overtaken()).map(({ runId }) => runId)).toContain(held.review.runId);
      expect(await catalog.reviews.decide(decision(held.review, {}))).toEqual({ outcome: 'overtaken' });
      expect(await catalog.reviews.get(scopeOf(collection), held.review.runId)).toMatchObject({ state: 'superseded' });
    });

    it('are opened anew when their workflow was ended from outside, but not after a decision', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const held = await hold(collection);
      const opened = await catalog.reviews.reopen(collection.organizationId, held.review.runId);
      expect(opened?.runId).not.toBe(held.review.runId);
      const scope = scopeOf(collection);
      expect((await catalog.reviews.list(scope, { limit: 10 })).map(({ runId }) => runId)).toEqual([opened?.runId]);
      if (!opened) throw new Error('no review was opened');
      await catalog.reviews.decide(decision(opened, { verdict: 'reject' }));
      expect(await catalog.reviews.reopen(collection.organizationId, opened.runId)).toBeNull();
    });

    it('show who works on them and for how long, the first of two opinions, and that they wait for too long', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { review } = await hold(collection);
      const scope = scopeOf(collection);
      const shown = () => catalog.reviews.get(scope, review.runId);
      const until = new Date(Date.now() + 60_000);
      await catalog.reviews.claim(review.organizationId, review.runId, { actor: 'key-1', until });
      expect(await shown()).toMatchObject({ claimedBy: 'key-1', claimedUntil: until });
      await catalog.reviews.claim(review.organizationId, review.runId, { actor: 'key-1', until: new Date(0) });
      expect(await shown()).toMatchObject({ claimedBy: null, claimedUntil: null });
      for (let time = 1; time <= 2; time++) await catalog.reviews.recordOverdue(review.organizationId, review.runId);
      await catalog.reviews.recordOpinion(review.organizationId, review.runId, { actor: 'key-1', verdict: 'approve' });
      expect(await shown()).toMatchObject({ state: 'second_opinion', firstActor: 'key-1' });
      expect(await catalog.reviews.counts(scope)).toMatchObject({ waiting: 1, overdue: 1 });
      const actions = (await catalog.audit.list(review.organizationId, { limit: 100 })).map(({ action }) => action);
      expect(actions.filter((action) => action.startsWith('review.'))).toEqual([
        'review.opened',
        'review.overdue',
        'review.first_opinion',
      ]);
    });

    it('keep an original sealed as long as something that was read from it is held, redacted or rejected', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const held = await hold(collection);
      const isClear = () => catalog.reviews.originalIsClear(collection.organizationId, held.run.object.key);
      expect(await isClear()).toBe(false);
      await catalog.reviews.decide(decision(held.review, {}));
      expect(await isClear()).toBe(true);
    });
  });

  describe('log of accesses', () => {
    it('keeps who looked at what, in order, and is only added to', async () => {
      const { catalog, pool } = world();
      const { organizationId } = await newCollection(world());
      const documentId = randomUUID();
      await catalog.reviews.recordAccess([]);
      await catalog.reviews.recordAccess([
        { organizationId, actor: 'key-1', act: 'document.read', documentId },
        { organizationId, actor: 'key-2', act: 'review.viewed', requestId: 'r-1' },
      ]);
      const all = await catalog.reviews.listAccess(organizationId, { limit: 10 });
      expect(all.map(({ actor, act }) => [actor, act])).toEqual([
        ['key-1', 'document.read'],
        ['key-2', 'review.viewed'],
      ]);
      const after = all[0]?.accessNo ?? 0;
      expect(await catalog.reviews.listAccess(organizationId, { limit: 10, after })).toMatchObject([
        { requestId: 'r-1' },
      ]);
      await expect(pool.query('delete from compliance.phi_access')).rejects.toThrow(/append-only/);
    });
  });

  describe('what a collection lets in', () => {
    it('is there for a scope that reads patient data, and for no other', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { phiPolicy: 'allow', phiPolicyReason: 'A register.' });
      const { version } = await ingest(world(), collection, {
        paragraphs: ['Zorbacillin for Ann.'],
        phiStatus: 'contains_phi',
      });
      const scope = scopeOf(collection);
      expect(await catalog.documents.get(scope, version.documentId)).toBeNull();
      expect(await catalog.documents.chunks(scope, version.documentId)).toBeNull();
      const reader = { ...scope, readsPhi: true };
      expect(await catalog.documents.get(reader, version.documentId)).toMatchObject({ phiStatus: 'contains_phi' });
      const [chunk] = (await catalog.documents.chunks(reader, version.documentId)) ?? [];
      expect(chunk).toMatchObject({ containsPhi: true });
      const chunkIds = [chunk?.chunkId ?? ''];
      expect((await catalog.candidates.visible(scope, {}, chunkIds)).size).toBe(0);
      expect((await catalog.candidates.visible(reader, {}, chunkIds)).size).toBe(1);
    });
  });
}
