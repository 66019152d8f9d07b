import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PageRecord } from '../../core/contract/reading.js';
import type { Finding } from '../../core/contract/finding.js';
import {
  acceptRun,
  type CatalogUnderTest,
  countsOf,
  findTexts,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
  publish,
  scopeOf,
  sha256,
} from './catalog-world.js';

export function versionCatalogContract(world: () => CatalogUnderTest): void {
  describe('opening versions', () => {
    it('makes document and version once, however often it is asked', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const items = ['b', 'a', 'c'].map((externalId, recordIndex) => ({
        externalId,
        fingerprint: sha256(externalId),
        recordIndex,
        pageCount: 0,
      }));
      const input = { organizationId: run.organizationId, runId: run.runId, items };
      const answers = await Promise.all([1, 2, 3].map(() => catalog.versions.open(input)));
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      expect(answers[0]?.map((opened) => [opened.recordIndex, opened.outcome])).toEqual(
        [0, 1, 2].map((at) => [at, 'open']),
      );
      const view = await catalog.runs.get(scopeOf(collection), run.runId);
      expect(view?.documents.map((document) => document.externalId)).toEqual(['b', 'a', 'c']);
      expect(await countsOf(catalog, run.runId)).toMatchObject({ open: 3, published: 0 });
    });

    it('gives records of one file with the same external id one version', async () => {
      const { catalog } = world();
      const run = await acceptRun(world(), await newCollection(world()));
      const items = [0, 1].map((recordIndex) => ({
        externalId: 'pmid:1',
        fingerprint: 'f',
        recordIndex,
        pageCount: 0,
      }));
      const [first, second] = await catalog.versions.open({
        organizationId: run.organizationId,
        runId: run.runId,
        items,
      });
      expect(second?.versionId).toBe(first?.versionId);
      expect(await countsOf(catalog, run.runId)).toMatchObject({ open: 1 });
    });

    it('answers unchanged for the live fingerprint', async () => {
      const collection = await newCollection(world());
      const first = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      const again = await ingest(world(), collection, { slot: 's', paragraphs: ['A'] });
      expect(again).toMatchObject({ state: 'unchanged', version: { versionId: first.version.versionId } });
      expect(await countsOf(world().catalog, again.run.runId)).toMatchObject({
        unchanged: 1,
        published: 0,
      });
    });

    it('answers held for what waits for a person already', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection, { slot: 's', bytes: 'A' });
      const version = await openVersion(world(), run);
      await catalog.versions.hold([
        { versionId: version.versionId, reading: { key: 'held/x', sha256: sha256('x'), sizeBytes: 1 } },
      ]);
      await catalog.runs.finish([{ runId: run.runId, state: 'held' }]);
      const again = await acceptRun(world(), collection, { slot: 's', bytes: 'A' });
      expect(await openVersion(world(), again)).toMatchObject({ outcome: 'held', versionId: version.versionId });
      expect(await countsOf(catalog, again.runId)).toMatchObject({ held: 1 });
      const changed = await acceptRun(world(), collection, { slot: 's', bytes: 'B' });
      expect(await openVersion(world(), changed)).toMatchObject({ outcome: 'open' });
    });

    it('reads again what needs attention when a retry brings it, and only then', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection, { slot: 's', bytes: 'A' });
      const { versionId, documentId } = await openVersion(world(), run, { pageCount: 1 });
      const failed: PageRecord = { ...page(1, 'failed', 'This page is damaged.'), failureCode: 'PAGE_UNREADABLE' };
      await catalog.versions.recordPages(versionId, [failed]);
      await makeVersion(
        world(),
        run,
        { recordIndex: 0, versionId, documentId, outcome: 'open' },
        { paragraphs: ['A'] },
      );
      expect(await publish(world(), run, [versionId])).toEqual(['needs_attention']);
      await catalog.runs.finish([{ runId: run.runId, state: 'needs_attention', error: 'PAGES_FAILED' }]);

      const same = await acceptRun(world(), collection, { slot: 's', bytes: 'A' });
      expect(await openVersion(world(), same)).toMatchObject({ outcome: 'needs_attention', versionId });
      await catalog.runs.finish([{ runId: same.runId, state: 'needs_attention', error: 'PAGES_FAILED' }]);
      const retry = await catalog.runs.retry(scopeOf(collection), same.runId, 'key-1');
      if (!retry || !('run' in retry)) throw new Error('it was not tried again');
      const opened = await openVersion(world(), retry.run, { pageCount: 1 });
      expect(opened).toMatchObject({ outcome: 'open', documentId });
      expect(opened.versionId).not.toBe(versionId);
    });

    it('takes names of any length and tells them apart', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      // 1,000 characters of three bytes that do not compress: more than an index of the texts themselves could hold.
      const long = Array.from({ length: 1000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join(
        '',
      );
      const names = [`${long}a`, `${long}b`];
      const run = await acceptRun(world(), collection);
      const items = names.map((externalId, recordIndex) => ({
        externalId,
        fingerprint: 'f',
        recordIndex,
        pageCount: 0,
      }));
      const opened = await catalog.versions.open({ organizationId: run.organizationId, runId: run.runId, items });
      expect(new Set(opened.map(({ documentId }) => documentId)).size).toBe(2);
      const later = await acceptRun(world(), collection);
      const again = await openVersion(world(), later, { externalId: `${long}b` });
      expect(again.documentId).toBe(opened[1]?.documentId);
      const listed = await catalog.documents.list(scopeOf(collection), { limit: 10, externalId: `${long}b` });
      expect(listed.map(({ documentId }) => documentId)).toEqual([again.documentId]);
    });
  });

  describe('the ledger', () => {
    it('keeps one row a page, the last one written, and counts the pages of the run', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const { versionId } = await openVersion(world(), run, { pageCount: 3 });
      const failed: PageRecord = { ...page(2, 'failed', 'This page is damaged.'), failureCode: 'PAGE_UNREADABLE' };
      await catalog.versions.recordPages(versionId, [page(2, 'pending', 'no text'), page(1, 'native')]);
      const done = async () => (await catalog.runs.get(scopeOf(collection), run.runId))?.pages.done;
      expect(await done()).toBe(1);
      await Promise.all([
        catalog.versions.recordPages(versionId, [failed]),
        catalog.versions.recordPages(versionId, [page(3, 'blank')]),
        catalog.versions.recordPages(versionId, [failed]),
      ]);
      expect(await done()).toBe(3);
      expect(await catalog.versions.pages(versionId)).toEqual([page(1, 'native'), failed, page(3, 'blank')]);
    });

    const incomplete: [string, PageRecord[], string][] = [
      ['a missing page in the middle', [page(1, 'native'), page(3, 'native')], 'failed'],
      ['a missing page at the end', [page(1, 'native'), page(2, 'native')], 'failed'],
      ['no pages at all', [], 'failed'],
      ['a page too many', [1, 2, 3, 4].map((number) => page(number, 'native')), 'failed'],
      ['a pending page', [page(1, 'native'), page(2, 'pending'), page(3, 'ocr')], 'failed'],
      ['a failed page', [page(1, 'native'), page(2, 'failed'), page(3, 'ocr')], 'needs_attention'],
    ];
    it.each(incomplete)('with %s keeps a version from being published', async (_name, pages, state) => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run, { pageCount: 3 });
      await makeVersion(world(), run, version, { paragraphs: ['warfarin'] });
      await catalog.versions.recordPages(version.versionId, pages);
      expect(await publish(world(), run, [version.versionId])).toEqual([state]);
      expect(await publish(world(), run, [version.versionId])).toEqual([state]);
      expect(await findTexts(world(), scopeOf(collection), 'warfarin')).toEqual([]);
      expect(await catalog.documents.get(scopeOf(collection), version.documentId)).toMatchObject({ state });
      expect(await catalog.collections.list(scopeOf(collection))).toMatchObject([
        { documents: 0, publicationEpoch: 0 },
      ]);
    });

    it('that is complete lets it', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run, { pageCount: 3 });
      await makeVersion(world(), run, version, { paragraphs: ['warfarin'] });
      const pages = [page(1, 'native'), page(2, 'ocr'), page(3, 'blank')];
      await catalog.versions.recordPages(version.versionId, pages);
      expect(await publish(world(), run, [version.versionId])).toEqual(['published']);
      await catalog.versions.recordPages(version.versionId, [page(1, 'failed')]);
      expect(await catalog.documents.pages(scopeOf(collection), version.documentId)).toEqual({
        versionId: version.versionId,
        pages,
      });
    });
  });

  describe('screening', () => {
    const finding: Finding = { category: 'ssn', start: 4, end: 15, score: 0.9, recogniser: 'ssn/checksum' };

    it('that did not happen, or found something, keeps a version from being published', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      for (const phiStatus of ['unscreened', 'suspected'] as const) {
        const run = await acceptRun(world(), collection);
        const version = await openVersion(world(), run);
        await makeVersion(world(), run, version, { paragraphs: ['warfarin'] });
        await catalog.versions.recordScreening([{ versionId: version.versionId, phiStatus, findings: [] }]);
        expect(await publish(world(), run, [version.versionId])).toEqual(['failed']);
      }
      expect(await findTexts(world(), scopeOf(collection), 'warfarin')).toEqual([]);
    });

    it('replaces its findings when it runs again', async () => {
      const { catalog, pool } = world();
      const run = await acceptRun(world(), await newCollection(world()));
      const { versionId } = await openVersion(world(), run);
      const screened = {
        versionId,
        phiStatus: 'suspected' as const,
        findings: [finding, { ...finding, page: 2, start: 20 }],
      };
      await catalog.versions.recordScreening([screened]);
      await catalog.versions.recordScreening([{ ...screened, findings: [finding] }]);
      const stored = await pool.query('select category, page from compliance.findings where version_id = $1', [
        versionId,
      ]);
      expect(stored.rows).toEqual([{ category: 'ssn', page: null }]);
    });

    it('holds: nothing of the version is told, and the withdrawal epoch moves once', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection, { metadata: { title: 'Letter about Jane Roe', custom: {} } });
      const version = await openVersion(world(), run, { pageCount: 1 });
      await makeVersion(world(), run, version, {
        paragraphs: ['Jane Roe'],
        metadata: { title: 'Jane Roe', authors: ['J'] },
      });
      await catalog.versions.recordPages(version.versionId, [page(1, 'native')]);
      const sealed = { key: 'held/x', sha256: sha256('x'), sizeBytes: 1 };
      await catalog.versions.hold([{ versionId: version.versionId, reading: sealed }]);
      await catalog.versions.hold([{ versionId: version.versionId, reading: sealed }]);
      expect(await publish(world(), run, [version.versionId])).toEqual(['failed']);
      const view = await catalog.documents.get(scopeOf(collection), version.documentId);
      expect(view).toMatchObject({ state: 'held', title: null, authors: [], metadata: {} });
      expect(await catalog.documents.pages(scopeOf(collection), version.documentId)).toMatchObject({
        pages: [{ outcome: 'held' }],
      });
      expect(await catalog.documents.liveText(scopeOf(collection), version.documentId)).toBeNull();
      expect((await catalog.runs.get(scopeOf(collection), run.runId))?.documents).toMatchObject([
        { title: null, state: 'held' },
      ]);
      expect(await catalog.collections.byName(scopeOf(collection), collection.name)).toMatchObject({
        withdrawalEpoch: 1,
      });
    });
  });

  it('failing a version is final and leaves published ones alone', async () => {
    const { catalog } = world();
    const collection = await newCollection(world());
    const live = await ingest(world(), collection, { paragraphs: ['warfarin'] });
    const run = await acceptRun(world(), collection);
    const version = await openVersion(world(), run);
    await catalog.versions.fail([
      { versionId: version.versionId, code: 'NO_TEXT_FOUND' },
      { versionId: live.version.versionId, code: 'NO_TEXT_FOUND' },
    ]);
    expect(await publish(world(), run, [version.versionId, live.version.versionId])).toEqual(['failed', 'published']);
    expect(await countsOf(catalog, run.runId)).toMatchObject({ failed: 1, open: 0 });
  });

  it('publishing a version of another collection is refused', async () => {
    const { catalog } = world();
    const [one, other] = [await newCollection(world()), await newCollection(world())];
    const { version } = await ingest(world(), one, { paragraphs: ['x'] });
    const foreign = catalog.versions.publish(other.organizationId, other.collectionId, [version.versionId]);
    await expect(foreign).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
    const nowhere = catalog.versions.publish(one.organizationId, randomUUID(), [version.versionId]);
    await expect(nowhere).rejects.toMatchObject({ code: 'COLLECTION_MISSING' });
  });
}
