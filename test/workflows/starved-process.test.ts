import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeOn, planComputing, unlessUnworkable } from '../../activities/computing.js';
import { withFailureBoundary } from '../../activities/failure-boundary.js';
import { createDataConverter } from '../../infra/temporal/data-converter.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import type { batchBesideNeighbour, StarvingActivities } from './starving-workflows.js';

/** Much longer than the heartbeat timeout of the workflow. */
const STOPPED_MS = 5_000;

/** Stops this process's event loop, as a loop over hostile text does: no heartbeat of any activity gets out meanwhile. */
function starve(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STOPPED_MS);
}

describe('an activity that starves its process', () => {
  let temporal: TemporalServer;
  beforeAll(async () => {
    temporal = await startTemporal();
  });
  afterAll(() => temporal?.stop());

  test('ends the one version that does it, and nothing else: the others of its batch and its neighbour never notice', async () => {
    const starved: string[] = [];
    const ended = new AbortController();
    const activities: StarvingActivities = {
      chunk: withFailureBoundary(async (versionIds: readonly string[]) => {
        const done: string[] = [];
        const unworkable: string[] = [];
        planComputing(versionIds);
        for (const versionId of versionIds) {
          const result = await unlessUnworkable(() =>
            computeOn(versionId, () => {
              if (versionId !== 'endless') return versionId;
              starved.push(versionId);
              starve();
              return versionId;
            }),
          );
          (result === null ? unworkable : done).push(versionId);
        }
        // A try that was given up while the process stood still comes to its end, too; nobody waits for it.
        if (unworkable.length > 0) ended.abort();
        return { done, unworkable };
      }),
      // Computes as well, from before the batch until behind it.
      neighbour: withFailureBoundary(async () => {
        while (!ended.signal.aborted) {
          await computeOn('neighbour', (pause) => pause());
          await setTimeout(20);
        }
        return 'well';
      }),
    };
    const worker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: temporal.namespace,
      taskQueue: 'starving',
      workflowsPath: fileURLToPath(new URL('starving-workflows.ts', import.meta.url)),
      activities,
      maxHeartbeatThrottleInterval: '1s',
      dataConverter: createDataConverter(temporal.keyring),
    });
    const result = await worker.runUntil(
      temporal.client.workflow.execute<typeof batchBesideNeighbour>('batchBesideNeighbour', {
        taskQueue: 'starving',
        workflowId: 'starving',
        args: [['first', 'endless', 'last']],
      }),
    );
    expect(result).toEqual({ done: ['first', 'last'], unworkable: ['endless'], beside: 'well' });
    // Unwatched, then with its stretch, then twice alone.
    expect(starved).toHaveLength(4);
  });
});
