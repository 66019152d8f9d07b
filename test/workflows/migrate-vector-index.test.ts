import { Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { MoveProgress, MoveVerdict } from '../../core/contract/move-messages.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { recordHistory } from './record-history.js';
import { deferred, inputs, MOVE_TERMS, names, scriptedActivities } from './scripted-activities.js';
import { startScriptedWorkers } from './scripted-workers.js';

const RUN = { organizationId: 'default', runId: 'run-1' };

describeWith([await findTemporal()], 'migrateVectorIndex', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  async function start(workflowId: string, script: Parameters<typeof scriptedActivities>[0] = {}) {
    // Payloads in the clear: recorded histories must be readable without a key.
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const compared = deferred();
    const { activities, calls } = scriptedActivities({
      compareMove: async () => {
        compared.resolve();
        return {
          judgement: 'cannot_tell',
          summary: { questions: 0, judged: 0, overlap: null, rankBiasedOverlap: null, ndcg: null, lost: 0 },
        };
      },
      ...script,
    });
    const workers = await startScriptedWorkers(temporal, activities);
    const handle = await client.workflow.start('migrateVectorIndex', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId,
      args: [RUN],
    });
    const decide = (verdict: MoveVerdict) =>
      handle.executeUpdate<MoveProgress, [object]>('decideMove', { args: [{ verdict, actor: 'key-1' }] });
    /** Decides once that can be decided. */
    const decideWhenAsked = async (verdict: MoveVerdict): Promise<MoveProgress> => {
      for (;;) {
        try {
          return await decide(verdict);
        } catch (error) {
          if (typeOf(error) !== 'MOVE_INCOMPLETE') throw error;
        }
      }
    };
    return { workers, handle, calls, decide, decideWhenAsked, compared: compared.promise };
  }

  function typeOf(error: unknown): unknown {
    expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
    return ((error as WorkflowUpdateFailedError).cause as { type?: unknown }).type;
  }

  const refusalOf = async (update: Promise<unknown>) => typeOf(await update.catch((thrown: unknown) => thrown));

  test('builds in steps, compares, waits for a person, and keeps the former index for its days', async () => {
    const steps = [
      { state: 'building' as const, pass: { skipped: 1, behind: 128, embedded: 128 } },
      { state: 'again' as const, embedded: 150 },
      { state: 'building' as const, pass: { skipped: 2, behind: 128, embedded: 151 } },
      { state: 'complete' as const, embedded: 151 },
    ];
    let step = 0;
    const { workers, handle, calls, decide, decideWhenAsked, compared } = await start('move-kept', {
      // Long enough to be decided about within, and short enough to be waited for.
      beginMove: async () => ({ ...MOVE_TERMS, keepMs: 1_000 }),
      buildMove: async () => steps[step++] ?? { state: 'complete', embedded: 0 },
    });
    await workers.runUntil(
      (async () => {
        await compared;
        expect(await refusalOf(decide('rollback'))).toBe('MOVE_NOT_LIVE');
        expect(await refusalOf(decide('finish'))).toBe('MOVE_NOT_LIVE');
        expect(await decideWhenAsked('promote')).toEqual({ stage: 'kept' });
        expect(await handle.result()).toEqual({ state: 'completed' });
      })(),
    );
    expect(names(calls)).toEqual([
      'beginMove',
      ...['buildMove', 'buildMove', 'buildMove', 'buildMove'],
      'maintainVectorIndexes',
      'compareMove',
      'promoteMove',
      'settleMove',
    ]);
    expect(inputs(calls, 'buildMove').map(({ pass, embedded }) => [pass?.behind ?? null, embedded])).toEqual([
      [null, 0],
      [128, 0],
      [null, 150],
      [128, 150],
    ]);
    expect(inputs(calls, 'settleMove')).toEqual([{ ...RUN, end: { state: 'completed' } }]);
    await recordHistory('migrate-vector-index-kept', handle);
  });

  test('goes back at once, can be promoted again, and is given up', async () => {
    const { workers, handle, calls, decide, decideWhenAsked } = await start('move-rolled-back');
    await workers.runUntil(
      (async () => {
        await decideWhenAsked('promote');
        expect(await refusalOf(decide('abandon'))).toBe('MOVE_IS_LIVE');
        expect(await refusalOf(decide('promote'))).toBe('MOVE_IS_LIVE');
        expect(await decide('rollback')).toEqual({ stage: 'decide' });
        expect(await decide('promote')).toEqual({ stage: 'kept' });
        expect(await decide('rollback')).toEqual({ stage: 'decide' });
        expect(await decide('abandon')).toEqual({ stage: 'done' });
        expect(await handle.result()).toEqual({ state: 'cancelled' });
      })(),
    );
    expect(names(calls).slice(-5)).toEqual([
      'promoteMove',
      'rollBackMove',
      'promoteMove',
      'rollBackMove',
      'settleMove',
    ]);
    await recordHistory('migrate-vector-index-rolled-back', handle);
  });

  test('the policy promotes where nothing is lost; what lacks vectors after all is built on', async () => {
    let promotions = 0;
    const { workers, handle, calls } = await start('move-by-policy', {
      beginMove: async () => ({ ...MOVE_TERMS, policy: 'whenNothingIsLost', keepMs: 1 }),
      compareMove: async () => ({
        judgement: 'nothing_lost',
        summary: { questions: 1, judged: 1, overlap: 1, rankBiasedOverlap: 1, ndcg: null, lost: 0 },
      }),
      promoteMove: async () => ({ outcome: promotions++ === 0 ? 'incomplete' : 'promoted' }),
    });
    await workers.runUntil(handle.result());
    expect(names(calls)).toEqual([
      'beginMove',
      ...['buildMove', 'maintainVectorIndexes', 'compareMove', 'promoteMove'],
      ...['buildMove', 'maintainVectorIndexes', 'compareMove', 'promoteMove'],
      'settleMove',
    ]);
    expect(inputs(calls, 'promoteMove').map(({ decision }) => decision.actor)).toEqual(['system', 'system']);
    await recordHistory('migrate-vector-index-by-policy', handle);
  });

  test('what is decided while a promotion is being answered waits for it: the catalog shows it before the workflow knows', async () => {
    const [shown, answered] = [deferred(), deferred()];
    const { workers, handle } = await start('move-shown-before-known', {
      beginMove: async () => ({ ...MOVE_TERMS, policy: 'whenNothingIsLost' }),
      compareMove: async () => ({
        judgement: 'nothing_lost',
        summary: { questions: 1, judged: 1, overlap: 1, rankBiasedOverlap: 1, ndcg: null, lost: 0 },
      }),
      promoteMove: async () => {
        shown.resolve();
        await answered.promise;
        return { outcome: 'promoted' };
      },
    });
    await workers.runUntil(
      (async () => {
        await shown.promise;
        const finish = await handle.startUpdate<MoveProgress, [object]>('decideMove', {
          args: [{ verdict: 'finish', actor: 'key-1' }],
          waitForStage: 'ACCEPTED',
        });
        answered.resolve();
        expect(await finish.result()).toEqual({ stage: 'done' });
        expect(await handle.result()).toEqual({ state: 'completed' });
      })(),
    );
    await recordHistory('migrate-vector-index-shown-before-known', handle);
  });

  test('the policy waits for a person where something is lost', async () => {
    const { workers, handle, calls, decideWhenAsked } = await start('move-asks', {
      beginMove: async () => ({ ...MOVE_TERMS, policy: 'whenNothingIsLost' }),
      compareMove: async () => ({
        judgement: 'something_lost',
        summary: { questions: 1, judged: 1, overlap: 0, rankBiasedOverlap: 0, ndcg: null, lost: 1 },
      }),
    });
    await workers.runUntil(
      (async () => {
        await decideWhenAsked('promote');
        expect(await handle.executeUpdate('decideMove', { args: [{ verdict: 'finish', actor: 'key-1' }] })).toEqual({
          stage: 'done',
        });
        await handle.result();
      })(),
    );
    expect(inputs(calls, 'promoteMove').map(({ decision }) => decision.actor)).toEqual(['key-1']);
  });

  test('is given up in the middle of the build', async () => {
    const { workers, handle, calls, decide } = await start('move-abandoned', {
      buildMove: async () => ({ state: 'building', pass: { skipped: 1, behind: 1, embedded: 1 } }),
    });
    await workers.runUntil(
      (async () => {
        expect(await refusalOf(decide('promote'))).toBe('MOVE_INCOMPLETE');
        await decide('abandon');
        expect(await handle.result()).toEqual({ state: 'cancelled' });
      })(),
    );
    expect(names(calls)).not.toContain('promoteMove');
    expect(inputs(calls, 'settleMove')).toEqual([{ ...RUN, end: { state: 'cancelled' } }]);
  });

  test('one that is cancelled settles as cancelled, one that fails keeps its code', async () => {
    const cancelled = await start('move-cancelled');
    await cancelled.workers.runUntil(
      (async () => {
        await cancelled.compared;
        await cancelled.handle.cancel();
        await cancelled.handle.result();
      })(),
    );
    expect(inputs(cancelled.calls, 'settleMove')).toEqual([{ ...RUN, end: { state: 'cancelled' } }]);
    await recordHistory('migrate-vector-index-cancelled', cancelled.handle);

    const failed = await start('move-failed', {
      beginMove: async () => {
        throw ApplicationFailure.nonRetryable('MODEL_MISSING', 'MODEL_MISSING');
      },
    });
    await failed.workers.runUntil(failed.handle.result());
    expect(inputs(failed.calls, 'settleMove')).toEqual([{ ...RUN, end: { state: 'failed', code: 'MODEL_MISSING' } }]);
  });

  test('one that fails before it began refuses what was decided meanwhile, and ends', async () => {
    const [begun, failing] = [deferred(), deferred()];
    const { workers, handle, calls } = await start('move-failed-while-decided', {
      beginMove: async () => {
        begun.resolve();
        await failing.promise;
        throw ApplicationFailure.nonRetryable('MODEL_MISSING', 'MODEL_MISSING');
      },
    });
    await workers.runUntil(
      (async () => {
        await begun.promise;
        const abandon = await handle.startUpdate<MoveProgress, [object]>('decideMove', {
          args: [{ verdict: 'abandon', actor: 'key-1' }],
          waitForStage: 'ACCEPTED',
        });
        failing.resolve();
        expect(await refusalOf(abandon.result())).toBe('MOVE_OVER');
        await handle.result();
      })(),
    );
    expect(inputs(calls, 'settleMove')).toEqual([{ ...RUN, end: { state: 'failed', code: 'MODEL_MISSING' } }]);
  });

  test('what an earlier run has promoted is kept from where it stood', async () => {
    const { workers, handle, calls, decide } = await start('move-retried', {
      beginMove: async () => ({ ...MOVE_TERMS, stage: 'kept' }),
    });
    await workers.runUntil(
      (async () => {
        expect(await decideUntilKnown(decide)).toEqual({ stage: 'done' });
        expect(await handle.result()).toEqual({ state: 'completed' });
      })(),
    );
    expect(names(calls)).toEqual(['beginMove', 'settleMove']);
  });

  /** Until the workflow knows that the earlier run had promoted. */
  async function decideUntilKnown(decide: (verdict: MoveVerdict) => Promise<MoveProgress>): Promise<MoveProgress> {
    for (;;) {
      try {
        return await decide('finish');
      } catch (error) {
        expect(typeOf(error)).toBe('MOVE_INCOMPLETE');
      }
    }
  }
});
