import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UploadGathering } from '../../../api/upload/gather-uploads.js';
import { ingestSourceWorkflowId } from '../../../core/contract/ids.js';
import type { Run } from '../../../core/ports/run-catalog.js';
import { createLog } from '../../../infra/telemetry/log.js';
import { FakeWorkflowStarter } from '../../fakes/fake-workflow-starter.js';

const WINDOW_MS = 200;
const log = createLog({ name: 'test', level: 'silent' }) as FastifyBaseLogger;

function newRun(): Run {
  const runId = randomUUID();
  return {
    kind: 'ingest',
    organizationId: 'default',
    collectionId: 'collection-1',
    collectionName: 'guidelines',
    sourceId: randomUUID(),
    fileName: 'leaflet.md',
    object: { key: '', sha256: '', sizeBytes: 1_000 },
    acceptedAt: new Date(),
    runId,
    workflowId: ingestSourceWorkflowId('default', runId),
  } as Run;
}

describe('how long uploads wait for others', () => {
  let starter: FakeWorkflowStarter;
  let gathering: UploadGathering;
  beforeEach(() => {
    vi.useFakeTimers();
    starter = new FakeWorkflowStarter();
    gathering = new UploadGathering({
      runs: { gather: async (_organizationId, runIds) => [...runIds] },
      starter,
      windowMs: WINDOW_MS,
    });
  });
  afterEach(() => vi.useRealTimers());

  const arrives = () => gathering.start({ run: newRun(), joined: false }, log);
  const started = () => starter.started.length;

  it('one behind another waits for a window, and whoever comes after a pause does not', async () => {
    await arrives();
    expect(started()).toBe(1);
    await arrives();
    await vi.advanceTimersByTimeAsync(WINDOW_MS - 1);
    expect(started()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(started()).toBe(2);
    await vi.advanceTimersByTimeAsync(3 * WINDOW_MS);
    await arrives();
    expect(started()).toBe(3);
  });

  it('the longer uploads go on coming, the more of them travel together, up to a bound', async () => {
    const waits: number[] = [];
    let since = 0;
    const arrivals: string[] = [];
    for (let ms = 0; ms < 60 * WINDOW_MS; ms += 50) {
      const before = started();
      arrivals.push(await arrives());
      await vi.advanceTimersByTimeAsync(50);
      if (started() === before) continue;
      waits.push(ms + 50 - since);
      since = ms + 50;
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(8 * WINDOW_MS + 50);
    expect(waits.slice(0, 5).map((wait) => Math.round(wait / WINDOW_MS))).toEqual([0, 1, 2, 4, 8]);
    expect(new Set(arrivals).size).toBeLessThan(arrivals.length / 10);
  });

  it('what waits starts when the process ends, and its end waits for that', async () => {
    await arrives();
    const workflowId = await arrives();
    await gathering.close();
    expect(starter.started.map((run) => run.workflowId)).toContain(workflowId);
  });
});
