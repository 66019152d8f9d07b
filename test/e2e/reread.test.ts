import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { LedgerVersion } from '../../core/ports/document-catalog.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { mixedPdf } from '../fixtures/documents/typeset-pdf.js';
import { halfScanPdf } from '../fixtures/documents/pixel-scan.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

/** The same, telling of each call of one method. */
function counted<Port extends object>(port: Port, method: keyof Port, told: (input: never) => void): Port {
  return new Proxy(port, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (property === method) told(args[0] as never);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}

/** Page 1 text, page 2 a scan, page 3 empty, page 4 a scan with bad hidden text over it. */
describeWith([await findTemporal()], 'a page that was not read as it should be', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let engine: IngestEngine;
  let folder: string;
  let path: string;
  let ocrIsBroken = false;
  let recognisedPages = 0;
  const inspections: string[] = [];
  const fetched: string[] = [];

  beforeAll(async () => {
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    folder = await mkdtemp(join(tmpdir(), 'medindex-reread-'));
    path = join(folder, 'mixed.pdf');
    await writeFile(path, await mixedPdf());
    engine = await startIngestEngine({
      temporal,
      database,
      replace: (deps) => ({
        ...deps,
        ocr: breakable(deps.ocr),
        reader: counted(deps.reader, 'inspect', () => inspections.push('file')),
        objects: counted(deps.objects, 'get', ({ key }: ObjectRef) => {
          if (key.endsWith('/reading.json')) fetched.push(key);
        }),
      }),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The real engine, or one that fails at every page. */
  const breakable = (real: OcrEngine): OcrEngine => ({
    name: real.name,
    recognise: (input) => {
      if (ocrIsBroken) return Promise.reject(new Failure('OCR_FAILED'));
      recognisedPages += 1;
      return real.recognise(input);
    },
    close: () => real.close(),
  });

  async function ended(runId: string) {
    const [run] = await engine.runsEnded([runId]);
    if (!run) throw new Error('no run');
    return run;
  }

  async function documentOf(runId: string): Promise<string> {
    const [document] = (await catalog.runs.get(EVERYTHING, runId))?.documents ?? [];
    if (!document) throw new Error('the run made no document');
    return document.documentId;
  }

  const outcomes = async (documentId: string, version: LedgerVersion = 'live') =>
    (await catalog.documents.pages(EVERYTHING, documentId, version))?.pages.map(({ page, outcome }) => [page, outcome]);
  const chunksOf = async (documentId: string) => (await catalog.documents.chunks(EVERYTHING, documentId)) ?? [];

  test('waits with its document, which an editor may publish without it, and is read again when it can be', async () => {
    ocrIsBroken = true;
    const runId = await engine.upload(path, 'guidelines');
    expect(await ended(runId)).toMatchObject({ state: 'needs_attention', error: { code: 'PAGES_FAILED' } });
    // The file is inspected once for all its stages, and what was read of it is fetched once for screening and cutting.
    expect(inspections).toHaveLength(1);
    expect(fetched).toHaveLength(1);
    const documentId = await documentOf(runId);
    expect(await outcomes(documentId)).toEqual([
      [1, 'native'],
      [2, 'failed'],
      [3, 'blank'],
      [4, 'failed'],
    ]);
    expect(await chunksOf(documentId)).toEqual([]);

    const published = await catalog.versions.publishPartial(EVERYTHING, documentId, 'key-1');
    expect(published).toMatchObject({ failedPages: 2, already: false });
    const chunks = await chunksOf(documentId);
    expect(chunks.length).toBeGreaterThan(0);
    expect(chunks.every((chunk) => chunk.partial)).toBe(true);
    expect(await catalog.versions.publishPartial(EVERYTHING, documentId, 'key-1')).toMatchObject({ already: true });

    ocrIsBroken = false;
    recognisedPages = 0;
    const second = await engine.reread(documentId, 2, 'ocr');
    // Page 4 is still missing: the partial version stays until somebody decides again, or that page is read, too.
    expect(await ended(second)).toMatchObject({ state: 'needs_attention' });
    expect((await chunksOf(documentId)).map((chunk) => chunk.chunkId)).toEqual(chunks.map((chunk) => chunk.chunkId));
    expect((await outcomes(documentId))?.[1]).toEqual([2, 'failed']);
    expect((await outcomes(documentId, 'newest'))?.[1]).toEqual([2, 'ocr']);
    const third = await engine.reread(documentId, 4, 'ocr');
    expect(await ended(third)).toMatchObject({ state: 'published' });
    expect(await outcomes(documentId)).toEqual([
      [1, 'native'],
      [2, 'ocr'],
      [3, 'blank'],
      [4, 'ocr'],
    ]);
    const whole = await chunksOf(documentId);
    expect(whole.some((chunk) => chunk.partial)).toBe(false);
    // All other pages were kept as they had been read.
    expect(recognisedPages).toBe(2);
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).toContain('page four sees');
  });

  test('is read by the method asked for, and the same file again does not undo it', async () => {
    const same = await engine.upload(path, 'guidelines');
    expect(await ended(same)).toMatchObject({ state: 'unchanged' });
    const documentId = await documentOf(same);
    const runId = await engine.reread(documentId, 4, 'native');
    expect(await ended(runId)).toMatchObject({ state: 'published' });
    const pages = await catalog.documents.pages(EVERYTHING, documentId);
    expect(pages?.pages[3]).toMatchObject({ outcome: 'native', reason: 'read again by its text layer, as asked' });
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).toContain('bad recognition engine');
    expect(await ended(await engine.upload(path, 'guidelines'))).toMatchObject({ state: 'unchanged' });
    // A page without any text cannot be read by its text layer: the live version stays.
    const empty = await engine.reread(documentId, 3, 'native');
    expect(await ended(empty)).toMatchObject({ state: 'needs_attention' });
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).toContain('bad recognition engine');
  });

  test('of which half is missing waits, and is read as it is when that is asked for, and known to be cut', async () => {
    const half = join(folder, 'half.pdf');
    await writeFile(half, await halfScanPdf(['Give 0.5 mg/kg twice daily', 'and measure again after a week.']));
    const runId = await engine.upload(half, 'guidelines');
    expect(await ended(runId)).toMatchObject({ state: 'needs_attention', error: { code: 'PAGES_FAILED' } });
    const documentId = await documentOf(runId);
    const pages = async (version: LedgerVersion) =>
      (await catalog.documents.pages(EVERYTHING, documentId, version))?.pages;
    expect(await pages('newest')).toMatchObject([{ outcome: 'failed', reason: PAGE_REASONS.cutOffFailed }]);
    expect(await ended(await engine.reread(documentId, 1, 'ocr'))).toMatchObject({ state: 'published' });
    expect(await pages('live')).toMatchObject([
      { outcome: 'ocr', reason: `${PAGE_REASONS.askedOcr}; ${PAGE_REASONS.cutOff}` },
    ]);
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).toContain('twice daily');
  });

  test('that is not there, or of a document that waits or is gone, is refused', async () => {
    const { runId } = await ended(await engine.upload(path, 'guidelines'));
    const documentId = await documentOf(runId);
    const asked = (page: number, id = documentId) =>
      catalog.runs.reread(EVERYTHING, { documentId: id, page, method: 'ocr', actor: 'key-1' });
    expect(await asked(9)).toEqual({ refusal: 'page' });
    expect(await asked(1, '00000000-0000-4000-8000-000000000000')).toBeNull();
    expect(await asked(1, 'no uuid')).toBeNull();
    expect(
      await catalog.runs.reread(
        { ...EVERYTHING, collections: [] },
        { documentId, page: 1, method: 'ocr', actor: 'key-1' },
      ),
    ).toBeNull();
    const first = await asked(1);
    const again = await asked(1);
    if (!first || 'refusal' in first || !again || 'refusal' in again) throw new Error('refused');
    expect(again).toMatchObject({ joined: true, run: { runId: first.run.runId } });
    expect(await asked(2)).toEqual({ refusal: 'state', state: 'processing' });
    await catalog.runs.finish([{ runId: first.run.runId, state: 'cancelled' }]);
    await catalog.documents.delete(EVERYTHING, documentId, 'key-1');
    expect(await asked(1)).toBeNull();
    expect(await catalog.versions.publishPartial(EVERYTHING, documentId, 'key-1')).toEqual({
      refusal: 'state',
      state: 'deleted',
    });
  });
});
