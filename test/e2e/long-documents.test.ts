import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repeatedActivities } from '../../bench/setting/temporal-history.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { manyPagesPdf, scannedPdf } from '../fixtures/documents/typeset-pdf.js';
import { type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startStack } from '../harness/stack.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { clientOf, ended, kill } from './killed-world.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const LOOK_EVERY_MS = 20;

describeWith([await findTemporal()], 'a long document', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-long-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  test('whose worker is killed in the middle repeats at most one batch of its pages', async () => {
    const pages = 400;
    const path = await fileOf('book.pdf', await manyPagesPdf(pages));
    const stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off' } });
    try {
      const client = clientOf(stack);
      const { runId } = await client.upload({ path, fileName: 'book.pdf', collection: 'guidelines' });
      let run = await client.run(runId);
      for (; run.pages.done < pages / 2 && run.state === 'running'; run = await client.run(runId)) {
        await pause(LOOK_EVERY_MS);
      }
      expect(run).toMatchObject({ state: 'running', stage: 'extract' });
      kill(stack, 'worker');

      expect(await ended(client, [runId])).toMatchObject([
        { state: 'published', pages: { total: pages, done: pages } },
      ]);
      const address = readStackState(stack.dataDir)?.temporal.address ?? '';
      // Killed between two batches it repeats none; whatever was under way with the batch is one activity.
      const repeated = await repeatedActivities(address, run.workflowId);
      expect(Object.values(repeated).reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(1);
    } finally {
      await stack.stop();
    }
  });

  describe('that is cancelled in the middle', () => {
    let temporal: TemporalServer;
    let database: TestDatabase;
    let engine: IngestEngine;
    /** What activities did, in order: `begun readPages`, `ended readPages`, `failed readPages`. */
    let events: string[] = [];
    const watchers = new Set<() => void>();
    /** Pages that recognition holds until it is told to stop. */
    let held = 0;
    let released = 0;

    const note = (event: string) => {
      events.push(event);
      for (const look of watchers) look();
    };
    const countOf = (event: string) => events.filter((known) => known === event).length;
    const until = (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!isSo()) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });

    /** Never done with a page. */
    const endless: OcrEngine = {
      name: 'endless',
      recognise: ({ signal }) =>
        new Promise((_, reject) => {
          held++;
          note('recognising');
          signal?.addEventListener('abort', () => {
            released++;
            reject(signal.reason as Error);
          });
        }),
      close: () => Promise.resolve(),
    };

    beforeAll(async () => {
      temporal = await startTemporal();
      database = await openTestDatabase();
      engine = await startIngestEngine({
        temporal,
        database,
        replace: (deps) => ({ ...deps, ocr: endless }),
        wrap: (name, activity) => async (input) => {
          note(`begun ${name}`);
          try {
            const result = await activity(input);
            note(`ended ${name}`);
            return result;
          } catch (error) {
            note(`failed ${name}`);
            throw error;
          }
        },
      });
    });
    afterAll(async () => {
      await engine?.stop();
      await database?.close();
      await temporal?.stop();
    });

    test('begins no further batch of its pages, and publishes nothing', async () => {
      events = [];
      const path = await fileOf('cancelled.pdf', await manyPagesPdf(2_000));
      const runId = await engine.upload(path, 'guidelines');
      await until(() => countOf('ended readPages') >= 3);
      const begun = countOf('begun readPages');
      await engine.cancel(runId);
      const atCancel = countOf('begun readPages');
      expect(await engine.runsEnded([runId])).toMatchObject([{ state: 'cancelled' }]);
      // The next one may have been begun while the cancellation was on its way; the book has 80.
      expect(countOf('begun readPages')).toBeLessThanOrEqual(atCancel + 1);
      expect(begun).toBeLessThan(80);
      expect(events.filter((event) => /prepareBatch|publishBatch|assembleDocument/.test(event))).toEqual([]);
      await until(() => countOf('ended settleRun') === 1);
    });

    test('lets go of the pages that are being recognised', async () => {
      events = [];
      const path = await fileOf('scanned.pdf', await scannedPdf(Array.from({ length: 12 }, () => ['Fictamycin'])));
      const runId = await engine.upload(path, 'guidelines');
      await until(() => held > 0);
      await engine.cancel(runId);
      expect(await engine.runsEnded([runId])).toMatchObject([{ state: 'cancelled' }]);
      await until(() => countOf('begun recognisePages') === countOf('failed recognisePages'));
      expect(released).toBe(held);
      expect(countOf('ended recognisePages')).toBe(0);
    });
  });
});
