import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { inputs, names, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

const RUN = { organizationId: 'default', runId: 'run-1' };

describeWith([await findTemporal()], 'rescreenCollection', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  async function start(workflowId: string, script: Parameters<typeof scriptedActivities>[0], after?: string) {
    // Payloads in the clear: recorded histories must be readable without a key.
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('rescreenCollection', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [{ ...RUN, ...(after === undefined ? {} : { after }) }],
    });
    return { workers, handle, calls };
  }

  test('goes from document to document until none is left, and ends its run', async () => {
    const places = ['document-1', 'document-2', null];
    const { workers, handle, calls } = await start('rescreen-collection-whole', {
      rescreenBatch: async () => ({ after: places.shift() ?? null }),
    });
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'rescreenBatch')).toEqual([
      { ...RUN, after: null },
      { ...RUN, after: 'document-1' },
      { ...RUN, after: 'document-2' },
    ]);
    expect(inputs(calls, 'settleRescreen')).toEqual([{ ...RUN, end: { state: 'completed' } }]);
    await recordHistory('rescreen-collection-whole', handle);
  });

  test('goes on where the execution before it ended', async () => {
    const { workers, handle, calls } = await start('rescreen-collection-continued', {}, 'document-7');
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'rescreenBatch')).toEqual([{ ...RUN, after: 'document-7' }]);
  });

  test('ends its run as failed when a step can never succeed', async () => {
    const { workers, handle, calls } = await start('rescreen-collection-failed', {
      rescreenBatch: async () => {
        throw ApplicationFailure.nonRetryable('gone', 'COLLECTION_MISSING');
      },
    });
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'settleRescreen')).toEqual([{ ...RUN, end: { state: 'failed', code: 'COLLECTION_MISSING' } }]);
    await recordHistory('rescreen-collection-failed', handle);
  });

  test('ends its run as cancelled', async () => {
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const { workers, handle, calls } = await start('rescreen-collection-cancelled', {
      rescreenBatch: async ({ after }) => {
        begun();
        return { after: `${after ?? ''}x` };
      },
    });
    await workers.runUntil(
      (async () => {
        await hasBegun;
        await handle.cancel();
        await handle.result();
      })(),
    );
    expect(names(calls).at(-1)).toBe('settleRescreen');
    expect(inputs(calls, 'settleRescreen')).toEqual([{ ...RUN, end: { state: 'cancelled' } }]);
  });
});
