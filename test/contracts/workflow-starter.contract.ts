import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverWebhooksWorkflowId, runWorkflowId } from '../../core/contract/ids.js';
import type { WorkerKind } from '../../core/contract/queues.js';
import type { StartableRun, WorkflowRef, WorkflowStarter } from '../../core/ports/workflow-starter.js';

export interface WorkflowStarterUnderTest {
  readonly starter: WorkflowStarter;
  /** The engine's own id of its latest work on this run: another one means that it was begun again. */
  execution(run: StartableRun): Promise<string>;
  /** Whether the engine was asked to cancel the work of this run. */
  cancelRequested(run: StartableRun): Promise<boolean>;
  /** The arguments of the signals of this name that the workflow was sent, in order. */
  signals(run: StartableRun, name: string): Promise<unknown[]>;
  /**
   * Takes updates of this run's workflow from now on: `refuse` by the failure of that code, any other name answers what it
   * was given. The answer ends it.
   */
  answerUpdates(run: StartableRun): Promise<() => Promise<void>>;
  /** Has a worker ask this queue for work once. */
  poll(kind: WorkerKind): Promise<void>;
  /** Ends the work of a run in this way. */
  end(workflow: WorkflowRef, how: 'completed' | 'terminated'): Promise<void>;
  stop(): Promise<void>;
}

export function newRun(kind: StartableRun['kind'] = 'ingest'): StartableRun {
  const runId = randomUUID();
  return {
    kind,
    runId,
    organizationId: 'default',
    workflowId: runWorkflowId(kind, 'default', runId),
    collectionName: 'guidelines',
  };
}

/** The one suite that every WorkflowStarter passes. */
export function workflowStarterContract(name: string, setUp: () => Promise<WorkflowStarterUnderTest>): void {
  describe(`WorkflowStarter: ${name}`, () => {
    let under: WorkflowStarterUnderTest;

    beforeAll(async () => {
      under = await setUp();
    });
    afterAll(() => under?.stop());

    it('tells whether anybody asks a queue for work', async () => {
      const before = await under.starter.pollers();
      expect(Object.keys(before).sort()).toEqual(['embed', 'io', 'ocr', 'webhooks', 'workflow']);
      await under.poll('io');
      const { io, embed } = await under.starter.pollers();
      expect(Math.abs(Date.now() - (io?.getTime() ?? 0))).toBeLessThan(5 * 60_000);
      expect(embed).toEqual(before.embed);
    });

    it('tells how much waits in each queue', async () => {
      const backlogs = await under.starter.backlogs();
      expect(Object.keys(backlogs).sort()).toEqual(['embed', 'io', 'ocr', 'webhooks', 'workflow']);
      expect(backlogs.ocr).toEqual({ tasks: 0, oldestMs: 0 });
    });

    it('wakes the workflow that delivers to a webhook, whether it runs or not', async () => {
      const webhook = { organizationId: 'default', webhookId: randomUUID() };
      const workflow = { workflowId: deliverWebhooksWorkflowId(webhook.organizationId, webhook.webhookId) };
      expect(await under.starter.describe(workflow)).toBe('unknown');
      await under.starter.deliverWebhooks(webhook);
      await under.starter.deliverWebhooks(webhook);
      expect(await under.starter.describe(workflow)).toBe('running');
      await under.end(workflow, 'completed');
      await under.starter.deliverWebhooks(webhook);
      expect(await under.starter.describe(workflow)).toBe('running');
    });

    it.each(['ingest', 'reread', 'sync'] as const)('starts a run of the kind %s', async (kind) => {
      const run = newRun(kind);
      expect(await under.starter.describe(run)).toBe('unknown');
      await under.starter.start(run);
      expect(await under.starter.describe(run)).toBe('running');
      expect(await under.execution(run)).not.toBe('');
    });

    it('joins a run that was started already, also twenty at once', async () => {
      const run = newRun();
      await Promise.all(Array.from({ length: 20 }, () => under.starter.start(run)));
      const execution = await under.execution(run);
      await under.starter.start(run);
      expect(await under.execution(run)).toBe(execution);
      expect(await under.starter.describe(run)).toBe('running');
    });

    it.each(['completed', 'terminated'] as const)('starts nothing again after the work was %s', async (how) => {
      const run = newRun();
      await under.starter.start(run);
      const execution = await under.execution(run);
      await under.end(run, how);
      expect(await under.starter.describe(run)).toBe('closed');
      await under.starter.start(run);
      expect(await under.starter.describe(run)).toBe('closed');
      expect(await under.execution(run)).toBe(execution);
    });

    it('asks that work stops, also twice, and leaves the rest to the work itself', async () => {
      const [run, other] = [newRun(), newRun()];
      await under.starter.start(run);
      await under.starter.start(other);
      await under.starter.cancel(run);
      await under.starter.cancel(run);
      expect(await under.cancelRequested(run)).toBe(true);
      expect(await under.cancelRequested(other)).toBe(false);
      expect(await under.starter.describe(run)).toBe('running');
    });

    it('takes the cancellation of what never began or has ended', async () => {
      const [unknown, ended] = [newRun(), newRun()];
      await under.starter.cancel(unknown);
      expect(await under.starter.describe(unknown)).toBe('unknown');
      await under.starter.start(ended);
      await under.end(ended, 'completed');
      await under.starter.cancel(ended);
      expect(await under.starter.describe(ended)).toBe('closed');
    });

    it('tells a workflow something, in order', async () => {
      const run = newRun();
      await under.starter.start(run);
      await under.starter.signal(run, { name: 'documentFinished', argument: { count: 1 } });
      await under.starter.signal(run, { name: 'documentFinished', argument: { count: 2 } });
      expect(await under.signals(run, 'documentFinished')).toEqual([{ count: 1 }, { count: 2 }]);
    });

    it('asks a workflow to do something and gives its answer, or its refusal', async () => {
      const run = newRun();
      await under.starter.start(run);
      const stopAnswering = await under.answerUpdates(run);
      const ask = (name: string, argument: unknown) =>
        under.starter.update(run, { name, updateId: randomUUID(), argument });
      expect(await ask('decideReview', { decision: 'publish' })).toEqual({ decision: 'publish' });
      await expect(ask('refuse', 'DOCUMENT_DELETED')).rejects.toMatchObject({ code: 'DOCUMENT_DELETED' });
      await expect(ask('refuse', 'NO_CODE_OF_OURS')).rejects.toMatchObject({ code: 'INTERNAL' });
      await stopAnswering();
    });

    it('says when there is no workflow to hear it', async () => {
      const [unknown, ended] = [newRun(), newRun()];
      await under.starter.start(ended);
      await under.end(ended, 'terminated');
      for (const run of [unknown, ended]) {
        const told = under.starter.signal(run, { name: 'documentFinished', argument: null });
        await expect(told).rejects.toMatchObject({ code: 'WORKFLOW_ENDED' });
        const asked = under.starter.update(run, { name: 'decideReview', updateId: randomUUID(), argument: null });
        await expect(asked).rejects.toMatchObject({ code: 'WORKFLOW_ENDED' });
      }
    });

    it('answers a ping', async () => {
      await expect(under.starter.ping()).resolves.toBeUndefined();
    });
  });
}
