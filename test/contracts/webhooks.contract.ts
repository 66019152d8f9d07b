import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WITHDRAWAL_CAUSES, type WithdrawalCause } from '../../core/contract/states.js';
import { WEBHOOK_EVENT_TYPES } from '../../core/contract/webhooks.js';
import type { Collection, CollectionSettings } from '../../core/ports/collection-catalog.js';
import type { NewWebhook, WebhookAttempt } from '../../core/ports/webhook-catalog.js';
import { Database } from '../../infra/postgres/database.js';
import { publishWithin } from '../../infra/postgres/versions/publish-versions.js';
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
  searchWords,
} from './catalog-world.js';
import { startSync, syncBucket } from './sync-world.js';

const DAY_MS = 24 * 3_600_000;

/** Webhooks, what they are told of, and what became of each message. */
export function webhookCatalogContract(world: () => CatalogUnderTest): void {
  describe('webhooks', () => {
    const catalog = () => world().catalog.webhooks;

    const newWebhook = (collection: Collection, changes: Partial<NewWebhook> = {}): NewWebhook => ({
      webhookId: randomUUID(),
      organizationId: collection.organizationId,
      url: 'https://hooks.example.org/medindex',
      description: '',
      eventTypes: WEBHOOK_EVENT_TYPES,
      collections: 'all',
      secret: Buffer.from('sealed'),
      ...changes,
    });

    async function add(collection: Collection, changes: Partial<NewWebhook> = {}) {
      const added = await catalog().add(newWebhook(collection, changes), 'admin-key');
      return added === 'full' ? expect.fail('full') : added;
    }

    async function listening(settings: Partial<CollectionSettings> = {}) {
      const collection = await newCollection(world(), settings);
      return { collection, webhook: await add(collection) };
    }

    /** Other suites share the database: what they made is spread as well. */
    async function spread() {
      while ((await catalog().spread(1_000)).spread > 0);
    }

    /** What a webhook is to be sent, oldest first. */
    async function messages(webhook: { organizationId: string; webhookId: string }) {
      await spread();
      const batch = await catalog().take(webhook, 100);
      return (batch?.messages ?? []).map(({ type, data }) => ({ type, ...data }));
    }

    const tried = (deliveryId: string, changes: Partial<WebhookAttempt> = {}): WebhookAttempt => ({
      deliveryId,
      status: 200,
      problem: null,
      nextTryInMs: null,
      ...changes,
    });

    it('are added, changed, rotated and removed, each with its entry in the audit log', async () => {
      const { collection, webhook } = await listening();
      const { organizationId } = collection;
      expect(webhook).toMatchObject({ collections: 'all', disabled: null, failingSince: null, waiting: 0 });
      const changed = await catalog().change(
        webhook,
        { url: 'https://other.example.org/', collections: [collection.collectionId], eventTypes: ['run.failed'] },
        'admin-key',
      );
      expect(changed).toMatchObject({
        url: 'https://other.example.org/',
        collections: [collection.collectionId],
        eventTypes: ['run.failed'],
        description: '',
      });
      expect(await catalog().change(webhook, { collections: 'all' }, 'admin-key')).toMatchObject({
        collections: 'all',
      });
      expect(await catalog().change(webhook, { enabled: false }, 'admin-key')).toMatchObject({
        disabled: { reason: 'by_hand' },
      });
      expect(await catalog().take(webhook, 10)).toBeNull();
      expect(await catalog().change(webhook, { enabled: true }, 'admin-key')).toMatchObject({ disabled: null });

      await catalog().rotate(webhook, { secret: Buffer.from('newer'), overlapMs: DAY_MS }, 'admin-key');
      const both = await catalog().take(webhook, 10);
      expect(both?.secrets.map((secret) => Buffer.from(secret).toString())).toEqual(['newer', 'sealed']);
      await catalog().rotate(webhook, { secret: Buffer.from('newest'), overlapMs: 0 }, 'admin-key');
      const one = await catalog().take(webhook, 10);
      expect(one?.secrets.map((secret) => Buffer.from(secret).toString())).toEqual(['newest']);

      expect(await catalog().list(organizationId)).toHaveLength(1);
      expect(await catalog().remove(webhook, 'admin-key')).toBe(true);
      expect(await catalog().remove(webhook, 'admin-key')).toBe(false);
      expect(await catalog().read(webhook)).toBeNull();
      const log = await world().catalog.audit.list(organizationId, { after: 1, limit: 20 });
      expect(log.map(({ action }) => action)).toEqual([
        'webhook.added',
        ...Array<string>(4).fill('webhook.changed'),
        'webhook.rotated',
        'webhook.rotated',
        'webhook.removed',
      ]);
      expect(JSON.stringify(log)).not.toContain('example.org');
    });

    it('belong to one organization, and what is no id names none', async () => {
      const { webhook } = await listening();
      const other = await newCollection(world());
      const elsewhere = { organizationId: other.organizationId, webhookId: webhook.webhookId };
      expect(await catalog().read(elsewhere)).toBeNull();
      expect(await catalog().remove(elsewhere, 'key')).toBe(false);
      expect(await catalog().change(elsewhere, { enabled: false }, 'key')).toBeNull();
      expect(await catalog().deliveries(elsewhere, { limit: 1 })).toBeNull();
      expect(await catalog().addTest(elsewhere)).toBeNull();
      expect(await catalog().take(elsewhere, 1)).toBeNull();
      const nothing = { organizationId: other.organizationId, webhookId: 'no-uuid' };
      expect(await catalog().read(nothing)).toBeNull();
      expect(await catalog().redeliver(nothing, 'no-uuid', 'key')).toBeNull();
    });

    it('are fifty at most', async () => {
      const collection = await newCollection(world());
      for (let count = 0; count < 50; count++) await add(collection);
      expect(await catalog().add(newWebhook(collection), 'key')).toBe('full');
    });

    it('are told of what is published, and what that replaced', async () => {
      const { collection, webhook } = await listening();
      const first = await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 500 mg'] });
      const second = await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 250 mg'] });
      const { documentId } = first.version;
      expect(await messages(webhook)).toEqual([
        {
          type: 'document.published',
          documentId,
          versionId: first.version.versionId,
          runId: first.run.runId,
          partial: false,
          replacedVersionId: null,
        },
        {
          type: 'document.published',
          documentId,
          versionId: second.version.versionId,
          runId: second.run.runId,
          partial: false,
          replacedVersionId: first.version.versionId,
        },
      ]);
      const batch = await catalog().take(webhook, 1);
      expect(batch?.messages).toMatchObject([{ collection: collection.name, attempts: 0 }]);
    });

    it('are told of what is held, and of a version that needs attention', async () => {
      const { collection, webhook } = await listening();
      const held = await acceptRun(world(), collection);
      const version = await openVersion(world(), held);
      const reading = { key: `held/${randomUUID()}`, sha256: '0'.repeat(64), sizeBytes: 1 };
      await world().catalog.versions.hold([{ versionId: version.versionId, reading }]);

      const run = await acceptRun(world(), collection);
      const broken = await openVersion(world(), run, { pageCount: 2 });
      await makeVersion(world(), run, broken, { paragraphs: ['page one'] });
      await world().catalog.versions.recordPages(broken.versionId, [page(1, 'native'), page(2, 'failed')]);
      await world().catalog.versions.publish(run.organizationId, run.collectionId, [broken.versionId]);
      const { documentId, versionId } = broken;
      expect(await messages(webhook)).toEqual([
        {
          type: 'document.held',
          documentId: version.documentId,
          versionId: version.versionId,
          runId: held.runId,
          wasLive: false,
        },
        {
          type: 'document.needs_attention',
          documentId,
          versionId,
          runId: run.runId,
          code: 'PAGES_FAILED',
          failedPages: 1,
        },
      ]);
    });

    it('are told of what is deleted, once', async () => {
      const { collection, webhook } = await listening();
      const { version } = await ingest(world(), collection, { paragraphs: ['amoxicillin 500 mg'] });
      const { documentId, versionId } = version;
      const deletion = { scope: scopeOf(collection), documentId, actor: 'key-1' };
      await world().catalog.documents.delete(deletion.scope, documentId, deletion.actor);
      await world().catalog.documents.delete(deletion.scope, documentId, deletion.actor);
      const [, ...withdrawn] = await messages(webhook);
      expect(withdrawn).toEqual([{ type: 'document.withdrawn', documentId, versionId, cause: 'deleted' }]);
    });

    /** As a record of its source says of the document of another run. */
    async function withdrawBySource(collection: Collection, externalId: string, cause: WithdrawalCause) {
      const later = await acceptRun(world(), collection, { slot: 'withdrawals' });
      const records = [{ recordIndex: 0, externalId, cause }];
      await world().catalog.versions.withdraw({
        organizationId: collection.organizationId,
        runId: later.runId,
        records,
      });
    }

    it.each(WITHDRAWAL_CAUSES)('are told of a paper that its source withdraws: %s', async (cause) => {
      const { collection, webhook } = await listening();
      const { run, version } = await ingest(world(), collection, { slot: 'pmid-1', paragraphs: ['a trial'] });
      await withdrawBySource(collection, run.fileName, cause);
      const [, ...withdrawn] = await messages(webhook);
      const { documentId, versionId } = version;
      expect(withdrawn).toEqual([{ type: 'document.withdrawn', documentId, versionId, cause }]);
    });

    it('are told of what a sync no longer finds: files, and records of a file', async () => {
      const { collection, webhook } = await listening();
      const first = { 'a.md': 'alpha', 'b.md': 'beta', 'records.xml': ['r1 one', 'r2 two'] };
      const { documents } = await syncBucket(world(), collection, first);
      await syncBucket(world(), collection, { 'a.md': 'alpha', 'records.xml': ['r1 one'] });
      const withdrawn = (await messages(webhook)).filter(({ type }) => type === 'document.withdrawn');
      expect(withdrawn).toHaveLength(2);
      expect(withdrawn).toEqual(
        expect.arrayContaining(
          ['b.md', 'r2'].map((name) => ({
            type: 'document.withdrawn',
            documentId: documents.get(name),
            versionId: expect.any(String) as string,
            cause: 'gone',
          })),
        ),
      );
    });

    it.each([
      ['failed', 'run.failed', 'SOURCE_FORBIDDEN'],
      ['needs_attention', 'run.needs_attention', 'WITHDRAWALS_UNCONFIRMED'],
    ] as const)('are told of a sync that ended %s, once', async (state, type, code) => {
      const { collection, webhook } = await listening();
      const { runId } = await startSync(world(), collection);
      for (let time = 1; time <= 2; time++) await world().catalog.syncs.finish(runId, { state, error: code });
      expect(await messages(webhook)).toEqual([{ type, runId, kind: 'sync', code }]);
    });

    /** A version that is held, and its review. */
    async function hold(collection: Collection) {
      const { documentId, versionId } = await openVersion(world(), await acceptRun(world(), collection));
      const reading = { key: `held/${versionId}`, sha256: '0'.repeat(64), sizeBytes: 1 };
      const [review] = await world().catalog.versions.hold([{ versionId, reading }]);
      return review ? { documentId, versionId, review } : expect.fail('no review was opened');
    }

    it('are told of a review that is overdue, once', async () => {
      const { collection, webhook } = await listening();
      const { documentId, versionId, review } = await hold(collection);
      const { organizationId, runId: reviewId } = review;
      for (let time = 1; time <= 2; time++) await world().catalog.reviews.recordOverdue(organizationId, reviewId);
      const [, ...overdue] = await messages(webhook);
      expect(overdue).toEqual([{ type: 'review.overdue', reviewId, documentId, versionId }]);
    });

    it.each([
      [{ state: 'failed', error: 'INTERNAL' } as const, 'run.failed', 'INTERNAL'],
      [{ state: 'needs_attention' } as const, 'run.needs_attention', null],
    ])('are told of a review whose run ended so, once: %o', async (end, type, code) => {
      const { collection, webhook } = await listening();
      const { organizationId, runId } = (await hold(collection)).review;
      for (let time = 1; time <= 2; time++) await world().catalog.reviews.finish(organizationId, runId, end);
      const [, ...ended] = await messages(webhook);
      expect(ended).toEqual([{ type, runId, kind: 'review', code }]);
    });

    it('are told of runs of any kind that failed or need attention, and of no other end', async () => {
      const { collection, webhook } = await listening();
      const failed = await acceptRun(world(), collection);
      const lost = await acceptRun(world(), collection);
      const cancelled = await acceptRun(world(), collection);
      const { runs } = world().catalog;
      await runs.finish([
        { runId: failed.runId, state: 'failed', error: 'PDF_ENCRYPTED' },
        { runId: lost.runId, state: 'needs_attention', error: 'GOLDEN_ANSWER_LOST' },
        { runId: cancelled.runId, state: 'cancelled' },
      ]);
      await runs.finish([{ runId: failed.runId, state: 'failed', error: 'PDF_ENCRYPTED' }]);
      const { organizationId, collectionId } = collection;
      const { act } = await runs.acceptAct({
        organizationId,
        collectionId,
        kind: 'erasure',
        subject: collectionId,
        actor: 'system',
        audit: { action: 'erasure.started', details: {} },
      });
      await runs.finishAct(organizationId, act.runId, { state: 'failed', error: 'INTERNAL' });
      const told = await messages(webhook);
      expect(told).toHaveLength(3);
      expect(told).toEqual(
        expect.arrayContaining([
          { type: 'run.failed', runId: failed.runId, kind: 'ingest', code: 'PDF_ENCRYPTED' },
          { type: 'run.needs_attention', runId: lost.runId, kind: 'ingest', code: 'GOLDEN_ANSWER_LOST' },
          { type: 'run.failed', runId: act.runId, kind: 'erasure', code: 'INTERNAL' },
        ]),
      );
    });

    it('hear nothing of what was rolled back', async () => {
      const { collection, webhook } = await listening();
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['amoxicillin'] });
      const { organizationId, collectionId } = collection;
      const publication = { organizationId, collectionId, versionIds: [version.versionId] };
      const eventsOf = `select type from knowledge.webhook_events where organization_id = '${organizationId}'`;
      const publishing = new Database(world().pool)
        .forOrganization(organizationId)
        .transaction('publishAndFail', async (tx) => {
          expect(await publishWithin(tx, publication)).toMatchObject([{ state: 'published' }]);
          expect(await tx.query('eventsOf', eventsOf)).toEqual([{ type: 'document.published' }]);
          throw new Error('what comes behind it fails');
        });
      await expect(publishing).rejects.toThrow('what comes behind it fails');
      expect(await messages(webhook)).toEqual([]);
      await publish(world(), run, publication.versionIds);
      expect(await messages(webhook)).toMatchObject([{ type: 'document.published' }]);
    });

    it('hear only of their types and collections, and each hears for itself', async () => {
      const collection = await newCollection(world());
      const other = await newCollection(world(), {}, collection.organizationId);
      const { organizationId } = collection;
      const failures = await add(collection, { eventTypes: ['run.failed'] });
      const here = await add(collection, { collections: [collection.collectionId] });
      await ingest(world(), collection, { paragraphs: ['here'] });
      await ingest(world(), other, { paragraphs: ['there'] });
      expect(await messages(failures)).toEqual([]);
      expect(await messages(here)).toHaveLength(1);
      const { rows } = await world().pool.query(
        'select count(*)::integer as events from knowledge.webhook_events where organization_id = $1',
        [organizationId],
      );
      expect(rows).toEqual([{ events: 2 }]);
    });

    it('cost nothing where there are none', async () => {
      const collection = await newCollection(world());
      await ingest(world(), collection, { paragraphs: ['amoxicillin'] });
      const { rows } = await world().pool.query('select from knowledge.webhook_events where organization_id = $1', [
        collection.organizationId,
      ]);
      expect(rows).toEqual([]);
    });

    describe('and answers that are recalled', () => {
      async function told(settings: Partial<CollectionSettings> = {}) {
        const { collection, webhook } = await listening(settings);
        const { run, version } = await ingest(world(), collection, {
          slot: 'leaflet',
          paragraphs: ['amoxicillin 500 mg'],
        });
        const scope = scopeOf(collection);
        const found = await searchWords(world().catalog, scope, 'amoxicillin', {}, 10);
        const answerId = randomUUID();
        const outcome = await world().catalog.answers.keep(scope, {
          answerId,
          actor: 'chat-key',
          subject: 'Jane Roe, bed 17',
          reference: 'message-4',
          questionHash: 'asked',
          formHash: 'form',
          sealed: Buffer.from('sealed'),
          chunkIds: found.map(({ chunkId }) => chunkId),
        });
        if (outcome === 'taken' || 'missing' in outcome) throw new Error('the passages are not live');
        await messages(webhook);
        return { collection, webhook, scope, run, version, answerId, toldAt: outcome.kept.toldAt.toISOString() };
      }

      const recalls = async (webhook: { organizationId: string; webhookId: string }) =>
        (await messages(webhook)).filter(({ type }) => type === 'answer.recalled');

      it('with a new version, once, and without who was told', async () => {
        const { collection, webhook, version, answerId, toldAt } = await told();
        await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 250 mg'] });
        const { documentId, versionId } = version;
        const expected = [{ type: 'answer.recalled', answerId, documentId, versionId, reason: 'replaced', toldAt }];
        expect(await recalls(webhook)).toEqual(expected);
        await ingest(world(), collection, { slot: 'leaflet', paragraphs: ['amoxicillin 125 mg'] });
        expect(await recalls(webhook)).toEqual(expected);
        expect(JSON.stringify(await catalog().take(webhook, 100))).not.toMatch(
          /Jane|bed 17|message-4|amoxicillin|leaflet/,
        );
      });

      it('with a deletion', async () => {
        const { webhook, scope, version, answerId } = await told();
        await world().catalog.documents.delete(scope, version.documentId, 'key-1');
        expect(await recalls(webhook)).toMatchObject([{ answerId, reason: 'deleted' }]);
      });

      it.each(WITHDRAWAL_CAUSES)('with what its source says: %s', async (cause) => {
        const { collection, webhook, run, answerId } = await told();
        await withdrawBySource(collection, run.fileName, cause);
        expect(await recalls(webhook)).toMatchObject([{ answerId, reason: cause }]);
      });

      it('with a later screen that holds what was live', async () => {
        const { collection, webhook, version, answerId, toldAt } = await told();
        const { organizationId, collectionId } = collection;
        const details = { report: false, all: true };
        const { act } = await world().catalog.runs.acceptAct({
          ...{ organizationId, collectionId, kind: 'rescreen', subject: collectionId, actor: 'admin-key', details },
          audit: { action: 'collection.rescreen_started', details },
        });
        const { documentId, versionId } = version;
        const reading = { key: `held/${versionId}`, sha256: '0'.repeat(64), sizeBytes: 1 };
        await world().catalog.rescreens.apply(act, { version: 7, screenedWith: 'rules' }, [
          { versionId, outcome: 'held', findings: [], categories: ['ssn'], reading },
        ]);
        expect((await messages(webhook)).filter(({ type }) => type === 'document.held')).toMatchObject([
          { documentId, versionId, wasLive: true },
        ]);
        expect(await recalls(webhook)).toEqual([
          { type: 'answer.recalled', answerId, documentId, versionId, reason: 'held', toldAt },
        ]);
      });

      it('with the day on which a review is overdue, once', async () => {
        const { collection, webhook, version, answerId } = await told({ reviewCycleDays: 30 });
        await catalog().tellDays();
        expect(await recalls(webhook)).toEqual([]);
        await age(version.versionId, 31);
        await ageAnswers();
        await catalog().tellDays();
        await catalog().tellDays();
        const days = (await messages(webhook)).filter(({ type }) => type === 'document.review_overdue');
        expect(days).toMatchObject([{ documentId: version.documentId, versionId: version.versionId }]);
        expect(await recalls(webhook)).toMatchObject([{ answerId, reason: 'review_overdue' }]);
        expect(collection.reviewCycleDays).toBe(30);
      });

      it('with each day on which a review is overdue, if a longer cycle came in between', async () => {
        const { collection, webhook, version } = await told({ reviewCycleDays: 30 });
        const overdue = async () =>
          (await messages(webhook)).filter(({ type }) => type === 'document.review_overdue').length;
        const setCycle = (reviewCycleDays: number) =>
          world().catalog.collections.update(scopeOf(collection), collection.name, { reviewCycleDays }, 'admin-key');
        await age(version.versionId, 31);
        await catalog().tellDays();
        expect(await overdue()).toBe(1);
        await setCycle(365);
        await catalog().tellDays();
        await setCycle(30);
        await catalog().tellDays();
        await catalog().tellDays();
        expect(await overdue()).toBe(2);
      });

      it('with the day on which a successor counts', async () => {
        const { collection, webhook, version, answerId } = await told();
        await ageAnswers();
        await ingest(world(), collection, {
          slot: 'successor',
          paragraphs: ['amoxicillin 250 mg'],
          metadata: { supersedes: [version.documentId], effectiveFrom: new Date().toISOString().slice(0, 10) },
        });
        await catalog().tellDays();
        await catalog().tellDays();
        const withdrawn = (await messages(webhook)).filter(({ type }) => type === 'document.withdrawn');
        expect(withdrawn).toMatchObject([
          { documentId: version.documentId, versionId: version.versionId, cause: 'superseded' },
        ]);
        expect(await recalls(webhook)).toMatchObject([{ answerId, reason: 'superseded' }]);
      });
    });

    /** As if all answers had been told before. */
    const ageAnswers = () => world().pool.query("update knowledge.answers set told_at = told_at - interval '2 days'");

    /** As if a webhook had begun to fail so many days earlier. */
    const ageWebhook = (webhookId: string, days: number) =>
      world().pool.query(
        'update knowledge.webhooks set failing_since = failing_since - make_interval(days => $2) where webhook_id = $1',
        [webhookId, days],
      );

    /** As if a version had been published so many days earlier. */
    async function age(versionId: string, days: number) {
      await pastTheGuards(world().pool, (client) =>
        client.query('update knowledge.versions set published_at = published_at - $2::interval where version_id = $1', [
          versionId,
          `${days} days`,
        ]),
      );
    }

    it('are not told of days that came before the first of them', async () => {
      const collection = await newCollection(world(), { reviewCycleDays: 30 });
      const { version } = await ingest(world(), collection, { paragraphs: ['amoxicillin'] });
      await age(version.versionId, 31);
      const webhook = await add(collection);
      await catalog().tellDays();
      expect(await messages(webhook)).toEqual([]);
    });

    describe('deliver', () => {
      async function oneMessage() {
        const { collection, webhook } = await listening();
        await ingest(world(), collection, { paragraphs: ['amoxicillin'] });
        await spread();
        const batch = await catalog().take(webhook, 10);
        const [message] = batch?.messages ?? [];
        if (!message) throw new Error('nothing is due');
        return { collection, webhook, message };
      }

      async function test(webhook: { organizationId: string; webhookId: string }) {
        const delivery = await catalog().addTest(webhook);
        return delivery === null || delivery === 'disabled' ? expect.fail('no test') : delivery;
      }

      const listed = async (webhook: { organizationId: string; webhookId: string }) =>
        (await catalog().deliveries(webhook, { limit: 10 })) ?? [];

      it('each message until it is taken, under the same id', async () => {
        const { webhook, message } = await oneMessage();
        const due = await catalog().due();
        expect(due).toContainEqual({ organizationId: webhook.organizationId, webhookId: webhook.webhookId });
        // A worker died before it recorded anything.
        expect((await catalog().take(webhook, 10))?.messages).toEqual([message]);
        await catalog().record(webhook, tried(message.deliveryId, { status: 500, problem: 'STATUS', nextTryInMs: 0 }));
        expect((await catalog().take(webhook, 10))?.messages).toMatchObject([
          { eventId: message.eventId, attempts: 1 },
        ]);
        expect(await listed(webhook)).toMatchObject([
          { state: 'waiting', attempts: 1, status: 500, problem: 'STATUS' },
        ]);
        await catalog().record(webhook, tried(message.deliveryId));
        expect((await catalog().take(webhook, 10))?.messages).toEqual([]);
        expect(await catalog().nextInMs(webhook)).toBeNull();
        expect(await listed(webhook)).toMatchObject([
          { state: 'delivered', attempts: 2, status: 200, problem: null, nextAttemptAt: null },
        ]);
        // What another worker found of the same try, late.
        await catalog().record(
          webhook,
          tried(message.deliveryId, { status: null, problem: 'TIMEOUT', nextTryInMs: 0 }),
        );
        expect(await listed(webhook)).toMatchObject([{ state: 'delivered' }]);
      });

      it('what waits no earlier than it should, the least tried first', async () => {
        const { collection, webhook, message } = await oneMessage();
        const hour = { status: null, problem: 'TIMEOUT', nextTryInMs: 3_600_000 } as const;
        await catalog().record(webhook, tried(message.deliveryId, hour));
        expect((await catalog().take(webhook, 10))?.messages).toEqual([]);
        const nextInMs = (await catalog().nextInMs(webhook)) ?? 0;
        expect(nextInMs).toBeGreaterThan(3_590_000);
        expect(nextInMs).toBeLessThanOrEqual(3_600_000);
        await catalog().record(webhook, tried(message.deliveryId, { ...hour, nextTryInMs: 0 }));
        await ingest(world(), collection, { paragraphs: ['ibuprofen'] });
        await spread();
        const attempts = (await catalog().take(webhook, 10))?.messages.map((one) => one.attempts);
        expect(attempts).toEqual([0, 2]);
        expect(await catalog().nextInMs(webhook)).toBe(0);
      });

      it('nothing more of a message that was given up, unless somebody asks', async () => {
        const { webhook, message } = await oneMessage();
        const { deliveryId, eventId } = message;
        await catalog().record(webhook, tried(deliveryId, { status: 500, problem: 'STATUS' }));
        expect(await listed(webhook)).toMatchObject([{ state: 'failed', nextAttemptAt: null }]);
        const failed = await catalog().deliveries(webhook, { limit: 10, state: 'failed' });
        expect(failed).toHaveLength(1);
        expect(await catalog().deliveries(webhook, { limit: 10, state: 'delivered' })).toEqual([]);
        expect(await catalog().redeliver(webhook, deliveryId, 'admin-key')).toMatchObject({
          eventId,
          state: 'waiting',
        });
        expect((await catalog().take(webhook, 10))?.messages).toMatchObject([{ eventId }]);
        expect(await catalog().redeliver(webhook, randomUUID(), 'admin-key')).toBe('no_delivery');
      });

      it('nothing to one that is gone, and all that waits once it is enabled again', async () => {
        const { webhook, message } = await oneMessage();
        const gone = { status: 410, problem: 'GONE', nextTryInMs: 5_000 } as const;
        await catalog().record(webhook, tried(message.deliveryId, gone));
        expect(await catalog().read(webhook)).toMatchObject({ disabled: { reason: 'gone' }, waiting: 1 });
        expect(await catalog().take(webhook, 10)).toBeNull();
        expect(await catalog().nextInMs(webhook)).toBeNull();
        expect(await catalog().addTest(webhook)).toBe('disabled');
        expect(await catalog().redeliver(webhook, message.deliveryId, 'admin-key')).toBe('disabled');
        await catalog().change(webhook, { enabled: true }, 'admin-key');
        expect((await catalog().take(webhook, 10))?.messages).toHaveLength(1);
      });

      it('one message at a time to one that takes nothing, with rests, until it is disabled', async () => {
        const { collection, webhook } = await oneMessage();
        await ingest(world(), collection, { paragraphs: ['ibuprofen'] });
        await spread();
        await catalog().recordHealth(webhook, { failures: 1, restMs: 0, failingDays: 3 });
        expect((await catalog().take(webhook, 10))?.messages).toHaveLength(1);
        await catalog().recordHealth(webhook, { failures: 2, restMs: 60_000, failingDays: 3 });
        expect(await catalog().take(webhook, 10)).toBeNull();
        expect(await catalog().due()).not.toContainEqual(expect.objectContaining({ webhookId: webhook.webhookId }));
        expect(await catalog().nextInMs(webhook)).toBeGreaterThan(50_000);
        await catalog().recordHealth(webhook, { failures: 0, restMs: 0, failingDays: 3 });
        expect((await catalog().take(webhook, 10))?.messages).toHaveLength(2);
        expect(await catalog().read(webhook)).toMatchObject({ failingSince: null });

        await catalog().recordHealth(webhook, { failures: 1, restMs: 0, failingDays: 3 });
        await ageWebhook(webhook.webhookId, 4);
        expect(await catalog().recordHealth(webhook, { failures: 2, restMs: 0, failingDays: 3 })).toBe('failing');
        expect(await catalog().recordHealth(webhook, { failures: 3, restMs: 0, failingDays: 3 })).toBeNull();
        expect(await catalog().read(webhook)).toMatchObject({ disabled: { reason: 'failing' }, waiting: 2 });
        const log = await world().catalog.audit.list(collection.organizationId, { after: 1, limit: 20 });
        expect(log.at(-1)).toMatchObject({
          actor: 'system',
          action: 'webhook.disabled',
          details: { reason: 'failing' },
        });
      });

      it('to a quiet one whose last message was given up, as if it had never failed', async () => {
        const { webhook, message } = await oneMessage();
        const failing = { failures: 1, restMs: 0, failingDays: 3 };
        await catalog().recordHealth(webhook, failing);
        expect(await catalog().read(webhook)).not.toMatchObject({ failingSince: null });
        await catalog().record(webhook, tried(message.deliveryId, { status: 500, problem: 'STATUS' }));
        await catalog().recordHealth(webhook, { ...failing, failures: 13 });
        expect(await catalog().read(webhook)).toMatchObject({ failingSince: null, disabled: null, waiting: 0 });

        // Weeks later.
        await ageWebhook(webhook.webhookId, 20);
        const next = await test(webhook);
        const again = { status: 500, problem: 'STATUS', nextTryInMs: 5_000 } as const;
        await catalog().record(webhook, tried(next.deliveryId, again));
        expect(await catalog().recordHealth(webhook, { ...failing, failures: 14 })).toBeNull();
        expect(await catalog().read(webhook)).toMatchObject({ disabled: null, waiting: 1 });
      });

      it('all that waits to another address, as if it had never failed', async () => {
        const { webhook, message } = await oneMessage();
        const hour = { status: 500, problem: 'STATUS', nextTryInMs: 3_600_000 } as const;
        await catalog().record(webhook, tried(message.deliveryId, hour));
        await catalog().recordHealth(webhook, { failures: 4, restMs: 60_000, failingDays: 3 });
        // The same address again changes nothing.
        await catalog().change(webhook, { url: webhook.url, description: 'ours' }, 'admin-key');
        expect(await catalog().take(webhook, 10)).toBeNull();
        const changed = await catalog().change(webhook, { url: 'https://other.example.org/' }, 'admin-key');
        expect(changed).toMatchObject({ failingSince: null, waiting: 1 });
        expect(await catalog().take(webhook, 10)).toMatchObject({ failures: 0, messages: [{ attempts: 1 }] });
      });

      it('at once what a person asks for, also to one that rests, which still fails', async () => {
        const { webhook, message } = await oneMessage();
        const resting = { failures: 4, restMs: 60_000, failingDays: 3 };
        await catalog().recordHealth(webhook, resting);
        await test(webhook);
        expect((await catalog().take(webhook, 10))?.messages).toHaveLength(2);
        expect(await catalog().nextInMs(webhook)).toBe(0);
        expect(await catalog().read(webhook)).not.toMatchObject({ failingSince: null });
        await catalog().recordHealth(webhook, resting);
        expect(await catalog().redeliver(webhook, randomUUID(), 'admin-key')).toBe('no_delivery');
        expect(await catalog().take(webhook, 10)).toBeNull();
        await catalog().redeliver(webhook, message.deliveryId, 'admin-key');
        expect((await catalog().take(webhook, 10))?.messages).toHaveLength(2);
      });

      it('a test to one of them alone, whatever it takes', async () => {
        const collection = await newCollection(world());
        const tested = await add(collection, { eventTypes: ['run.failed'] });
        const other = await add(collection);
        expect(await test(tested)).toMatchObject({ type: 'webhook.test', state: 'waiting' });
        expect(await messages(tested)).toEqual([{ type: 'webhook.test' }]);
        expect(await messages(other)).toEqual([]);
      });
    });

    it('list deliveries by pages, and forget old events', async () => {
      const { collection, webhook } = await listening();
      for (const text of ['one', 'two', 'three']) await ingest(world(), collection, { paragraphs: [text] });
      await spread();
      const first = (await catalog().deliveries(webhook, { limit: 2 })) ?? [];
      const rest = (await catalog().deliveries(webhook, { limit: 2, before: first.at(-1)?.number ?? 0 })) ?? [];
      expect(new Set([...first, ...rest].map(({ eventId }) => eventId)).size).toBe(3);
      await world().pool.query(
        "update knowledge.webhook_events set occurred_at = now() - interval '31 days' where event_id = $1",
        [first[0]?.eventId],
      );
      expect(await catalog().forget(30)).toBe(1);
      expect(await catalog().deliveries(webhook, { limit: 10 })).toHaveLength(2);
    });

    it('are spread once by several workers at a time', async () => {
      const { collection, webhook } = await listening();
      for (let count = 0; count < 4; count++)
        await ingest(world(), collection, { paragraphs: [randomBytes(4).toString('hex')] });
      await Promise.all([catalog().spread(3), catalog().spread(3), catalog().spread(3)]);
      expect(await messages(webhook)).toHaveLength(4);
    });
  });
}
