import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { deliverWebhooksWorkflowId } from '../../core/contract/ids.js';
import { DELIVERY_DUE_SIGNAL, type SentWebhooks } from '../../core/contract/webhooks.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { deferred, inputs, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

const HOUR_MS = 3_600_000;

describeWith([await findTemporal()], 'deliverWebhooks', () => {
  let temporal: TemporalServer;
  let client: Client;
  beforeAll(async () => {
    temporal = await startTemporal();
    // Payloads in the clear: recorded histories must be readable without a key.
    client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  });
  afterAll(() => temporal?.stop());

  async function start(webhookId: string, sendWebhooks: () => Promise<SentWebhooks>) {
    const { activities, calls } = scriptedActivities({ sendWebhooks });
    const workers = await startScriptedWorkers(temporal, activities);
    const webhook = { organizationId: 'default', webhookId };
    const handle = await client.workflow.signalWithStart('deliverWebhooks', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: deliverWebhooksWorkflowId('default', webhookId),
      args: [webhook],
      signal: DELIVERY_DUE_SIGNAL,
      signalArgs: [],
    });
    return { handle, workers, webhook, sent: () => inputs(calls, 'sendWebhooks') };
  }

  it('sends batch after batch, waits for the next try, and ends when nothing waits', async () => {
    const answers: SentWebhooks[] = [{ nextInMs: 0 }, { nextInMs: 20 }, { nextInMs: null }];
    const { handle, workers, webhook, sent } = await start(
      'webhook-1',
      async () => answers.shift() ?? { nextInMs: null },
    );
    await workers.runUntil(handle.result());
    expect(sent()).toEqual([webhook, webhook, webhook]);
    await recordHistory('deliver-webhooks', handle);
  });

  it('does not wait for a next try when something new is due', async () => {
    const begun = deferred();
    let batches = 0;
    const { handle, workers, sent } = await start('webhook-2', async () => {
      batches += 1;
      begun.resolve();
      return { nextInMs: batches === 1 ? HOUR_MS : null };
    });
    const running = workers.runUntil(handle.result());
    await begun.promise;
    await handle.signal(DELIVERY_DUE_SIGNAL);
    await running;
    expect(sent()).toHaveLength(2);
  });

  it('sends what came due while a batch was under way, also when nothing else waits', async () => {
    const begun = deferred();
    const goOn = deferred();
    let batches = 0;
    const { handle, workers, sent } = await start('webhook-3', async () => {
      batches += 1;
      if (batches === 1) {
        begun.resolve();
        await goOn.promise;
      }
      return { nextInMs: null };
    });
    const running = workers.runUntil(handle.result());
    await begun.promise;
    await handle.signal(DELIVERY_DUE_SIGNAL);
    goOn.resolve();
    await running;
    expect(sent()).toHaveLength(2);
  });

  it('looks again after some seconds while there is a webhook', async () => {
    let looks = 0;
    const { activities, calls } = scriptedActivities({ spreadEvents: async () => ({ listening: ++looks < 2 }) });
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('tellWebhooks', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: 'tell-webhooks-again',
    });
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'spreadEvents')).toHaveLength(2);
    await recordHistory('tell-webhooks', handle);
  });
});
