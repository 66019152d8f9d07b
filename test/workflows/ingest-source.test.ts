import { Context } from '@temporalio/activity';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IngestProgress, IngestSourceResult } from '../../core/contract/ingest-messages.js';
import { INGEST_PROGRESS_QUERY } from '../../core/contract/ingest-messages.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { SEARCH_ATTRIBUTES } from '../../core/contract/search-attributes.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import {
  batchRef,
  deferred,
  inputs,
  names,
  objectRef,
  scriptedActivities,
  type AllActivities,
  type Call,
} from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

/**
 * What `ingestSource` decides, on a real Temporal server; its activities are scripted. With RECORD_HISTORIES=1 each
 * history is added to test/replay/histories, where the replay test holds later code against it.
 */
describeWith([await findTemporal()], 'ingestSource', () => {
  let temporal: TemporalServer;
  let client: Client;
  let runs = 0;

  beforeAll(async () => {
    temporal = await startTemporal();
    // Payloads in the clear: recorded histories must be readable without a key.
    client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  });
  afterAll(() => temporal?.stop());

  test('takes a document through all stages and settles its run', async () => {
    const { result, calls } = await ingest({});
    expect(result).toEqual({ state: 'published' });
    expect(names(calls)).toEqual([
      'inspectSource',
      'readText',
      'prepareBatch',
      'embedChunks',
      'publishVersions',
      'settleRun',
    ]);
  });

  test('does nothing for a source that is settled already', async () => {
    const { calls } = await ingest({
      inspectSource: async () => ({ shape: 'settled', collectionName: 'guidelines', sourceType: 'guideline' }),
    });
    expect(names(calls)).toEqual(['inspectSource', 'settleRun']);
  });

  test('stops at screening when every version is held', async () => {
    const { calls } = await ingest({ prepareBatch: async () => ({ versionIds: [], held: 1 }) });
    expect(names(calls)).toEqual(['inspectSource', 'readText', 'prepareBatch', 'settleRun']);
  });

  test('indexes only those versions that screening let pass', async () => {
    const { calls } = await ingest({
      readText: async () => batchRef('reading', 'clear', 'held'),
      prepareBatch: async () => ({ versionIds: ['clear'], held: 1 }),
    });
    expect(inputs(calls, 'embedChunks')).toMatchObject([{ versionIds: ['clear'] }]);
    expect(inputs(calls, 'publishVersions')).toMatchObject([{ versionIds: ['clear'] }]);
  });

  test('reads pages in batches, by OCR where needed, and a failed page once more alone', async () => {
    const { calls } = await ingest(
      {
        inspectSource: async () => ({
          shape: 'paged',
          version: { documentId: 'document-1', versionId: 'version-1' },
          pageCount: 30,
          collectionName: 'guidelines',
          sourceType: 'guideline',
        }),
        readPages: async ({ from }) => ({
          pages: objectRef(`pages-${from}`),
          toRecognise: from === 1 ? [2, 3, 5, 7, 11] : [],
        }),
        recognisePages: async ({ pages, lastTry }) => ({
          pages: objectRef(`ocr-${pages.join('-')}${lastTry ? '-alone' : ''}`),
          failed: lastTry ? [] : pages.filter((page) => page === 5),
        }),
      },
      'paged',
    );
    expect(inputs(calls, 'readPages')).toMatchObject([
      { from: 1, to: 25 },
      { from: 26, to: 30 },
    ]);
    const recognised = inputs(calls, 'recognisePages').map(({ pages, lastTry }) => ({ pages, lastTry }));
    expect(recognised).toHaveLength(3);
    expect(recognised).toEqual(
      expect.arrayContaining([
        { pages: [2, 3, 5, 7], lastTry: false },
        { pages: [11], lastTry: false },
        { pages: [5], lastTry: true },
      ]),
    );
    const [assembled] = inputs(calls, 'assembleDocument');
    // The page read alone comes after its batch, so that its reading is the one that counts.
    expect(assembled?.pages.map((ref) => ref.key)).toEqual(
      ['pages-1', 'ocr-2-3-5-7', 'ocr-5-alone', 'ocr-11', 'pages-26'].map((name) => objectRef(name).key),
    );
  });

  test('reads one page again and keeps the others', async () => {
    const { calls } = await ingest(
      {
        inspectSource: async () => ({
          shape: 'reread',
          version: { documentId: 'document-1', versionId: 'version-2' },
          pageCount: 40,
          collectionName: 'guidelines',
          sourceType: 'guideline',
        }),
        carryPages: async () => ({ pages: objectRef('carried'), toRecognise: [7] }),
      },
      'reread',
    );
    expect(names(calls).slice(0, 4)).toEqual(['inspectSource', 'carryPages', 'recognisePages', 'assembleDocument']);
    expect(inputs(calls, 'recognisePages')).toMatchObject([{ versionId: 'version-2', pages: [7], lastTry: true }]);
    const [assembled] = inputs(calls, 'assembleDocument');
    expect(assembled?.pages.map((ref) => ref.key)).toEqual(['carried', 'ocr-7'].map((name) => objectRef(name).key));
  });

  test('reads a file of records batch by batch and hands on what failed', async () => {
    const { calls } = await ingest(
      {
        inspectSource: async () => ({
          shape: 'records',
          collectionName: 'pubmed_abstracts',
          sourceType: 'pubmed_abstract',
        }),
        readRecords: async ({ cursor }) => ({
          batch: batchRef(`records-${cursor.nextIndex}`, `version-${cursor.nextIndex}`),
          recordsRead: 2,
          next: cursor.nextIndex < 4 ? { nextIndex: cursor.nextIndex + 2, failedRecords: 1 } : null,
          failedRecords: 1,
          ...(cursor.nextIndex < 4 ? {} : { damage: 'XML_DAMAGED' as const }),
        }),
      },
      'records',
    );
    expect(inputs(calls, 'readRecords').map(({ cursor }) => cursor.nextIndex)).toEqual([0, 2, 4]);
    expect(inputs(calls, 'publishVersions').map(({ versionIds }) => versionIds)).toEqual([
      ['version-0'],
      ['version-2'],
      ['version-4'],
    ]);
    expect(inputs(calls, 'settleRun')).toMatchObject([{ damage: 'XML_DAMAGED', failedRecords: 1 }]);
  });

  test('embeds until no chunk is left without a vector', async () => {
    let left = 3;
    const { calls } = await ingest({ embedChunks: async () => ({ embedded: 128, more: --left > 0 }) });
    expect(names(calls).filter((name) => name === 'embedChunks')).toHaveLength(3);
  });

  test('settles the run with the code of a failure that cannot succeed, and ends itself well', async () => {
    const { result, calls } = await ingest(
      {
        readText: async () => {
          throw ApplicationFailure.create({ type: 'TEXT_UNREADABLE', nonRetryable: true });
        },
      },
      'failed',
    );
    expect(result).toEqual({ state: 'failed' });
    expect(inputs(calls, 'settleRun')).toMatchObject([{ end: { state: 'failed', code: 'TEXT_UNREADABLE' } }]);
    expect(names(calls)).not.toContain('publishVersions');
  });

  test('waits out an outage', async () => {
    let outages = 2;
    const { result, calls } = await ingest({
      publishVersions: async () => {
        if (outages-- > 0) throw ApplicationFailure.create({ type: 'DATABASE_UNAVAILABLE' });
      },
    });
    expect(result).toEqual({ state: 'published' });
    expect(names(calls).filter((name) => name === 'publishVersions')).toHaveLength(3);
  });

  test('settles as cancelled when it is cancelled in the middle of an activity', async () => {
    const reached = deferred();
    const { result, calls } = await ingest(
      {
        readText: async () => {
          reached.resolve();
          const beat = setInterval(() => Context.current().heartbeat(), 100);
          return Context.current().cancelled.finally(() => clearInterval(beat));
        },
      },
      'cancelled',
      async (handle) => {
        await reached.promise;
        await handle.cancel();
      },
    );
    expect(result).toEqual({ state: 'cancelled' });
    expect(inputs(calls, 'settleRun')).toMatchObject([{ end: { state: 'cancelled' } }]);
  });

  test('shows operators where it stands', async () => {
    const reached = deferred();
    const released = deferred();
    const { result } = await ingest(
      {
        embedChunks: async () => {
          reached.resolve();
          await released.promise;
          return { embedded: 1, more: false };
        },
      },
      undefined,
      async (handle) => {
        await reached.promise;
        expect(await handle.query<IngestProgress>(INGEST_PROGRESS_QUERY)).toMatchObject({ stage: 'embed' });
        const { typedSearchAttributes } = await handle.describe();
        const shown = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
        expect(shown).toEqual(
          expect.arrayContaining([
            [SEARCH_ATTRIBUTES.organization, 'default'],
            [SEARCH_ATTRIBUTES.collection, 'guidelines'],
            [SEARCH_ATTRIBUTES.stage, 'embed'],
            [SEARCH_ATTRIBUTES.phiStatus, 'clear'],
          ]),
        );
        released.resolve();
      },
    );
    expect(result).toEqual({ state: 'published' });
  });

  test('keeps the pages that were read when time is up, and goes on behind them', async () => {
    const { result, calls } = await ingest({
      inspectSource: async () => ({
        shape: 'paged',
        version: { documentId: 'document-1', versionId: 'version-1' },
        pageCount: 30,
        collectionName: 'guidelines',
        sourceType: 'guideline',
      }),
      readPages: async ({ from, to }) => ({
        pages: objectRef(`pages-${from}`),
        toRecognise: [],
        // Twelve pages a call.
        ...(from + 12 <= to ? { next: from + 12 } : {}),
      }),
    });
    expect(result).toEqual({ state: 'published' });
    expect(inputs(calls, 'readPages')).toMatchObject([
      { from: 1, to: 25 },
      { from: 13, to: 30 },
      { from: 25, to: 30 },
    ]);
    expect(inputs(calls, 'assembleDocument')).toMatchObject([
      { pages: [objectRef('pages-1'), objectRef('pages-13'), objectRef('pages-25')] },
    ]);
  });

  const RECORDS = ['one', 'two', 'bad', 'four', 'five'];
  const recordsOf = (...versionIds: string[]): Partial<AllActivities> => ({
    inspectSource: async () => ({ shape: 'records', collectionName: 'pubmed_abstracts', sourceType: 'pubmed' }),
    readRecords: async () => ({
      batch: batchRef('records-0', ...versionIds),
      recordsRead: versionIds.length,
      next: null,
      failedRecords: 0,
    }),
  });
  const fatal = (type: string) => ApplicationFailure.create({ type, nonRetryable: true });

  test.each([
    ['prepareBatch', 'INTERNAL'],
    ['embedChunks', 'EMBEDDING_REFUSED'],
    ['publishVersions', 'SUPERSESSION_CIRCULAR'],
  ] as const)('ends a record alone at which %s gives up, and publishes the others', async (step, code) => {
    const { activities } = scriptedActivities();
    const original = activities[step] as (input: { versionIds: readonly string[] }) => Promise<never>;
    const { result, calls } = await ingest({
      ...recordsOf(...RECORDS),
      [step]: async (input: { versionIds: readonly string[] }) => {
        if (input.versionIds.includes('bad')) throw fatal(code);
        return original(input);
      },
    });
    expect(result).toEqual({ state: 'published' });
    expect(inputs(calls, 'failVersions')).toEqual([{ versionIds: ['bad'], code }]);
    const tried = inputs(calls, 'publishVersions').filter(({ versionIds }) => !versionIds.includes('bad'));
    expect(tried.flatMap(({ versionIds }) => versionIds).sort()).toEqual(['five', 'four', 'one', 'two']);
  });

  test.each(['EMBEDDING_MISCONFIGURED', 'MODEL_MISSING'])(
    'looks for no record to blame where an operator has to act: %s',
    async (code) => {
      const { result, calls } = await ingest({
        ...recordsOf(...RECORDS),
        embedChunks: () => Promise.reject(fatal(code)),
      });
      expect(result).toEqual({ state: 'failed' });
      expect(inputs(calls, 'embedChunks')).toHaveLength(1);
      expect(inputs(calls, 'settleRun')).toMatchObject([{ end: { state: 'failed', code } }]);
    },
  );

  test('gives a file up of which record after record is fatal', async () => {
    const { result, calls } = await ingest({
      ...recordsOf(...Array.from({ length: 40 }, (_, index) => `record-${index}`)),
      prepareBatch: () => Promise.reject(fatal('INTERNAL')),
    });
    expect(result).toEqual({ state: 'failed' });
    expect(inputs(calls, 'failVersions')).toHaveLength(8);
  });

  async function ingest(
    script: Partial<AllActivities>,
    recordAs?: string,
    meanwhile?: (handle: WorkflowHandle) => Promise<void>,
  ): Promise<{ result: IngestSourceResult; calls: Call[] }> {
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('ingestSource', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: `ingest-source:default:${++runs}`,
      args: [{ organizationId: 'default', runId: `run-${runs}` }],
    });
    const finished = (async () => {
      await meanwhile?.(handle);
      return (await handle.result()) as IngestSourceResult;
    })();
    await workers.runUntil(finished);
    if (recordAs) await recordHistory(`ingest-source-${recordAs}`, handle);
    return { result: await finished, calls };
  }
});
