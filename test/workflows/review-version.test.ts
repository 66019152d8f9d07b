import { Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { ClaimRequest, ReviewDecision } from '../../core/contract/review-messages.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { deferred, inputs, names, REVIEW_TERMS, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

const RUN = { organizationId: 'default', runId: 'run-1' };
const APPROVE: ReviewDecision = { verdict: 'approve', actor: 'key-1', reason: 'An author.', remember: 'document' };
const REJECT: ReviewDecision = { verdict: 'reject', actor: 'key-2', reason: '', remember: 'nowhere' };

describeWith([await findTemporal()], 'reviewVersion', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  async function start(workflowId: string, script: Parameters<typeof scriptedActivities>[0] = {}) {
    // Payloads in the clear: recorded histories must be readable without a key.
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const { activities, calls } = scriptedActivities(script);
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('reviewVersion', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [RUN],
    });
    const decide = (decision: ReviewDecision) => handle.executeUpdate('decideReview', { args: [decision] });
    const claim = (request: ClaimRequest) => handle.executeUpdate('claimReview', { args: [request] });
    return { workers, handle, calls, decide, claim };
  }

  async function refusalOf(update: Promise<unknown>): Promise<unknown> {
    const error: unknown = await update.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
    return ((error as WorkflowUpdateFailedError).cause as { type?: unknown }).type;
  }

  test('an approved version goes on from its stored reading, and a second decision is refused', async () => {
    const { workers, handle, calls, decide } = await start('review-approved');
    await workers.runUntil(
      (async () => {
        const first = await handle.startUpdate('decideReview', { args: [APPROVE], waitForStage: 'ACCEPTED' });
        await expect(decide(REJECT)).rejects.toThrow();
        expect(await first.result()).toEqual({ state: 'approved' });
        await handle.result();
      })(),
    );
    expect(names(calls)).toEqual([
      'beginReview',
      'decideReview',
      'prepareReviewed',
      'embedChunks',
      'publishVersions',
      'settleReview',
    ]);
    await recordHistory('review-version-approved', handle);
  });

  test('of a version that was live, what lies in the clear goes before anybody can decide', async () => {
    let clear: () => void = () => undefined;
    const cleared = new Promise<void>((resolve) => (clear = resolve));
    const { workers, handle, calls } = await start('review-was-live', {
      beginReview: async () => ({ ...REVIEW_TERMS, wasLive: true }),
      clearHeld: () => cleared,
    });
    await workers.runUntil(
      (async () => {
        const decision = await handle.startUpdate('decideReview', { args: [APPROVE], waitForStage: 'ACCEPTED' });
        clear();
        expect(await decision.result()).toEqual({ state: 'approved' });
        await handle.result();
      })(),
    );
    expect(names(calls).slice(0, 3)).toEqual(['beginReview', 'clearHeld', 'decideReview']);
    await recordHistory('review-version-was-live', handle);
  });

  test('nothing of a rejected version goes on', async () => {
    const { workers, handle, calls, decide } = await start('review-rejected', {
      settleReview: async () => ({ state: 'rejected' }),
    });
    await workers.runUntil(
      (async () => {
        expect(await decide(REJECT)).toEqual({ state: 'rejected' });
        expect(await handle.result()).toEqual({ state: 'rejected' });
      })(),
    );
    expect(names(calls)).toEqual(['beginReview', 'decideReview', 'settleReview']);
    await recordHistory('review-version-rejected', handle);
  });

  test('ends without a decision when its version waits no longer', async () => {
    const { workers, handle, calls } = await start('review-overtaken', {
      settleReview: async () => ({ state: 'superseded' }),
    });
    await workers.runUntil(
      (async () => {
        await handle.signal('reviewOvertaken');
        expect(await handle.result()).toEqual({ state: 'superseded' });
      })(),
    );
    expect(names(calls)).toEqual(['beginReview', 'settleReview']);
    await recordHistory('review-version-overtaken', handle);
  });

  test('a claim keeps others from deciding until it is given back or ends', async () => {
    const { workers, handle, decide, claim } = await start('review-claimed');
    await workers.runUntil(
      (async () => {
        expect(await claim({ actor: 'key-2', forMs: 60_000 })).toMatchObject({ state: 'waiting', claimedBy: 'key-2' });
        expect(await refusalOf(decide(APPROVE))).toBe('REVIEW_CLAIMED');
        expect(await refusalOf(claim({ actor: 'key-1', forMs: 60_000 }))).toBe('REVIEW_CLAIMED');
        // An instant: by the time of the next message it has passed.
        await claim({ actor: 'key-2', forMs: 1 });
        expect(await claim({ actor: 'key-1', forMs: 60_000 })).toMatchObject({ claimedBy: 'key-1' });
        expect(await claim({ actor: 'key-1', forMs: 0 })).toMatchObject({ claimedBy: null });
        expect(await decide(REJECT)).toEqual({ state: 'rejected' });
        await handle.result();
      })(),
    );
    await recordHistory('review-version-claimed', handle);
  });

  test('two claims of one person at once are both recorded, one after the other', async () => {
    const [shown, recorded] = [deferred(), deferred()];
    const { workers, handle, decide } = await start('review-claimed-at-once', {
      recordClaim: async () => {
        shown.resolve();
        await recorded.promise;
      },
    });
    await workers.runUntil(
      (async () => {
        const claim = () =>
          handle.startUpdate('claimReview', { args: [{ actor: 'key-2', forMs: 60_000 }], waitForStage: 'ACCEPTED' });
        const first = await claim();
        await shown.promise;
        const second = await claim();
        recorded.resolve();
        expect(await Promise.all([first.result(), second.result()])).toMatchObject([
          { claimedBy: 'key-2' },
          { claimedBy: 'key-2' },
        ]);
        await decide(REJECT);
        await handle.result();
      })(),
    );
    await recordHistory('review-version-claimed-at-once', handle);
  });

  test('a second opinion that comes while the first is recorded waits for it', async () => {
    const [shown, recorded] = [deferred(), deferred()];
    const { workers, handle } = await start('review-shown-before-known', {
      beginReview: async () => ({ ...REVIEW_TERMS, fourEyes: true }),
      recordOpinion: async () => {
        shown.resolve();
        await recorded.promise;
      },
    });
    await workers.runUntil(
      (async () => {
        const first = await handle.startUpdate('decideReview', { args: [APPROVE], waitForStage: 'ACCEPTED' });
        await shown.promise;
        const [second, third] = await Promise.all(
          ['key-2', 'key-3'].map((actor) =>
            handle.startUpdate('decideReview', { args: [{ ...APPROVE, actor }], waitForStage: 'ACCEPTED' }),
          ),
        );
        recorded.resolve();
        expect(await first.result()).toEqual({ state: 'second_opinion' });
        const answers = await Promise.allSettled([second?.result(), third?.result()]);
        // One of them is the second; whichever waited longer comes too late.
        expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(answers).toContainEqual({ status: 'fulfilled', value: { state: 'approved' } });
        await handle.result();
      })(),
    );
    await recordHistory('review-version-shown-before-known', handle);
  });

  test('where two have to decide the same, one alone decides nothing', async () => {
    const { workers, handle, calls, decide } = await start('review-four-eyes', {
      beginReview: async () => ({ ...REVIEW_TERMS, fourEyes: true }),
    });
    await workers.runUntil(
      (async () => {
        expect(await decide(APPROVE)).toEqual({ state: 'second_opinion' });
        expect(await refusalOf(decide(APPROVE))).toBe('REVIEW_NEEDS_ANOTHER');
        // Another opinion is another first one.
        const redact: ReviewDecision = { ...APPROVE, verdict: 'redact', actor: 'key-2' };
        expect(await decide(redact)).toEqual({ state: 'second_opinion' });
        expect(await decide({ ...redact, actor: 'key-3', findings: [1] })).toEqual({ state: 'second_opinion' });
        expect(await decide({ ...redact, actor: 'key-2', findings: [1], reason: 'Other words.' })).toEqual({
          state: 'approved',
        });
        await handle.result();
      })(),
    );
    expect(inputs(calls, 'recordOpinion').map(({ actor }) => actor)).toEqual(['key-1', 'key-2', 'key-3']);
    expect(inputs(calls, 'decideReview').map(({ firstActor }) => firstActor)).toEqual(['key-3']);
    await recordHistory('review-version-four-eyes', handle);
  });

  test('somebody is reminded, and then it is overdue: each is said in its turn', async () => {
    const { workers, handle, calls, decide } = await start('review-overdue', {
      beginReview: async () => ({ ...REVIEW_TERMS, remindAfterMs: 40, overdueAfterMs: 100 }),
      noticeReview: async ({ notice }) => {
        if (notice === 'overdue') await decide(REJECT);
      },
    });
    await workers.runUntil(handle.result());
    expect(inputs(calls, 'noticeReview').map(({ notice }) => notice)).toEqual(['reminder', 'reminder', 'overdue']);
    await recordHistory('review-version-overdue', handle);
  });

  test('one that is cancelled settles as cancelled: its version gets another review', async () => {
    const { workers, handle, calls } = await start('review-cancelled');
    await workers.runUntil(
      (async () => {
        await handle.executeUpdate('claimReview', { args: [{ actor: 'key-1', forMs: 0 }] });
        await handle.cancel();
        await handle.result();
      })(),
    );
    expect(inputs(calls, 'settleReview')).toEqual([{ ...RUN, end: { state: 'cancelled' } }]);
    await recordHistory('review-version-cancelled', handle);
  });
});
