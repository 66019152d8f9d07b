import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { inputs, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

describeWith([await findTemporal()], 'reconcileRuns', () => {
  let temporal: TemporalServer;

  beforeAll(async () => {
    temporal = await startTemporal({ settings: ['limit.historyCount.suggestContinueAsNew=60'] });
  });
  afterAll(() => temporal?.stop());

  test('the reconciler goes through every page of running runs, over as many executions as it takes', async () => {
    const pages = 40;
    const { activities, calls } = scriptedActivities({
      reconcileRuns: async ({ after = 0 } = {}) => ({ started: 0, closed: 0, next: after < pages ? after + 1 : null }),
    });
    const workers = await startScriptedWorkers(temporal, activities);
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const handle = await client.workflow.start('reconcileRuns', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: 'reconcile-all-pages',
      args: [],
    });
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'reconcileRuns').map(({ after } = {}) => after ?? 0)).toEqual([...Array(pages + 1).keys()]);
    const { events } = await client.workflow
      .getHandle('reconcile-all-pages', handle.firstExecutionRunId)
      .fetchHistory();
    expect(events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  });
});
