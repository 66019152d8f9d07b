import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../core/contract/failures.js';
import { ingestSourceWorkflowId, ingestUploadsWorkflowId, runWorkflowId } from '../../core/contract/ids.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  newCollection,
  openVersion,
  scopeOf,
  sha256,
} from './catalog-world.js';

export function runCatalogContract(world: () => CatalogUnderTest): void {
  describe('runs', () => {
    it('are accepted with all that came in', async () => {
      const collection = await newCollection(world());
      const metadata = { externalId: 'guideline-1', title: 'Asthma', custom: { issuer: 'WHO', year: 2024 } };
      const run = await acceptRun(world(), collection, { slot: 'guideline-1', bytes: 'v1', metadata });
      expect(run).toMatchObject({
        collectionName: collection.name,
        workflowId: ingestSourceWorkflowId(collection.organizationId, run.runId),
        metadata,
        kind: 'ingest',
        subject: run.sourceId,
        parentRunId: null,
        actor: 'key-1',
        urgent: false,
        retryOf: null,
        state: 'running',
        stage: 'accepted',
        pages: { total: 0, done: 0 },
        records: { total: 0, done: 0 },
        error: null,
        finishedAt: null,
      });
      expect(await world().catalog.runs.load(collection.organizationId, run.runId)).toEqual(run);
    });

    it('join the newest of their source while it is running with the same bytes and metadata', async () => {
      const collection = await newCollection(world());
      const upload = (bytes: string, custom = {}) =>
        acceptRun(world(), collection, { slot: 's', bytes, metadata: { custom } });
      const first = await upload('A', { a: 1, b: 2 });
      expect((await upload('A', { b: 2, a: 1 })).runId).toBe(first.runId);
      const otherMetadata = await upload('A', { a: 2 });
      expect(otherMetadata.runId).not.toBe(first.runId);
      const otherBytes = await upload('B', { a: 2 });
      const back = await upload('A', { a: 2 });
      expect(new Set([first, otherMetadata, otherBytes, back].map((run) => run.runId)).size).toBe(4);
      expect(back.sequence).toBeGreaterThan(otherBytes.sequence);
      expect(back.sourceId).toBe(first.sourceId);
      await world().catalog.runs.finish([{ runId: back.runId, state: 'published' }]);
      expect((await upload('A', { a: 2 })).runId).not.toBe(back.runId);
    });

    it('are one when a hundred identical uploads arrive at once', async () => {
      const collection = await newCollection(world());
      const input = { slot: 'same', bytes: 'same' };
      const runs = await Promise.all(Array.from({ length: 100 }, () => acceptRun(world(), collection, input)));
      expect(new Set(runs.map((run) => run.runId)).size).toBe(1);
      expect(await world().catalog.runs.list(scopeOf(collection), { limit: 10 })).toHaveLength(1);
    });

    it('are refused where there is no such collection', async () => {
      const collection = await newCollection(world());
      const missing = acceptRun(world(), { ...collection, collectionId: randomUUID() });
      await expect(missing).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
      const foreign = acceptRun(world(), { ...collection, organizationId: 'somebody-else' });
      await expect(foreign).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
    });

    it('are gathered in one workflow, but for those that have begun, have ended, or may have been started already', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world());
      const accepted = [];
      for (let index = 0; index < 5; index++) accepted.push(await acceptRun(world(), collection));
      const [first, second, begun, ended, old] = accepted.map(({ runId }) => runId) as [
        string,
        string,
        string,
        string,
        string,
      ];
      await catalog.runs.recordProgress([begun], { stage: 'inspect' });
      await catalog.runs.finish([{ runId: ended, state: 'cancelled' }]);
      await pool.query(`update knowledge.runs set accepted_at = now() - interval '11 seconds' where run_id = $1`, [
        old,
      ]);

      const { organizationId } = collection;
      const workflowId = ingestUploadsWorkflowId(organizationId, randomUUID());
      const gather = (organization: string) =>
        catalog.runs.gather(organization, [second, first, begun, ended, old], workflowId);
      expect(await gather('somebody-else')).toEqual([]);
      expect((await gather(organizationId)).sort()).toEqual([first, second].sort());
      const gathered = async () => (await catalog.runs.gathered(organizationId, workflowId)).map(({ runId }) => runId);
      expect(await gathered()).toEqual([first, second]);
      expect(await catalog.runs.gathered('somebody-else', workflowId)).toEqual([]);

      await catalog.runs.separate(organizationId, [first]);
      expect(await gathered()).toEqual([second]);
      await catalog.runs.finish([{ runId: second, state: 'published' }]);
      expect(await gathered()).toEqual([]);
    });

    it('record progress in absolute numbers, until they end', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      await runs.recordProgress([run.runId], { stage: 'extract', pages: { total: 10 } });
      await runs.recordProgress([run.runId], { pages: { done: 4 }, records: { total: 7, done: 3 } });
      await runs.recordProgress([run.runId], { pages: { done: 4 } });
      const expected = { stage: 'extract', pages: { total: 10, done: 4 }, records: { total: 7, done: 3 } };
      expect(await runs.get(scopeOf(collection), run.runId)).toMatchObject(expected);
      await runs.finish([{ runId: run.runId, state: 'failed', error: 'PDF_DAMAGED' }]);
      await runs.recordProgress([run.runId], { stage: 'ocr' });
      await runs.finish([{ runId: run.runId, state: 'published' }]);
      const ended = await runs.get(scopeOf(collection), run.runId);
      const error = { code: 'PDF_DAMAGED', message: FAILURES.PDF_DAMAGED.message };
      expect(ended).toMatchObject({ state: 'failed', stage: 'done', error });
      expect(ended?.finishedAt).toBeInstanceOf(Date);
    });

    it.each([
      ['cancelled', 'cancelled'],
      ['failed', 'failed'],
    ] as const)('that end %s end their open versions with them', async (state, documentState) => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run);
      await catalog.runs.finish([{ runId: run.runId, state }]);
      const view = await catalog.runs.get(scopeOf(collection), run.runId);
      expect(view?.documents).toMatchObject([{ documentId: version.documentId, state: documentState }]);
      const later = catalog.versions.open({
        organizationId: run.organizationId,
        runId: run.runId,
        items: [{ externalId: 'late', fingerprint: 'f', recordIndex: 1, pageCount: 0 }],
      });
      await expect(later).rejects.toMatchObject({ code: 'WORKFLOW_ENDED' });
    });

    it('say whether it was this call that ended them', async () => {
      const run = await acceptRun(world(), await newCollection(world()));
      const { runs } = world().catalog;
      const ends = await Promise.all([1, 2, 3].map(() => runs.finish([{ runId: run.runId, state: 'cancelled' }])));
      expect(ends.flat()).toEqual([run.runId]);
    });

    it.each(['failed', 'cancelled', 'needs_attention'] as const)('that ended %s can be tried again', async (state) => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const metadata = { externalId: 'guideline-1', title: 'Asthma', custom: { issuer: 'WHO' } };
      const run = await acceptRun(world(), collection, { slot: 'guideline-1', urgent: true, metadata });
      await runs.finish([
        { runId: run.runId, state, ...(state === 'failed' ? { error: 'PDF_DAMAGED' as const } : {}) },
      ]);

      // Asked for twenty times at once, it is one.
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => runs.retry(scopeOf(collection), run.runId, 'key-1')),
      );
      const retries = answers.map((answer) => (answer && 'run' in answer ? answer : null));
      expect(new Set(retries.map((retry) => retry?.run.runId)).size).toBe(1);
      expect(retries.filter((retry) => retry?.joined === false)).toHaveLength(1);
      const retried = retries[0]?.run;
      if (!retried) throw new Error('it was not tried again');
      const { sourceId, object, fileName } = run;
      expect(retried).toMatchObject({ sourceId, object, fileName, metadata, retryOf: run.runId, state: 'running' });
      expect(retried).toMatchObject({ error: null, finishedAt: null, stage: 'accepted', urgent: true });
      expect(retried.workflowId).toBe(ingestSourceWorkflowId(collection.organizationId, retried.runId));
      expect(retried.sequence).toBeGreaterThan(run.sequence);
      expect((await runs.get(scopeOf(collection), run.runId))?.state).toBe(state);

      // Once the retry has ended, it is the one to try again.
      await runs.finish([{ runId: retried.runId, state: 'failed' }]);
      const again = { refusal: 'overtaken', newestRunId: retried.runId };
      expect(await runs.retry(scopeOf(collection), run.runId, 'key-1')).toEqual(again);
      expect(await runs.retry(scopeOf(collection), retried.runId, 'key-1')).toMatchObject({ joined: false });
    });

    it('that are under way, or ended otherwise, are not tried again', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const running = await acceptRun(world(), collection);
      const refused = (state: string) => ({ refusal: 'state', state });
      expect(await runs.retry(scopeOf(collection), running.runId, 'key-1')).toEqual(refused('running'));
      for (const state of ['published', 'unchanged', 'held', 'rejected', 'superseded'] as const) {
        const run = await acceptRun(world(), collection);
        await runs.finish([{ runId: run.runId, state }]);
        expect(await runs.retry(scopeOf(collection), run.runId, 'key-1')).toEqual(refused(state));
      }
    });

    it('are not tried again when a newer one of the source exists, nor by others', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const old = await acceptRun(world(), collection, { slot: 's', bytes: 'old' });
      await runs.finish([{ runId: old.runId, state: 'failed', error: 'PDF_DAMAGED' }]);
      const newer = await acceptRun(world(), collection, { slot: 's', bytes: 'newer' });
      const overtaken = { refusal: 'overtaken', newestRunId: newer.runId };
      expect(await runs.retry(scopeOf(collection), old.runId, 'key-1')).toEqual(overtaken);

      const stranger = scopeOf(await newCollection(world()));
      expect(await runs.retry(stranger, old.runId, 'key-1')).toBeNull();
      expect(await runs.retry({ ...scopeOf(collection), collections: [] }, old.runId, 'key-1')).toBeNull();
      expect(await runs.retry(scopeOf(collection), 'no uuid', 'key-1')).toBeNull();
    });

    it('list newest first, by state and collection, a page at a time', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const other = await newCollection(world(), {}, collection.organizationId);
      const made = [];
      for (const at of [collection, collection, other]) made.push(await acceptRun(world(), at));
      const newestFirst = made.map((run) => run.runId).reverse();
      const ids = async (options: Parameters<typeof runs.list>[1]) =>
        (await runs.list(scopeOf(collection), options)).map((run) => run.runId);
      expect(await ids({ limit: 10 })).toEqual(newestFirst);
      expect(await ids({ limit: 10, collectionId: collection.collectionId })).toEqual(newestFirst.slice(1));
      const [, middle] = made;
      if (!middle) throw new Error('three runs were made');
      expect(await ids({ limit: 1, before: middle.sequence })).toEqual([newestFirst[2]]);
      await runs.finish([{ runId: middle.runId, state: 'unchanged' }]);
      expect(await ids({ limit: 10, state: 'unchanged' })).toEqual([middle.runId]);
      expect(await runs.list({ ...scopeOf(collection), collections: [] }, { limit: 10 })).toEqual([]);
    });

    it('tell their documents in the order of the source, unchanged ones too', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const input = { paragraphs: ['rest'], slot: 'a', metadata: { title: 'Rest' } };
      const { version } = await ingest(world(), collection, input);
      const { run, state } = await ingest(world(), collection, input);
      expect(state).toBe('unchanged');
      const view = await catalog.runs.get(scopeOf(collection), run.runId);
      const about = { externalId: 'a.md', title: 'Rest', state: 'unchanged', screenedWith: null };
      const document = { documentId: version.documentId, ...about };
      expect(view?.documents).toEqual([document]);
    });

    it('tell what became of every record, the unread ones too, and how many ended how', async () => {
      const { catalog } = world();
      const { runs, versions } = catalog;
      const collection = await newCollection(world());
      const known = await ingest(world(), collection, { paragraphs: ['rest'], slot: 'pmid:1' });
      const run = await acceptRun(world(), collection);
      const { organizationId, runId } = run;
      const unread = [
        { index: 1, externalId: 'pmid:2', outcome: 'failed', reason: 'no title and no abstract' },
        { index: 2, outcome: 'failed', reason: 'no PMID' },
        { index: 3, externalId: 'pmid:1', outcome: 'repeated', reason: 'a later record counts' },
      ] as const;
      await runs.recordUnread(organizationId, runId, unread);
      await runs.recordUnread(organizationId, runId, unread);
      await runs.recordUnread(organizationId, runId, []);
      const fingerprint = sha256(`fingerprint of ${known.run.object.sha256}`);
      const item = { externalId: 'pmid:1.md', fingerprint, recordIndex: 4, pageCount: 0 };
      const made = { externalId: 'pmid:5', fingerprint: sha256('5'), recordIndex: 0, pageCount: 0 };
      await versions.open({ organizationId, runId, items: [made, item] });

      const scope = scopeOf(collection);
      const all = await runs.listRecords(scope, runId, { limit: 10 });
      expect(all?.map(({ index, externalId, outcome, reason }) => [index, externalId, outcome, reason])).toEqual([
        [0, 'pmid:5', 'processing', null],
        [1, 'pmid:2', 'failed', 'no title and no abstract'],
        [2, null, 'failed', 'no PMID'],
        [3, 'pmid:1', 'repeated', 'a later record counts'],
        [4, 'pmid:1.md', 'unchanged', null],
      ]);
      expect(all?.at(-1)?.documentId).toBe(known.version.documentId);
      expect(all?.[1]?.documentId).toBeNull();
      const failed = await runs.listRecords(scope, runId, { limit: 1, outcome: 'failed', after: 1 });
      expect(failed?.map((record) => record.index)).toEqual([2]);
      expect(await runs.countRecords(scope, runId)).toEqual({
        processing: 1,
        failed: 2,
        repeated: 1,
        unchanged: 1,
      });
      expect((await runs.get(scope, runId))?.documents).toHaveLength(2);
      expect((await versions.countByState([runId])).get(runId)).toMatchObject({ open: 1, unchanged: 1, failed: 0 });

      await runs.finish([{ runId, state: 'failed', error: 'INTERNAL' }]);
      expect(await runs.countRecords(scope, runId)).toEqual({ failed: 3, repeated: 1, unchanged: 1 });
      const stranger = scopeOf(await newCollection(world()));
      expect(await runs.listRecords(stranger, runId, { limit: 10 })).toBeNull();
      expect(await runs.listRecords({ ...scope, collections: [] }, runId, { limit: 10 })).toBeNull();
      expect(await runs.listRecords(scope, 'no-uuid', { limit: 10 })).toBeNull();
    });

    it('are invisible to others', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const stranger = scopeOf(await newCollection(world()));
      const run = await acceptRun(world(), collection);
      expect(await runs.get(stranger, run.runId)).toBeNull();
      expect(await runs.get({ ...scopeOf(collection), collections: [] }, run.runId)).toBeNull();
      expect(await runs.get(scopeOf(collection), 'no uuid')).toBeNull();
      expect(await runs.load(stranger.organizationId, run.runId)).toBeNull();
      expect(await runs.list(stranger, { limit: 10 })).toEqual([]);
    });

    it('that are running are found by the reconciler, oldest first', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const made = [
        await acceptRun(world(), collection),
        await acceptRun(world(), collection),
        await acceptRun(world(), collection),
      ];
      await runs.finish([{ runId: made[1]?.runId ?? '', state: 'failed' }]);
      const own = async (before: Date) =>
        (await runs.listRunning(before, { limit: 1_000_000 }))
          .filter((run) => run.organizationId === collection.organizationId)
          .map((run) => run.runId);
      expect(await own(new Date(Date.now() + 60_000))).toEqual([made[0]?.runId, made[2]?.runId]);
      expect(await own(new Date(0))).toEqual([]);
    });

    it('that are running are gone through by pages', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const made: string[] = [];
      for (let count = 0; count < 5; count++) made.push((await acceptRun(world(), collection)).runId);
      const later = new Date(Date.now() + 60_000);
      const seen: string[] = [];
      for (let after = 0; ;) {
        const page = await runs.listRunning(later, { limit: 2, after });
        seen.push(...page.map(({ runId }) => runId));
        if (page.length < 2) break;
        after = page.at(-1)?.sequence ?? 0;
      }
      expect(seen.filter((runId) => made.includes(runId))).toEqual(made);
      expect(new Set(seen).size).toBe(seen.length);
    });

    it('of other kinds are acts: one at a time on a subject, each with its entry in the audit log', async () => {
      const { runs, audit } = world().catalog;
      const { organizationId, collectionId, name } = await newCollection(world());
      const act = (subject: string) =>
        runs.acceptAct({
          organizationId,
          kind: 'erasure',
          subject,
          actor: 'key-1',
          collectionId,
          details: { retentionDays: 0 },
          audit: { action: 'document.erasure_accepted', details: { retentionDays: 0 } },
        });
      const answers = await Promise.all(Array.from({ length: 10 }, () => act('document-1')));
      expect(answers.filter(({ joined }) => !joined)).toHaveLength(1);
      const [first] = answers;
      if (!first) throw new Error('no act was accepted');
      const { runId } = first.act;
      expect(new Set(answers.map((answer) => answer.act.runId))).toEqual(new Set([runId]));
      expect(first.act).toMatchObject({
        kind: 'erasure',
        subject: 'document-1',
        actor: 'key-1',
        collectionName: name,
        parentRunId: null,
        details: { retentionDays: 0 },
        workflowId: runWorkflowId('erasure', organizationId, runId),
        state: 'running',
        stage: 'accepted',
      });
      const entries = (await audit.list(organizationId, { limit: 100 })).filter(
        ({ details }) => details['runId'] === runId,
      );
      expect(entries).toMatchObject([{ actor: 'key-1', action: 'document.erasure_accepted', subject: 'document-1' }]);
      expect((await act('document-2')).joined).toBe(false);

      const running = await runs.listRunning(new Date(Date.now() + 60_000), { limit: 1_000_000 });
      expect(running.find((run) => run.runId === runId)).toMatchObject({ kind: 'erasure', collectionName: name });
      await runs.recordActStage(organizationId, runId, 'erase');
      expect((await runs.loadAct(organizationId, runId))?.stage).toBe('erase');
      await runs.finishAct(organizationId, runId, { state: 'completed' });
      await runs.finishAct(organizationId, runId, { state: 'failed', error: 'INTERNAL' });
      expect(await runs.loadAct(organizationId, runId)).toMatchObject({
        state: 'completed',
        stage: 'done',
        error: null,
      });
      expect((await act('document-1')).joined).toBe(false);
      expect(await runs.loadAct('somebody-else', runId)).toBeNull();
    });

    it('of other kinds are not shown among those that read a source', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const { organizationId } = collection;
      const audit = { action: 'backup.accepted', details: {} };
      const { act } = await runs.acceptAct({
        ...{ organizationId, kind: 'backup' as const, subject: organizationId, actor: 'system', audit },
      });
      expect(act).toMatchObject({ collectionId: null, collectionName: null });
      expect(await runs.list(scopeOf(collection), { limit: 10 })).toEqual([]);
      expect(await runs.get(scopeOf(collection), act.runId)).toBeNull();
      expect(await runs.load(organizationId, act.runId)).toBeNull();
      expect(await runs.listRecords(scopeOf(collection), act.runId, { limit: 10 })).toBeNull();
      await runs.finish([{ runId: act.runId, state: 'failed', error: 'INTERNAL' }]);
      expect((await runs.loadAct(organizationId, act.runId))?.state).toBe('running');
    });

    it('lead to where the original lies now', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run);
      await catalog.runs.relocateObject(run.runId, 'held/x/y');
      expect((await catalog.runs.load(run.organizationId, run.runId))?.object).toEqual({
        ...run.object,
        key: 'held/x/y',
      });
      const object = await catalog.documents.sourceObject(scopeOf(collection), version.documentId);
      expect(object).toEqual({ ...run.object, key: 'held/x/y' });
    });

    it('that share an original follow it when it moves', async () => {
      const { runs } = world().catalog;
      const collection = await newCollection(world());
      const [first, other] = [await acceptRun(world(), collection), await acceptRun(world(), collection)];
      await runs.finish([{ runId: first.runId, state: 'failed' }]);
      const retry = await runs.retry(scopeOf(collection), first.runId, 'key-1');
      if (!retry || !('run' in retry)) throw new Error('it was not tried again');
      await runs.relocateObject(retry.run.runId, 'held/x/y');
      const keyOf = async ({ runId }: { runId: string }) => (await runs.get(scopeOf(collection), runId))?.object.key;
      expect([await keyOf(first), await keyOf(retry.run)]).toEqual(['held/x/y', 'held/x/y']);
      expect(await keyOf(other)).toBe(other.object.key);
    });
  });
}
