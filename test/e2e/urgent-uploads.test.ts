import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TemporalWorkflowStarter } from '../../infra/temporal/temporal-workflow-starter.js';
import { tuning } from '../../workers/tuning.js';
import { describeWith } from '../harness/describe-with.js';
import { type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const SLOTS = tuning('io').maxConcurrentActivityTaskExecutions ?? 0;
const USUAL = 3;
const BEAT_MS = 1_000;

/** While all slots are taken, uploads of people, a sync and an urgent upload wait behind them. */
describeWith([await findTemporal()], 'an urgent upload', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let engine: IngestEngine;
  let folder: string;
  /** First activities in the order in which they were begun: the name of a file, or of the activity of a sync. */
  const begun: string[] = [];
  /** Ends one of those that hold a slot. */
  const releases: (() => void)[] = [];
  const workflowOf = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-urgent-'));
    temporal = await startTemporal();
    database = await openTestDatabase();
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'off' },
      wrap: (name, activity) => async (input) => {
        if (name === 'inspectSource' || name === 'compareSources') {
          begun.push(Context.current().info.workflowExecution?.workflowId ?? '');
          if (begun.length <= SLOTS) await heldBack();
        }
        return activity(input);
      },
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function heldBack(): Promise<void> {
    const context = Context.current();
    const beating = setInterval(() => context.heartbeat(), BEAT_MS);
    await new Promise<void>((release) => releases.push(release));
    clearInterval(beating);
  }

  async function upload(name: string, options: { urgent?: boolean } = {}): Promise<string> {
    const path = join(folder, `${name}.md`);
    await writeFile(path, `# ${name}\n\nGive ${name} at noon.`);
    const runId = await engine.upload(path, 'guidelines', options);
    workflowOf.set(`ingest-source:default:${runId}`, name);
    return runId;
  }

  test('goes before the uploads and the sync that waited longer; people go before a sync', async () => {
    const starter = new TemporalWorkflowStarter(temporal.client);
    const untilWaiting = async (tasks: number) => {
      while ((await starter.backlogs()).io.tasks < tasks) await pause(20);
    };
    const runs: string[] = [];
    for (let n = 0; n < SLOTS; n++) runs.push(await upload(`busy-${n}`));
    while (begun.length < SLOTS) await pause(20);

    const library = join(folder, 'library');
    await mkdir(library);
    await writeFile(join(library, 'one.md'), '# One\n\nOf a library.');
    const sync = await engine.sync(library, 'guidelines');
    workflowOf.set(`sync-prefix:default:${sync}`, 'sync');
    await untilWaiting(1);
    for (let n = 0; n < USUAL; n++) runs.push(await upload(`usual-${n}`));
    await untilWaiting(1 + USUAL);
    runs.push(await upload('urgent', { urgent: true }));
    await untilWaiting(2 + USUAL);
    // One slot alone is free, so that they begin one by one: the order is the engine's, and not that of a race.
    releases.shift()?.();
    while (begun.length < SLOTS + 2 + USUAL) await pause(20);
    for (const release of releases) release();
    const ended = await engine.runsEnded(runs);
    expect(ended.map(({ state }) => state)).toEqual(runs.map(() => 'published'));
    expect(ended.map(({ urgent }) => urgent)).toEqual(runs.map((_run, n) => n === runs.length - 1));
    await engine.syncEnded(sync);

    const order = begun.slice(SLOTS).map((workflowId) => workflowOf.get(workflowId));
    expect(order[0]).toBe('urgent');
    expect(order.slice(1, 1 + USUAL).sort()).toEqual(['usual-0', 'usual-1', 'usual-2']);
    expect(order[1 + USUAL]).toBe('sync');
  });
});
