import { Context } from '@temporalio/activity';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailureCode } from '../../core/contract/failures.js';
import { ingestSourceWorkflowId, ingestUploadsWorkflowId } from '../../core/contract/ids.js';
import type { BatchRef } from '../../core/contract/ingest-messages.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import {
  batchRef,
  type AllActivities,
  type Call,
  deferred,
  inputs,
  names,
  scriptedActivities,
} from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

/** What `ingestUploads` decides, on a real Temporal server; its activities are scripted. Histories as for `ingestSource`. */
describeWith([await findTemporal()], 'ingestUploads', () => {
  let temporal: TemporalServer;
  let client: Client;
  let workflows = 0;

  beforeAll(async () => {
    temporal = await startTemporal();
    client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  });
  afterAll(() => temporal?.stop());

  test('takes all of them through four activities', async () => {
    const { calls, workflowId } = await ingest({}, 'whole');
    expect(names(calls)).toEqual(['readUploads', 'prepareBatch', 'embedChunks', 'publishUploads']);
    expect(inputs(calls, 'readUploads')).toEqual([{ organizationId: 'default', workflowId }]);
  });

  test('ends those of which nothing is to be embedded', async () => {
    const { calls } = await ingest({ prepareBatch: async () => ({ versionIds: [], held: 2 }) });
    expect(names(calls)).toEqual(['readUploads', 'prepareBatch', 'publishUploads']);
  });

  test('has nothing to do where all have ended before it began', async () => {
    const { calls } = await ingest({ readUploads: async () => ({ separate: [] }) });
    expect(names(calls)).toEqual(['readUploads']);
  });

  test('gives those with pages a workflow of their own, and waits for none of them', async () => {
    const inspecting = deferred();
    const { calls } = await ingest(
      {
        readUploads: async () => ({ batch: batchOf('a'), separate: ['with-pages'] }),
        inspectSource: async (run) => {
          await inspecting.promise;
          return { ...run, shape: 'settled', collectionName: 'guidelines', sourceType: 'guideline' };
        },
      },
      'separate',
      async (handle) => {
        await handle.result();
        inspecting.resolve();
        await client.workflow.getHandle(ingestSourceWorkflowId('default', 'with-pages')).result();
      },
    );
    expect(inputs(calls, 'separateRuns')).toEqual([{ organizationId: 'default', runIds: ['with-pages'] }]);
    expect(inputs(calls, 'publishUploads')).toHaveLength(1);
    expect(inputs(calls, 'settleRun')).toMatchObject([{ runId: 'with-pages' }]);
  });

  test('gives all that are left a workflow of their own where a step fails for all', async () => {
    const { calls } = await ingest(
      {
        prepareBatch: async (batch) => {
          if (batch.runIds.length > 1) throw failing('INTERNAL');
          return { versionIds: batch.versionIds, held: 0 };
        },
        listUploads: async () => ['a', 'c'],
      },
      'apart',
      alone('a', 'c'),
    );
    expect(inputs(calls, 'separateRuns')).toEqual([{ organizationId: 'default', runIds: ['a', 'c'] }]);
    expect(inputs(calls, 'settleRun').map(({ runId, end }) => [runId, end])).toEqual(
      expect.arrayContaining([
        ['a', undefined],
        ['c', undefined],
      ]),
    );
    expect(inputs(calls, 'publishUploads')).toEqual([]);
  });

  test('gives one that cannot be published a workflow of its own', async () => {
    const { calls } = await ingest(
      {
        readUploads: async () => ({ batch: batchOf('a', 'b', 'c'), separate: [] }),
        publishUploads: async ({ versionIds }) => ({
          separate: versionIds.length > 0 ? ['b'] : [],
          more: versionIds.length > 0,
        }),
      },
      'unpublished',
      alone('b'),
    );
    expect(inputs(calls, 'publishUploads').map(({ batch, versionIds }) => [batch.runIds, versionIds])).toEqual([
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
      [['a', 'c'], []],
    ]);
    expect(inputs(calls, 'separateRuns')).toMatchObject([{ runIds: ['b'] }]);
  });

  test('ends each with the code of an outage that outlasts all tries', async () => {
    const { calls } = await ingest(
      {
        readUploads: async () => {
          throw failing('STORE_UNAVAILABLE');
        },
        listUploads: async () => ['a', 'b'],
      },
      'outage',
    );
    const end = { state: 'failed', code: 'STORE_UNAVAILABLE' };
    expect(inputs(calls, 'settleRun')).toMatchObject([
      { runId: 'a', end },
      { runId: 'b', end },
    ]);
    expect(names(calls)).not.toContain('separateRuns');
  });

  test('ends each as cancelled when somebody cancels the workflow itself', async () => {
    const reading = deferred();
    const { calls } = await ingest(
      {
        readUploads: async () => {
          reading.resolve();
          await Context.current().cancelled;
          return { separate: [] };
        },
        listUploads: async () => ['a', 'b'],
      },
      'cancelled',
      async (handle) => {
        await reading.promise;
        await handle.cancel();
      },
    );
    expect(inputs(calls, 'settleRun')).toMatchObject([
      { runId: 'a', end: { state: 'cancelled' } },
      { runId: 'b', end: { state: 'cancelled' } },
    ]);
  });

  /** Waits for the workflows that go on alone. */
  function alone(...runIds: string[]): (handle: WorkflowHandle) => Promise<void> {
    return async (handle) => {
      await handle.result();
      for (const runId of runIds) await client.workflow.getHandle(ingestSourceWorkflowId('default', runId)).result();
    };
  }

  async function ingest(
    script: Partial<AllActivities>,
    recordAs?: string,
    meanwhile?: (handle: WorkflowHandle) => Promise<void>,
  ): Promise<{ calls: Call[]; workflowId: string }> {
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const workflowId = ingestUploadsWorkflowId('default', `test-${++workflows}`);
    const handle = await client.workflow.start('ingestUploads', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [{ organizationId: 'default', runId: 'any-of-them' }],
    });
    const finished = (async () => {
      await meanwhile?.(handle);
      await handle.result();
    })();
    await workers.runUntil(finished);
    if (recordAs) await recordHistory(`ingest-uploads-${recordAs}`, handle);
    return { calls, workflowId };
  }
});

/** One version for each run, and of the same name. */
function batchOf(...names: string[]): BatchRef {
  return { ...batchRef('uploads', ...names), runIds: names };
}

function failing(type: FailureCode): ApplicationFailure {
  return ApplicationFailure.create({ type, nonRetryable: true });
}
