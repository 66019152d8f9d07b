import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { names, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

const RUN = { organizationId: 'default', runId: 'run-1' };

describeWith([await findTemporal()], 'eraseDocuments', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  async function start(workflowId: string, script: Parameters<typeof scriptedActivities>[0]) {
    // Payloads in the clear: recorded histories must be readable without a key.
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('eraseDocuments', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [RUN],
    });
    return { workers, handle, calls };
  }

  test('erases until nothing is due, and ends its run', async () => {
    let left = 3;
    const ends: string[] = [];
    const { workers, handle, calls } = await start('erase-documents-whole', {
      eraseDocuments: async () => ({ erased: 20, more: --left > 0 }),
      settleErasure: async ({ end }) => void ends.push(end),
    });
    await workers.runUntil(handle.result());
    expect(names(calls)).toEqual(['eraseDocuments', 'eraseDocuments', 'eraseDocuments', 'settleErasure']);
    expect(ends).toEqual(['completed']);
    await recordHistory('erase-documents-whole', handle);
  });

  test('ends its run as failed when a step can never succeed; what is due stays due', async () => {
    const ends: string[] = [];
    const { workers, handle } = await start('erase-documents-failed', {
      eraseDocuments: async () => {
        throw ApplicationFailure.nonRetryable('gone', 'COLLECTION_MISSING');
      },
      settleErasure: async ({ end }) => void ends.push(end),
    });
    await workers.runUntil(handle.result().catch(() => undefined));
    expect(ends).toEqual(['failed']);
    expect((await handle.describe()).status.name).toBe('FAILED');
    await recordHistory('erase-documents-failed', handle);
  });
});
