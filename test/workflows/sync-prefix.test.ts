import { Context } from '@temporalio/activity';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailureCode } from '../../core/contract/failures.js';
import { ingestBatchWorkflowId } from '../../core/contract/ids.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { SYNC_PROGRESS_QUERY, type SyncPrefixResult, type SyncProgress } from '../../core/contract/sync-messages.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import {
  batchRef,
  deferred,
  inputs,
  names,
  scriptedActivities,
  type AllActivities,
  type Call,
} from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

/**
 * What `syncPrefix` and `ingestBatch` decide, on a real Temporal server; their activities are scripted. With
 * RECORD_HISTORIES=1 histories are added for the replay test, as for `ingestSource`.
 */
describeWith([await findTemporal()], 'syncPrefix', () => {
  let temporal: TemporalServer;
  let client: Client;
  let runs = 0;

  beforeAll(async () => {
    // A history that is soon long enough to be continued in a new execution.
    temporal = await startTemporal({ settings: ['limit.historyCount.suggestContinueAsNew=120'] });
    client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  });
  afterAll(() => temporal?.stop());

  test('takes what changed through four activities a batch, then withdraws, then settles', async () => {
    const { result, calls } = await sync(
      { compareSources: async () => ({ listed: 3, batches: [['a', 'b']], next: null }) },
      'whole',
      undefined,
      { a: 'whole' },
    );
    expect(result).toEqual({ state: 'published' });
    expect(names(calls)).toEqual([
      'compareSources',
      'readSources',
      'prepareBatch',
      'embedChunks',
      'publishBatch',
      'withdrawMissing',
      'settleSync',
    ]);
    expect(inputs(calls, 'settleSync')).toMatchObject([{ asks: false }]);
  });

  test('keeps at most four batches under way, and starts the next as soon as one ends', async () => {
    const batches = Array.from({ length: 9 }, (_, index) => [`s${index}`]);
    let underWay = 0;
    let most = 0;
    const four = deferred();
    const { calls } = await sync({
      compareSources: async () => ({ listed: 9, batches, next: null }),
      readSources: async ({ sourceIds }) => {
        most = Math.max(most, ++underWay);
        if (underWay === 4) four.resolve();
        await four.promise;
        underWay -= 1;
        return { batch: batchRef(`batch-${sourceIds[0]}`, ...sourceIds), separate: [] };
      },
    });
    expect(most).toBe(4);
    expect(inputs(calls, 'publishBatch')).toHaveLength(9);
  });

  test('gives sources with pages or many records a workflow of their own', async () => {
    const { calls } = await sync(
      {
        compareSources: async () => ({ listed: 2, batches: [['a', 'pdf']], next: null }),
        readSources: async () => ({ batch: batchRef('batch', 'a'), separate: ['run-of-pdf-1'] }),
      },
      'separate',
      undefined,
      { a: 'separate' },
    );
    expect(inputs(calls, 'inspectSource')).toEqual([{ organizationId: 'default', runId: 'run-of-pdf-1' }]);
    expect(inputs(calls, 'settleRun')).toHaveLength(1);
  });

  test('takes a batch apart that fails after it was read, and goes on', async () => {
    const { result, calls } = await sync(
      {
        compareSources: async () => ({ listed: 2, batches: [['a'], ['b']], next: null }),
        readSources: async ({ sourceIds }) => ({
          batch: { ...batchRef('batch', `${sourceIds[0]}`), runIds: [`apart-${sourceIds[0]}`] },
          separate: [],
        }),
        prepareBatch: async ({ runIds, versionIds }) => {
          if (runIds[0] === 'apart-a') throw failing('EMBEDDING_REFUSED');
          return { versionIds, held: 0 };
        },
      },
      'apart',
      undefined,
      { a: 'apart' },
    );
    expect(result).toEqual({ state: 'published' });
    expect(inputs(calls, 'separateRuns')).toMatchObject([{ runIds: ['apart-a'] }]);
    expect(inputs(calls, 'inspectSource')).toMatchObject([{ runId: 'apart-a' }]);
    expect(inputs(calls, 'publishBatch')).toHaveLength(1);
  });

  test('finds the one source at which reading fails: it alone ends badly', async () => {
    const { result, calls } = await sync(
      {
        compareSources: async () => ({ listed: 3, batches: [['a', 'poison', 'c']], next: null }),
        readSources: async ({ sourceIds }) => {
          if (sourceIds.includes('poison')) throw failing('INTERNAL');
          return { batch: batchRef('batch', ...sourceIds), separate: [] };
        },
      },
      undefined,
      undefined,
      { a: 'failed-one' },
    );
    expect(result).toEqual({ state: 'published' });
    expect(inputs(calls, 'settleUnread')).toMatchObject([{ sourceId: 'poison', code: 'INTERNAL' }]);
    expect(inputs(calls, 'publishBatch').map(({ versionIds }) => versionIds)).toEqual([['a'], ['c']]);
  });

  test('does not read one by one while the store is down', async () => {
    const { result, calls } = await sync({
      compareSources: async () => ({ listed: 2, batches: [['a', 'b']], next: null }),
      readSources: async () => {
        throw failing('SOURCE_UNREACHABLE');
      },
    });
    expect(result).toEqual({ state: 'failed' });
    expect(inputs(calls, 'readSources')).toHaveLength(1);
    expect(inputs(calls, 'settleSync')).toMatchObject([{ end: { state: 'failed', code: 'SOURCE_UNREACHABLE' } }]);
    expect(names(calls)).not.toContain('withdrawMissing');
  });

  test('withdraws nothing when the listing fails, but finishes what was under way', async () => {
    const listingFailed = deferred();
    const { result, calls } = await sync(
      {
        compareSources: async ({ after }) => {
          if (after === null) return { listed: 1, batches: [['a']], next: 'page-2' };
          listingFailed.resolve();
          throw failing('SOURCE_FORBIDDEN');
        },
        readSources: async ({ sourceIds }) => {
          await listingFailed.promise;
          return { batch: batchRef('batch', ...sourceIds), separate: [] };
        },
      },
      'listing-failed',
    );
    expect(result).toEqual({ state: 'failed' });
    expect(names(calls)).not.toContain('withdrawMissing');
    expect(inputs(calls, 'publishBatch')).toHaveLength(1);
    expect(names(calls).at(-1)).toBe('settleSync');
    expect(inputs(calls, 'settleSync')).toMatchObject([{ end: { state: 'failed', code: 'SOURCE_FORBIDDEN' } }]);
  });

  test('withdraws in steps, and asks', async () => {
    let left = 3;
    const steps = await sync({
      withdrawMissing: async () => ({ withdrawn: 1, more: --left > 0, asks: false }),
    });
    expect(inputs(steps.calls, 'withdrawMissing')).toHaveLength(3);
    const asking = await sync({ withdrawMissing: async () => ({ withdrawn: 0, more: false, asks: true }) });
    expect(asking.result).toEqual({ state: 'needs_attention' });
    expect(inputs(asking.calls, 'settleSync')).toMatchObject([{ asks: true }]);
  });

  test('settles as cancelled, after its batches have stopped; nothing is published or withdrawn', async () => {
    const reached = deferred();
    const { result, calls } = await sync(
      {
        compareSources: async () => ({ listed: 2, batches: [['a'], ['b']], next: null }),
        readSources: async () => {
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
    expect(inputs(calls, 'settleSync')).toMatchObject([{ end: { state: 'cancelled' } }]);
    expect(names(calls)).not.toContain('publishBatch');
    expect(names(calls)).not.toContain('withdrawMissing');
  });

  test('outlives a batch that somebody ends from outside, without withdrawing on half a look', async () => {
    const reached = deferred();
    const { result, calls } = await sync(
      {
        compareSources: async () => ({ listed: 1, batches: [['ended']], next: null }),
        readSources: async () => {
          reached.resolve();
          const beat = setInterval(() => Context.current().heartbeat(), 100);
          return Context.current().cancelled.finally(() => clearInterval(beat));
        },
      },
      undefined,
      async (_handle, runId) => {
        await reached.promise;
        await client.workflow.getHandle(ingestBatchWorkflowId('default', runId, 'ended')).cancel();
      },
    );
    expect(result).toEqual({ state: 'failed' });
    expect(names(calls)).not.toContain('withdrawMissing');
  });

  test('goes on in a new execution where the listing was, with its counts', async () => {
    // A page is six events at least, however its workflow tasks fall together: enough for the limit before the last one.
    const pages = 30;
    const { result, calls, executions, progress } = await sync(
      {
        compareSources: async ({ after }) => {
          const page = Number(after ?? 0);
          return { listed: 2, batches: [[`s${page}`]], next: page < pages - 1 ? String(page + 1) : null };
        },
      },
      'continued',
    );
    expect(result).toEqual({ state: 'published' });
    expect(executions).toBeGreaterThan(1);
    expect(inputs(calls, 'compareSources').map(({ after }) => Number(after ?? 0))).toEqual([...Array(pages).keys()]);
    expect(inputs(calls, 'publishBatch')).toHaveLength(pages);
    expect(inputs(calls, 'withdrawMissing')).toHaveLength(1);
    expect(progress).toEqual({ stage: 'done', listed: 2 * pages, started: pages, ended: pages });
  });

  test('goes on in a new execution in the middle of its withdrawals, and lists nothing again', async () => {
    const steps = 60;
    let left = steps;
    const { result, calls, executions } = await sync({
      withdrawMissing: async () => ({ withdrawn: 1, more: --left > 0, asks: false }),
    });
    expect(result).toEqual({ state: 'published' });
    expect(executions).toBeGreaterThan(1);
    expect(inputs(calls, 'compareSources')).toHaveLength(1);
    expect(inputs(calls, 'withdrawMissing')).toHaveLength(steps);
    expect(inputs(calls, 'settleSync')).toHaveLength(1);
  });

  async function sync(
    script: Partial<AllActivities>,
    recordAs?: string,
    meanwhile?: (handle: WorkflowHandle, runId: string) => Promise<void>,
    /** First source of a batch → as what its history is kept. */
    batches: Readonly<Record<string, string>> = {},
  ): Promise<{ result: SyncPrefixResult; calls: Call[]; executions: number; progress: SyncProgress }> {
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const runId = `sync-${++runs}`;
    const workflowId = `sync-prefix:default:${runId}`;
    const handle = await client.workflow.start('syncPrefix', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [{ organizationId: 'default', runId }],
    });
    const finished = (async () => {
      await meanwhile?.(handle, runId);
      const result = (await handle.result()) as SyncPrefixResult;
      const progress = await client.workflow.getHandle(workflowId).query<SyncProgress>(SYNC_PROGRESS_QUERY);
      return { result, progress };
    })();
    await workers.runUntil(finished);
    let executions = 1;
    for (let run = await executionAfter(handle.firstExecutionRunId); run !== null; executions++) {
      run = await executionAfter(run);
    }
    if (recordAs) {
      await recordHistory(`sync-prefix-${recordAs}`, client.workflow.getHandle(workflowId, handle.firstExecutionRunId));
    }
    for (const [firstSource, name] of Object.entries(batches)) {
      const batchId = ingestBatchWorkflowId('default', runId, firstSource);
      await recordHistory(`ingest-batch-${name}`, client.workflow.getHandle(batchId));
    }
    return { ...(await finished), calls, executions };

    async function executionAfter(execution: string): Promise<string | null> {
      const { events } = await client.workflow.getHandle(workflowId, execution).fetchHistory();
      return events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? null;
    }
  }
});

function failing(type: FailureCode): ApplicationFailure {
  return ApplicationFailure.create({ type, nonRetryable: true });
}
