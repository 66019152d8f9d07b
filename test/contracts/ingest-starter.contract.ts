import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSourceWorkflowId } from '../../core/contract/ids.js';
import type { IngestStarter } from '../../core/ports/ingest-starter.js';
import type { Run } from '../../core/ports/run-catalog.js';

export type StartedRun = Pick<Run, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>;

export interface IngestStarterUnderTest {
  readonly starter: IngestStarter;
  /** The engine's own id of its latest work on this run: another one means that it was begun again. */
  execution(run: StartedRun): Promise<string>;
  /** Whether the engine was asked to cancel the work of this run. */
  cancelRequested(run: StartedRun): Promise<boolean>;
  /** Ends the work of a run in this way. */
  end(run: StartedRun, how: 'completed' | 'terminated'): Promise<void>;
  stop(): Promise<void>;
}

export function newRun(): StartedRun {
  const runId = randomUUID();
  return {
    runId,
    organizationId: 'default',
    workflowId: ingestSourceWorkflowId('default', runId),
    collectionName: 'guidelines',
  };
}

/** The one suite that every IngestStarter passes. */
export function ingestStarterContract(name: string, setUp: () => Promise<IngestStarterUnderTest>): void {
  describe(`IngestStarter: ${name}`, () => {
    let under: IngestStarterUnderTest;

    beforeAll(async () => {
      under = await setUp();
    });
    afterAll(() => under?.stop());

    it('starts a run', async () => {
      const run = newRun();
      expect(await under.starter.standing(run)).toBe('unknown');
      await under.starter.start(run);
      expect(await under.starter.standing(run)).toBe('running');
      expect(await under.execution(run)).not.toBe('');
    });

    it('joins a run that was started already, also twenty at once', async () => {
      const run = newRun();
      await Promise.all(Array.from({ length: 20 }, () => under.starter.start(run)));
      const execution = await under.execution(run);
      await under.starter.start(run);
      expect(await under.execution(run)).toBe(execution);
      expect(await under.starter.standing(run)).toBe('running');
    });

    it.each(['completed', 'terminated'] as const)('starts nothing again after the work was %s', async (how) => {
      const run = newRun();
      await under.starter.start(run);
      const execution = await under.execution(run);
      await under.end(run, how);
      expect(await under.starter.standing(run)).toBe('closed');
      await under.starter.start(run);
      expect(await under.starter.standing(run)).toBe('closed');
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
      expect(await under.starter.standing(run)).toBe('running');
    });

    it('takes the cancellation of what never began or has ended', async () => {
      const [unknown, ended] = [newRun(), newRun()];
      await under.starter.cancel(unknown);
      expect(await under.starter.standing(unknown)).toBe('unknown');
      await under.starter.start(ended);
      await under.end(ended, 'completed');
      await under.starter.cancel(ended);
      expect(await under.starter.standing(ended)).toBe('closed');
    });

    it('answers a ping', async () => {
      await expect(under.starter.ping()).resolves.toBeUndefined();
    });
  });
}
