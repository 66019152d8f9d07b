import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { settleRuns } from '../../activities/settling/settle-run.js';
import { endOfSync } from '../../activities/syncing/settle-sync.js';
import { syncPrefixWorkflowId } from '../../core/contract/ids.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { SyncRef } from '../../core/contract/sync-messages.js';
import { acceptRun, type CatalogUnderTest, findTexts, newCollection, scopeOf } from './catalog-world.js';
import { acceptSynced, finishRun, listing, LOCATION, publishAll, startSync, syncBucket } from './sync-world.js';

export function syncCatalogContract(world: () => CatalogUnderTest): void {
  const counts = (ref: SyncRef) => world().catalog.syncs.counts(ref);
  const names = (changed: readonly { uri: string }[]) => changed.map((source) => source.uri.slice(LOCATION.length));

  describe('syncs', () => {
    it('are accepted with what they were told', async () => {
      const collection = await newCollection(world());
      const sync = await startSync(world(), collection, { maxWithdrawnShare: 0.25 });
      expect(sync).toMatchObject({
        organizationId: collection.organizationId,
        collectionName: collection.name,
        location: LOCATION,
        maxWithdrawnShare: 0.25,
        withdrawalsConfirmed: false,
        workflowId: syncPrefixWorkflowId(collection.organizationId, sync.runId),
        state: 'running',
        stage: 'accepted',
        error: null,
        finishedAt: null,
      });
      expect(await world().catalog.syncs.load(sync)).toEqual(sync);
      expect(await counts(sync)).toEqual({
        listed: 0,
        kept: 0,
        inserted: 0,
        updated: 0,
        ended: 0,
        failed: 0,
        waiting: 0,
        cancelled: 0,
        withdrawn: 0,
        missing: 0,
      });
    });

    it('of one location and collection join while one runs, also when a hundred start at once', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      const all = await Promise.all(Array.from({ length: 100 }, () => startSync(world(), collection)));
      const [first] = all;
      if (!first) throw new Error('a hundred were started');
      expect(new Set(all.map((sync) => sync.runId)).size).toBe(1);
      const elsewhere = await startSync(world(), collection, { location: 's3://bucket/' });
      const other = await startSync(world(), await newCollection(world(), {}, collection.organizationId));
      expect(new Set([first.runId, elsewhere.runId, other.runId]).size).toBe(3);
      // A confirmation counts for the one that is running, and is not taken back.
      expect((await startSync(world(), collection, { withdrawalsConfirmed: true })).withdrawalsConfirmed).toBe(true);
      expect((await startSync(world(), collection)).withdrawalsConfirmed).toBe(true);
      await syncs.finish(first.runId, { state: 'unchanged' });
      const next = await startSync(world(), collection);
      expect(next.runId).not.toBe(first.runId);
      expect(next.withdrawalsConfirmed).toBe(false);
      expect(next.sequence).toBeGreaterThan(first.sequence);
    });

    it('are refused where there is no such collection', async () => {
      const collection = await newCollection(world());
      for (const stranger of [
        { ...collection, collectionId: randomUUID() },
        { ...collection, organizationId: 'somebody-else' },
        { ...collection, collectionId: 'no uuid' },
      ]) {
        await expect(startSync(world(), stranger)).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
      }
    });

    it('go on with what somebody told of a source when naming it', async () => {
      const { runs, syncs } = world().catalog;
      const collection = await newCollection(world());
      const uri = `${LOCATION}a.md`;
      const metadata = { externalId: 'guideline-7', title: 'Asthma', custom: { issuer: 'WHO' } };
      const named = await runs.accept({
        organizationId: collection.organizationId,
        collectionId: collection.collectionId,
        sourceKey: `uri:${uri}`,
        fileName: 'a.md',
        object: { key: 'sources/named', sha256: 'aa'.repeat(32), sizeBytes: 3 },
        metadata,
        actor: 'key-1',
      });
      await finishRun(world(), named.run);
      const sync = await startSync(world(), collection);
      const [changed] = await syncs.compare(sync, listing({ 'a.md': 'a 2' }));
      if (!changed) throw new Error('a changed source was kept');
      expect((await acceptSynced(world(), sync, changed)).metadata).toEqual(metadata);
    });

    it('keep, insert and update; the first look decides, however often it is taken', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      await syncBucket(world(), collection, { 'a.md': 'a 1', 'b.md': 'b 1' });
      const sync = await startSync(world(), collection);
      const page = listing({ 'a.md': 'a 1', 'b.md': 'b 2', 'c.md': 'c 1' });
      const changed = await syncs.compare(sync, page);
      expect(names(changed)).toEqual(['b.md', 'c.md']);
      expect(await syncs.compare(sync, page)).toEqual(changed);
      expect(await counts(sync)).toMatchObject({ listed: 3, kept: 1, inserted: 1, updated: 1, ended: 0 });
      for (const source of changed) {
        const run = await acceptSynced(world(), sync, source);
        await publishAll(world(), run, 'x');
        await finishRun(world(), run);
      }
      expect(await syncs.compare(sync, page)).toEqual(changed);
      expect(await counts(sync)).toMatchObject({ listed: 3, kept: 1, inserted: 1, updated: 1, ended: 2, failed: 0 });
      expect(await syncs.changedSources(sync, [changed[1]?.sourceId ?? '', randomUUID()])).toEqual([changed[1]]);
    });

    it('give a source one run, however often it is accepted, and none once they are over', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      const sync = await startSync(world(), collection);
      const [a, b] = await syncs.compare(sync, listing({ 'a.md': 'a', 'b.md': 'b' }));
      if (!a || !b) throw new Error('two are new');
      expect(await syncs.runOf(sync, a.sourceId)).toBeNull();
      const run = await acceptSynced(world(), sync, a);
      expect((await acceptSynced(world(), sync, a)).runId).toBe(run.runId);
      expect(await syncs.runOf(sync, a.sourceId)).toBe(run.runId);
      await finishRun(world(), run);
      expect(await acceptSynced(world(), sync, a)).toMatchObject({ runId: run.runId, state: 'published' });
      await syncs.finish(sync.runId, { state: 'cancelled' });
      expect((await acceptSynced(world(), sync, a)).runId).toBe(run.runId);
      await expect(acceptSynced(world(), sync, b)).rejects.toMatchObject({ code: 'WORKFLOW_ENDED' });
    });

    it('do not try again what failed until its fingerprint is another, whatever else is wrong with it', async () => {
      const collection = await newCollection(world());
      const failing = async (error: 'PDF_DAMAGED' | 'KEY_MISSING' | undefined, state: 'failed' | 'cancelled') => {
        const sync = await startSync(world(), collection);
        const [source] = await world().catalog.syncs.compare(sync, listing({ 'a.md': 'a' }));
        if (source) await finishRun(world(), await acceptSynced(world(), sync, source), state, error);
        const found = await counts(sync);
        await world().catalog.syncs.finish(sync.runId, { state: 'published' });
        return { read: source !== undefined, failed: found.failed };
      };
      expect(await failing(undefined, 'cancelled')).toEqual({ read: true, failed: 0 });
      expect(await failing('KEY_MISSING', 'failed')).toEqual({ read: true, failed: 1 });
      expect(await failing('PDF_DAMAGED', 'failed')).toEqual({ read: true, failed: 1 });
      expect(await failing('PDF_DAMAGED', 'failed')).toEqual({ read: false, failed: 0 });
      const { read } = await syncBucket(world(), collection, { 'a.md': 'mended' });
      expect(read).toEqual(['a.md']);
    });

    it('record what could not be fetched, and try again what is not the file’s own doing', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      const bucket = listing({ large: 'l', denied: 'd', moving: 'm' });
      const codes = { large: 'FILE_TOO_LARGE', denied: 'SOURCE_FORBIDDEN', moving: 'SOURCE_CHANGED' } as const;
      const sync = await startSync(world(), collection);
      for (const source of await syncs.compare(sync, bucket)) {
        const code = codes[names([source])[0] as keyof typeof codes];
        for (let twice = 0; twice < 2; twice++) await syncs.recordUnfetchable(sync, source.sourceId, code);
      }
      expect(await counts(sync)).toMatchObject({ listed: 3, inserted: 3, ended: 3, failed: 2 });
      const view = await syncs.get(scopeOf(collection), sync.runId);
      expect(view?.problems.map(({ uri, error, runId }) => [names([{ uri }])[0], error.code, runId])).toEqual([
        ['denied', 'SOURCE_FORBIDDEN', null],
        ['large', 'FILE_TOO_LARGE', null],
        ['moving', 'SOURCE_CHANGED', null],
      ]);
      await syncs.finish(sync.runId, { state: 'needs_attention', error: 'SOURCES_FAILED' });
      const next = await startSync(world(), collection);
      expect(names(await syncs.compare(next, bucket)).toSorted()).toEqual(['denied', 'moving']);
    });

    it('withdraw what they have not seen, in steps, and nothing else', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const bucket = { 'a.md': 'alpha', 'b.md': 'beta', 'c.md': 'gamma', 'd.md': 'delta' };
      const { documents } = await syncBucket(world(), collection, bucket);
      await syncBucket(world(), collection, { 'e.md': 'elsewhere' }, { location: 's3://bucket/who-old/' });
      const before = await catalog.collections.byId(collection.organizationId, collection.collectionId);
      const sync = await startSync(world(), collection);
      await catalog.syncs.compare(sync, listing({ 'a.md': 'alpha' }));
      expect(await counts(sync)).toMatchObject({ kept: 1, missing: 3, withdrawn: 0 });
      expect(await catalog.syncs.withdrawMissing(sync, 2)).toMatchObject({ withdrawn: 2 });
      expect(await counts(sync)).toMatchObject({ missing: 1, withdrawn: 2 });
      expect(await catalog.syncs.withdrawMissing(sync, 2)).toEqual({ withdrawn: 1, left: 0 });
      expect(await catalog.syncs.withdrawMissing(sync, 2)).toEqual({ withdrawn: 0, left: 0 });
      expect(await counts(sync)).toMatchObject({ missing: 0, withdrawn: 3 });
      const after = await catalog.collections.byId(collection.organizationId, collection.collectionId);
      expect(after?.withdrawalEpoch).toBe((before?.withdrawalEpoch ?? 0) + 2);
      expect(await catalog.documents.get(scopeOf(collection), documents.get('b.md') ?? '')).toMatchObject({
        state: 'deleted',
      });
      expect(await findTexts(world(), scopeOf(collection), 'alpha beta gamma delta elsewhere')).toEqual(
        expect.arrayContaining(['alpha', 'elsewhere']),
      );
      expect(await findTexts(world(), scopeOf(collection), 'beta')).toEqual([]);
      await expectStatistics(collection, ['alpha', 'elsewhere']);
      const { rows } = await world().pool.query(
        `select subject, details from compliance.audit_log where organization_id = $1 and actor = 'sync'`,
        [collection.organizationId],
      );
      const gone = ['b.md', 'c.md', 'd.md'].map((name) => documents.get(name));
      expect(rows.map((row: { subject: string }) => row.subject).toSorted()).toEqual(gone.toSorted());
    });

    it('read again what comes back', async () => {
      const collection = await newCollection(world());
      await syncBucket(world(), collection, { 'a.md': 'alpha', 'b.md': 'beta' });
      await syncBucket(world(), collection, { 'a.md': 'alpha' });
      const { read, sync } = await syncBucket(world(), collection, { 'a.md': 'alpha', 'b.md': 'beta' });
      expect(read).toEqual(['b.md']);
      expect(await counts(sync)).toMatchObject({ listed: 2, kept: 1, inserted: 1 });
      expect(await findTexts(world(), scopeOf(collection), 'beta')).toEqual(['beta']);
    });

    it('leave deleted what a person deleted, also when it changes or goes and comes back; an upload brings it back', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const { documents } = await syncBucket(world(), collection, { 'a.md': 'alpha 1' });
      const documentId = documents.get('a.md') ?? '';
      await catalog.documents.delete(scope, documentId, 'somebody');
      expect((await syncBucket(world(), collection, { 'a.md': 'alpha 2' })).read).toEqual(['a.md']);
      expect(await findTexts(world(), scope, 'alpha')).toEqual([]);
      await syncBucket(world(), collection, {});
      await syncBucket(world(), collection, { 'a.md': 'alpha 2' });
      expect(await findTexts(world(), scope, 'alpha')).toEqual([]);

      const metadata = { externalId: `${LOCATION}a.md`, custom: {} };
      const run = await acceptRun(world(), collection, { metadata });
      await publishAll(world(), run, 'alpha by hand');
      await finishRun(world(), run);
      expect(await findTexts(world(), scope, 'alpha')).toEqual(['alpha by hand']);
      await syncBucket(world(), collection, { 'a.md': 'alpha 3' });
      expect(await findTexts(world(), scope, 'alpha')).toEqual(['alpha 3']);
    });

    it('stay away from what a person deleted after a sync had withdrawn it', async () => {
      const collection = await newCollection(world());
      const { documents } = await syncBucket(world(), collection, { 'a.md': 'alpha' });
      await syncBucket(world(), collection, {});
      await world().catalog.documents.delete(scopeOf(collection), documents.get('a.md') ?? '', 'somebody');
      await syncBucket(world(), collection, { 'a.md': 'alpha' });
      expect(await findTexts(world(), scopeOf(collection), 'alpha')).toEqual([]);
    });

    it('keep what another source holds: a renamed file of many records loses none', async () => {
      const collection = await newCollection(world());
      const records = ['pmid:1 one', 'pmid:2 two'];
      await syncBucket(world(), collection, { 'old.xml': records });
      await syncBucket(world(), collection, { 'new.xml': records });
      expect(await findTexts(world(), scopeOf(collection), 'one two')).toHaveLength(2);
      expect((await syncBucket(world(), collection, { 'new.xml': records })).read).toEqual([]);
      await syncBucket(world(), collection, {});
      expect(await findTexts(world(), scopeOf(collection), 'one two')).toEqual([]);
    });

    it('read the other source again when the one that is gone had the last word', async () => {
      const collection = await newCollection(world());
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 former'] });
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 former'], 'b.xml': ['pmid:1 corrected'] });
      expect(await findTexts(world(), scopeOf(collection), 'former corrected')).toEqual(['pmid:1 corrected']);
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 former'] });
      expect((await syncBucket(world(), collection, { 'a.xml': ['pmid:1 former'] })).read).toEqual(['a.xml']);
      expect(await findTexts(world(), scopeOf(collection), 'former corrected')).toEqual(['pmid:1 former']);
    });

    it('do not stop what another source has under way', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 former'] });
      const upload = await acceptRun(world(), collection);
      const sync = await startSync(world(), collection);
      await catalog.syncs.withdrawMissing(sync, 10);
      expect(await findTexts(world(), scopeOf(collection), 'former')).toEqual([]);
      await publishAll(world(), upload, ['pmid:1 uploaded']);
      expect(await findTexts(world(), scopeOf(collection), 'uploaded')).toEqual(['pmid:1 uploaded']);
    });

    it('of overlapping locations do not withdraw what the other one has just seen', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const whole = await startSync(world(), collection, { location: 's3://bucket/', withdrawalsConfirmed: true });
      await catalog.syncs.compare(whole, []);
      await syncBucket(world(), collection, { 'a.md': 'alpha' });
      expect(await catalog.syncs.withdrawMissing(whole, 10)).toEqual({ withdrawn: 0, left: 0 });
      await catalog.syncs.finish(whole.runId, { state: 'unchanged' });
      expect(await findTexts(world(), scopeOf(collection), 'alpha')).toEqual(['alpha']);
      await syncBucket(world(), collection, {}, { location: 's3://bucket/' });
      expect(await findTexts(world(), scopeOf(collection), 'alpha')).toEqual([]);
    });

    it('withdraw records that an updated file no longer holds', async () => {
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const records = ['pmid:1 one', 'pmid:2 two', 'pmid:3 three'];
      const { documents } = await syncBucket(world(), collection, { 'a.xml': records, 'b.xml': ['pmid:3 three'] });
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 one'], 'b.xml': ['pmid:3 three'] });
      expect((await findTexts(world(), scope, 'one two three')).toSorted()).toEqual(['pmid:1 one', 'pmid:3 three']);
      await expectStatistics(collection, ['pmid:1 one', 'pmid:3 three']);
      await syncBucket(world(), collection, { 'a.xml': records, 'b.xml': ['pmid:3 three'] });
      expect(await findTexts(world(), scope, 'one two three')).toHaveLength(3);
      await world().catalog.documents.delete(scope, documents.get('pmid:2') ?? '', 'somebody');
      await syncBucket(world(), collection, { 'a.xml': [...records, 'pmid:4 four'], 'b.xml': ['pmid:3 three'] });
      expect(await findTexts(world(), scope, 'two')).toEqual([]);
    });

    it('ask before most records of a file are withdrawn, and never for a run of no sync', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      await syncBucket(world(), collection, { 'a.xml': ['pmid:1 one', 'pmid:2 two', 'pmid:3 three'] });
      const sync = await startSync(world(), collection);
      const [source] = await syncs.compare(sync, listing({ 'a.xml': ['pmid:1 one'] }));
      if (!source) throw new Error('it changed');
      const run = await acceptSynced(world(), sync, source);
      await publishAll(world(), run, ['pmid:1 one']);
      expect(await syncs.runsWithVanished([run.runId])).toEqual([run.runId]);
      expect(await syncs.withdrawVanished(run.runId, 1)).toEqual({ withdrawn: 0, left: 2, asks: true });
      await finishRun(world(), run, 'needs_attention', 'RECORDS_GONE');
      await syncs.finish(sync.runId, { state: 'needs_attention' });
      expect(await findTexts(world(), scopeOf(collection), 'one two three')).toHaveLength(3);

      const confirmed = await startSync(world(), collection, { withdrawalsConfirmed: true });
      const [again] = await syncs.compare(confirmed, listing({ 'a.xml': ['pmid:1 one'] }));
      if (!again) throw new Error('what asked is read again');
      const second = await acceptSynced(world(), confirmed, again);
      await publishAll(world(), second, ['pmid:1 one']);
      expect(await syncs.withdrawVanished(second.runId, 1)).toEqual({ withdrawn: 1, left: 1, asks: false });
      expect(await syncs.withdrawVanished(second.runId, 1)).toEqual({ withdrawn: 1, left: 0, asks: false });
      expect(await syncs.withdrawVanished(second.runId, 1)).toEqual({ withdrawn: 0, left: 0, asks: false });
      expect(await findTexts(world(), scopeOf(collection), 'one two three')).toEqual(['pmid:1 one']);

      const upload = await acceptRun(world(), collection, { slot: 'export' });
      await publishAll(world(), upload, ['pmid:8 eight', 'pmid:9 nine']);
      await finishRun(world(), upload);
      const fewer = await acceptRun(world(), collection, { slot: 'export' });
      await publishAll(world(), fewer, ['pmid:8 eight']);
      expect(await syncs.runsWithVanished([fewer.runId])).toEqual([]);
      expect(await syncs.withdrawVanished(fewer.runId, 10)).toMatchObject({ withdrawn: 0, asks: false });
    });

    it('end the run of a file only when all of what it no longer holds is withdrawn, some at a time', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const records = Array.from({ length: 8 }, (_, at) => `pmid:${at} record`);
      const kept = records.slice(0, 1);
      await syncBucket(world(), collection, { 'a.xml': records });
      const sync = await startSync(world(), collection, { withdrawalsConfirmed: true });
      const [source] = await catalog.syncs.compare(sync, listing({ 'a.xml': kept }));
      const run = await acceptSynced(world(), sync, source ?? expect.fail());
      await publishAll(world(), run, kept);
      const settle = () => settleRuns(catalog, [{ runId: run.runId }], { documents: 2, transactions: 2 });
      const stateNow = async () => (await catalog.runs.load(run.organizationId, run.runId))?.state;

      expect(await settle()).toMatchObject({ more: true });
      expect(await stateNow()).toBe('running');
      expect(await findTexts(world(), scopeOf(collection), 'record')).toHaveLength(4);
      const second = await settle();
      expect(second.more).toBe(false);
      expect(second.ends).toMatchObject([{ runId: run.runId }]);
      expect(await stateNow()).toBe(second.ends[0]?.state);
      expect(await findTexts(world(), scopeOf(collection), 'record')).toEqual(kept);
      expect(await settle()).toEqual(second);
    });

    it('end once, with the counts that they had then; a cancelled one ends its runs', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const sync = await startSync(world(), collection);
      const [a, b] = await catalog.syncs.compare(sync, listing({ 'a.md': 'a', 'b.md': 'b' }));
      if (!a || !b) throw new Error('two are new');
      const [done, open] = [await acceptSynced(world(), sync, a), await acceptSynced(world(), sync, b)];
      await publishAll(world(), done, 'a');
      await finishRun(world(), done);
      await catalog.syncs.recordStage(sync.runId, 'withdraw');
      await catalog.syncs.finish(sync.runId, { state: 'cancelled' });
      await catalog.syncs.finish(sync.runId, { state: 'failed', error: 'WORKFLOW_ENDED' });
      await catalog.syncs.recordStage(sync.runId, 'list');
      const state = async (runId: string) => (await catalog.runs.load(collection.organizationId, runId))?.state;
      expect([await state(done.runId), await state(open.runId)]).toEqual(['published', 'cancelled']);
      const ended = { listed: 2, inserted: 2, ended: 2, failed: 0 };
      const view = await catalog.syncs.get(scopeOf(collection), sync.runId);
      expect(view).toMatchObject({ state: 'cancelled', stage: 'done', error: null, counts: ended });
      expect(view?.finishedAt).toBeInstanceOf(Date);
      const { read } = await syncBucket(world(), collection, { 'a.md': 'a', 'b.md': 'b', 'c.md': 'c' });
      expect(read).toEqual(['b.md', 'c.md']);
      expect((await catalog.syncs.get(scopeOf(collection), sync.runId))?.counts).toMatchObject(ended);
    });

    it('that run are found by the reconciler, and their runs are theirs until they end', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const sync = await startSync(world(), collection);
      const [a] = await catalog.syncs.compare(sync, listing({ 'a.md': 'a' }));
      if (!a) throw new Error('one is new');
      const run = await acceptSynced(world(), sync, a);
      const later = new Date(Date.now() + 3_600_000);
      const running = async () =>
        (await catalog.runs.listRunning(later, { limit: 10_000 })).map(({ runId, kind }) => `${kind} ${runId}`);
      expect(await running()).toContain(`sync ${sync.runId}`);
      expect(await catalog.runs.listRunning(new Date(0), { limit: 10 })).toEqual([]);
      expect(await running()).not.toContain(`ingest ${run.runId}`);
      await catalog.syncs.finish(sync.runId, { state: 'failed', error: 'WORKFLOW_ENDED' });
      expect(await running()).not.toContain(`sync ${sync.runId}`);
      expect(await running()).toContain(`ingest ${run.runId}`);
    });

    it('tell of a source that somebody cancelled, which the next one reads', async () => {
      const { runs, syncs } = world().catalog;
      const collection = await newCollection(world());
      const sync = await startSync(world(), collection);
      const bucket = { 'a.md': 'a', 'b.md': 'b' };
      const [a, b] = await syncs.compare(sync, listing(bucket));
      if (!a || !b) throw new Error('both are new');
      const cancelled = await acceptSynced(world(), sync, a);
      expect(await runs.cancel(scopeOf(collection), cancelled.runId, 'key-1')).toBe(true);
      await finishRun(world(), await acceptSynced(world(), sync, b));
      const counts = await syncs.counts(sync);
      expect(counts).toMatchObject({ inserted: 2, ended: 2, failed: 0, waiting: 0, cancelled: 1 });
      expect(endOfSync(counts, false)).toEqual({ state: 'needs_attention', error: 'SOURCES_CANCELLED' });
      await syncs.finish(sync.runId, { state: 'needs_attention', error: 'SOURCES_CANCELLED' });
      const next = await startSync(world(), collection);
      const again = await syncs.compare(next, listing(bucket));
      expect(again.map((source) => source.uri)).toEqual([a.uri]);
    });

    it('show nothing to another organization or to a key for other collections', async () => {
      const { syncs } = world().catalog;
      const collection = await newCollection(world());
      const foreign = await newCollection(world());
      const { sync, documents } = await syncBucket(world(), collection, { 'a.md': 'alpha' });
      const ref = { organizationId: foreign.organizationId, runId: sync.runId };
      expect(await syncs.get(scopeOf(foreign), sync.runId)).toBeNull();
      expect(await syncs.get({ ...scopeOf(collection), collections: [] }, sync.runId)).toBeNull();
      expect(await syncs.get(scopeOf(collection), 'no uuid')).toBeNull();
      expect(await syncs.load(ref)).toBeNull();
      expect(await syncs.compare(ref, listing({ 'a.md': 'changed' }))).toEqual([]);
      expect(await syncs.withdrawMissing(ref, 10)).toEqual({ withdrawn: 0, left: 0 });
      expect(await syncs.counts(ref)).toMatchObject({ listed: 0, missing: 0 });
      // The same location in another organization's collection is another matter.
      await syncBucket(world(), foreign, {});
      expect(documents.size).toBe(1);
      expect(await findTexts(world(), scopeOf(collection), 'alpha')).toEqual(['alpha']);
    });

    it('take names of any length and kind', async () => {
      const collection = await newCollection(world());
      const bucket = Object.fromEntries(
        ['new\nline.md', '😀'.repeat(250), 'x'.repeat(5_000), 'quo\'te".md', 'ü%20+.md'].map((name) => [name, name]),
      );
      const sync = await startSync(world(), collection);
      const page = listing(bucket);
      const changed = await world().catalog.syncs.compare(sync, page);
      expect(changed.map((source) => source.uri).toSorted()).toEqual(page.map((source) => source.uri).toSorted());
      expect(await world().catalog.syncs.compare(sync, page)).toEqual(changed);
    });
  });

  /** What BM25 knows of a collection is what its live chunks say. */
  async function expectStatistics(collection: Collection, texts: readonly string[]): Promise<void> {
    const { rows } = await world().pool.query(
      `select live_documents::int as documents, live_chunks::int as chunks,
         (select coalesce(sum(document_frequency), 0)::int from knowledge.lexical_terms t
          where t.collection_id = c.collection_id) as postings,
         (select coalesce(sum(cardinality(k.words)), 0)::int
          from knowledge.documents d join knowledge.version_chunks vc on vc.version_id = d.live_version_id
          join knowledge.chunks k using (chunk_no)
          where d.collection_id = c.collection_id) as words
       from knowledge.collections c where collection_id = $1`,
      [collection.collectionId],
    );
    const [row] = rows as { documents: number; chunks: number; postings: number; words: number }[];
    expect(row).toMatchObject({ documents: texts.length, chunks: texts.length, postings: row?.words });
  }
}
