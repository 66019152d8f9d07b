import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { names, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

describeWith([await findTemporal()], 'workflows that a schedule starts', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  test.each([
    ['reconcileRuns', 'reconcile-runs', ['reconcileRuns']],
    ['maintainVectorIndexes', 'maintain-vector-indexes', ['mergeSegments', 'maintainVectorIndexes']],
    ['fillVectors', 'fill-vectors', ['findUnfilled', 'fillVectors']],
    [
      'checkGoldenQuestions',
      'check-golden-questions',
      ['findDueGoldenChecks', 'checkGoldenQuestions', 'checkGoldenQuestions', 'settleGoldenCheck'],
    ],
    ['startErasures', 'start-erasures', ['startErasures']],
    ['tellWebhooks', 'tell-webhooks', ['spreadEvents']],
    ['tellDays', 'tell-days', ['tellDays']],
    ['warmAnswers', 'warm-answers', ['planWarming']],
    ['sweepOrphans', 'sweep-orphans', ['listOrganizations', 'sweepOrphans']],
  ])('%s looks once and ends', async (workflowType, file, steps) => {
    // Payloads in the clear: recorded histories must be readable without a key.
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const { activities, calls } = scriptedActivities({
      findDueGoldenChecks: async () => [{ organizationId: 'default', collectionId: 'collection-1', state: '0 1' }],
      checkGoldenQuestions: async ({ after }) => ({ after: after + 20, more: after === 0, lost: 1 }),
      findUnfilled: async () => [{ organizationId: 'default', collectionId: 'collection-1', skipped: 1 }],
    });
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start(workflowType, { taskQueue: TASK_QUEUES.workflow, workflowId: file });
    await workers.runUntil(handle.result());
    expect(names(calls)).toEqual(steps);
    await recordHistory(file, handle);
  });
});
