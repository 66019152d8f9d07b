import { describe, expect, it } from 'vitest';
import type { WithdrawalCause } from '../../core/contract/states.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { RecordRevision } from '../../core/contract/record-revision.js';
import {
  AFTER_ITS_CREATION,
  acceptRun,
  type CatalogUnderTest,
  countsOf,
  findTexts,
  makeVersion,
  newCollection,
  publish,
  scopeOf,
  sha256,
} from './catalog-world.js';
import { acceptSynced, listing, startSync } from './sync-world.js';

export function withdrawalsContract(world: () => CatalogUnderTest): void {
  describe('records that withdraw their documents', () => {
    it('take them out of the index, and run, document and audit log say why', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const first = await bring(await acceptRun(world(), collection), 'pmid:1', 'aspirin');
      await bring(await acceptRun(world(), collection), 'pmid:2', 'aspirin twice');
      const run = await acceptRun(world(), collection);
      await withdraw(run, 'pmid:1', 'retracted', { version: 1, revisedOn: '2022-01-01' });
      await withdraw(run, 'pmid:1', 'retracted', { version: 1, revisedOn: '2022-01-01' });

      expect(await findTexts(world(), scopeOf(collection), 'aspirin')).toEqual(['aspirin twice']);
      const view = await catalog.documents.get(scopeOf(collection), first.documentId);
      expect(view).toMatchObject({ state: 'withdrawn', withdrawal: { cause: 'retracted' }, title: 'aspirin' });
      expect(await catalog.documents.liveText(scopeOf(collection), first.documentId)).toBeNull();
      expect(await catalog.documents.list(scopeOf(collection), { limit: 10 })).toHaveLength(1);
      expect(await catalog.runs.listRecords(scopeOf(collection), run.runId, { limit: 10 })).toEqual([
        { index: 0, externalId: 'pmid:1', documentId: first.documentId, outcome: 'withdrawn', reason: 'the paper was retracted' },
      ]); // prettier-ignore
      expect((await catalog.runs.get(scopeOf(collection), run.runId))?.documents).toMatchObject([
        { documentId: first.documentId, state: 'withdrawn' },
      ]);
      expect(await countsOf(catalog, run.runId)).toMatchObject({ withdrawn: 1, published: 0, unchanged: 0 });
      const audit = await catalog.audit.list(collection.organizationId, AFTER_ITS_CREATION);
      expect(audit).toMatchObject([
        {
          actor: 'source',
          action: 'document.withdrawn',
          subject: first.documentId,
          details: { withdrawnVersions: 1, runId: run.runId, cause: 'retracted' },
        },
      ]);
      const [stored] = await catalog.collections.list(scopeOf(collection));
      expect(stored).toMatchObject({ documents: 1, chunks: 1 });
    });

    it('are no error for what is not known, which then cannot come in by an earlier run', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const earlier = await acceptRun(world(), collection);
      const run = await acceptRun(world(), collection);
      await withdraw(run, 'pmid:7', 'deleted_at_source', { version: 1 });
      const [record] = (await catalog.runs.listRecords(scopeOf(collection), run.runId, { limit: 10 })) ?? [];
      expect(record).toMatchObject({ outcome: 'withdrawn', reason: 'its source deleted the record' });
      expect(await catalog.documents.get(scopeOf(collection), record?.documentId ?? '')).toMatchObject({
        state: 'withdrawn',
        withdrawal: { cause: 'deleted_at_source' },
      });
      expect(await catalog.audit.list(collection.organizationId, AFTER_ITS_CREATION)).toEqual([]);
      expect((await bring(earlier, 'pmid:7', 'late')).state).toBe('superseded');
      expect((await bring(await acceptRun(world(), collection), 'pmid:7', 'anew')).state).toBe('published');
    });

    it('end what is under way and what waits for a person, but not what was accepted later', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const open = await acceptRun(world(), collection);
      const [opened] = await catalog.versions.open(items(open, 'pmid:1', 'under way'));
      const held = await acceptRun(world(), collection);
      const [waiting] = await catalog.versions.open(items(held, 'pmid:2', 'waits'));
      await catalog.versions.hold([
        { versionId: waiting?.versionId ?? '', reading: { key: 'held/x', sha256: sha256('x'), sizeBytes: 1 } },
      ]);
      const run = await acceptRun(world(), collection);
      const later = await bring(await acceptRun(world(), collection), 'pmid:3', 'later');
      for (const [index, id] of ['pmid:1', 'pmid:2', 'pmid:3'].entries())
        await withdraw(run, id, 'retracted', undefined, index);

      await makeVersion(world(), open, opened ?? expect.fail(), { paragraphs: ['under way'] });
      expect(await publish(world(), open, [opened?.versionId ?? ''])).toEqual(['superseded']);
      expect(await countsOf(catalog, held.runId)).toMatchObject({ held: 0, superseded: 1 });
      expect(await catalog.documents.get(scopeOf(collection), later.documentId)).toMatchObject({ state: 'published' });
      const records = await catalog.runs.listRecords(scopeOf(collection), run.runId, { limit: 10 });
      expect(records?.map((record) => record.outcome)).toEqual(['withdrawn', 'withdrawn', 'superseded']);
    });

    it('are refused by a run that is over, unless they were done before', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      await withdraw(run, 'pmid:1', 'retracted');
      await catalog.runs.finish([{ runId: run.runId, state: 'cancelled' }]);
      await withdraw(run, 'pmid:1', 'retracted');
      await expect(withdraw(run, 'pmid:2', 'retracted', undefined, 1)).rejects.toMatchObject({
        code: 'WORKFLOW_ENDED',
      });
    });

    it('leave a person’s deletion what it is', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { documentId } = await bring(await acceptRun(world(), collection), 'pmid:1', 'A');
      await catalog.documents.delete(scopeOf(collection), documentId, 'key');
      await withdraw(await acceptRun(world(), collection), 'pmid:1', 'retracted');
      expect(await catalog.documents.get(scopeOf(collection), documentId)).toMatchObject({ state: 'deleted' });
    });
  });

  describe('how new a record says it is', () => {
    it.each<[string, RecordRevision | undefined, RecordRevision | undefined, string]>([
      ['a lower version', { version: 2 }, { version: 1, revisedOn: '2030-01-01' }, 'superseded'],
      [
        'an earlier date',
        { version: 1, revisedOn: '2021-03-04' },
        { version: 1, revisedOn: '2021-03-03' },
        'superseded',
      ],
      ['a vague date', { version: 1, revisedOn: '2021-03-04' }, { version: 1, revisedOn: '2021' }, 'published'],
      ['a later date', { version: 1, revisedOn: '2021-03-04' }, { version: 1, revisedOn: '2021-03-05' }, 'published'],
      ['a higher version', { version: 1, revisedOn: '2021-03-04' }, { version: 2 }, 'published'],
      ['no date', { version: 1, revisedOn: '2021-03-04' }, { version: 1 }, 'published'],
      ['nothing', { version: 3 }, undefined, 'published'],
    ])('counts before the order of acceptance: %s', async (_name, live, coming, state) => {
      const collection = await newCollection(world());
      await bring(await acceptRun(world(), collection), 'pmid:1', 'live', live);
      const next = await bring(await acceptRun(world(), collection), 'pmid:1', 'coming', coming);
      expect(next.state).toBe(state);
      expect(await findTexts(world(), scopeOf(collection), 'live coming')).toEqual([
        state === 'published' ? 'coming' : 'live',
      ]);
    });

    it('keeps the old record of a retracted paper away, and lets a newer one in', async () => {
      const collection = await newCollection(world());
      const before = { version: 1, revisedOn: '2021-01-01' };
      await bring(await acceptRun(world(), collection), 'pmid:1', 'A', before);
      await withdraw(await acceptRun(world(), collection), 'pmid:1', 'retracted', {
        version: 1,
        revisedOn: '2022-01-01',
      });
      expect((await bring(await acceptRun(world(), collection), 'pmid:1', 'A', before)).state).toBe('superseded');
      const restored = { version: 1, revisedOn: '2023-01-01' };
      expect((await bring(await acceptRun(world(), collection), 'pmid:1', 'A', restored)).state).toBe('published');
    });

    it('keeps what its source deleted away from a sync that reads an old file again', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      await withdraw(await acceptRun(world(), collection), 'pmid:1', 'deleted_at_source', { version: 1 });
      const sync = await startSync(world(), collection);
      const [source] = await catalog.syncs.compare(sync, listing({ 'baseline.xml': 'pmid:1' }));
      const run = await acceptSynced(world(), sync, source ?? expect.fail());
      expect((await bring(run, 'pmid:1', 'A', { version: 1 })).state).toBe('superseded');
      expect((await bring(run, 'pmid:1', 'B', { version: 2 }, 1)).state).toBe('published');
    });

    it('counts for a withdrawal, too', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { documentId } = await bring(await acceptRun(world(), collection), 'pmid:1', 'A', { version: 2 });
      await withdraw(await acceptRun(world(), collection), 'pmid:1', 'deleted_at_source', { version: 1 });
      expect(await catalog.documents.get(scopeOf(collection), documentId)).toMatchObject({ state: 'published' });
    });
  });

  const items = (run: Run, externalId: string, text: string, revision?: RecordRevision, recordIndex = 0) => ({
    organizationId: run.organizationId,
    runId: run.runId,
    items: [{ externalId, fingerprint: sha256(text), recordIndex, pageCount: 0, ...(revision ? { revision } : {}) }],
  });

  /** One record on its whole way. */
  async function bring(run: Run, externalId: string, text: string, revision?: RecordRevision, recordIndex = 0) {
    const [version] = await world().catalog.versions.open(items(run, externalId, text, revision, recordIndex));
    if (!version) throw new Error('no version was opened');
    const { documentId, outcome } = version;
    if (outcome !== 'open') return { documentId, state: outcome };
    await makeVersion(world(), run, version, { paragraphs: [text], metadata: { title: text } });
    const [state] = await publish(world(), run, [version.versionId]);
    return { documentId, state };
  }

  async function withdraw(
    run: Run,
    externalId: string,
    cause: WithdrawalCause,
    revision?: RecordRevision,
    recordIndex = 0,
  ) {
    const record = { recordIndex, externalId, cause, ...(revision ? { revision } : {}) };
    await world().catalog.versions.withdraw({
      organizationId: run.organizationId,
      runId: run.runId,
      records: [record],
    });
  }
}
