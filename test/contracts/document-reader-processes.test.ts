import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ChildPool, type ChildPoolOptions } from '../../infra/readers/child-pool.js';
import type { PageReading } from '../../core/contract/reading.js';
import { readPagesOneByOneFailing } from '../../infra/readers/pdf/isolate-pages.js';
import { readRecordsOneByOneFailing } from '../../infra/readers/pubmed/isolate-records.js';
import { RECORD_PROBLEMS } from '../../infra/readers/pubmed/pubmed-article.js';
import type { RecordPart } from '../../infra/readers/reader-protocol.js';
import { ReaderMemory } from '../../infra/readers/reader-memory.js';
import { compileTestEntry } from '../fixtures/documents/compile-entry.js';

const MEGABYTE = 1024 * 1024;
const PATIENT_MS = 120_000;

/** The pool on a reader that misbehaves on demand; the production entry has no such operations. */
describe('children of the document reader', () => {
  let entry: string;
  let doomedParent: string;
  const pools: ChildPool[] = [];
  beforeAll(() => {
    entry = compileTestEntry('test/fixtures/documents/misbehaving-process.ts');
    doomedParent = compileTestEntry('test/fixtures/documents/doomed-parent.ts');
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  function poolOf(options: Partial<ChildPoolOptions> = {}): ChildPool {
    const pool = new ChildPool({
      entry,
      kind: 'test',
      memory: new ReaderMemory(400 * MEGABYTE),
      maxHeapMb: 64,
      maxSemiSpaceMb: 4,
      size: 1,
      callsPerChild: 100,
      recycleAboveBytes: 300 * MEGABYTE,
      idleMs: 60_000,
      ...options,
    });
    pools.push(pool);
    return pool;
  }
  const call = (operation: string, input: unknown = null, path = 'file') => ({
    operation,
    path,
    input,
    deadlineMs: PATIENT_MS,
  });
  const failure = (code: string) => expect.objectContaining({ name: 'Failure', code }) as unknown;

  it('kills an endless loop at its deadline, and the next call works', async () => {
    const pool = poolOf();
    await expect(pool.run({ ...call('loop'), deadlineMs: 200 })).rejects.toEqual(failure('PARSER_TIMEOUT'));
    expect(await pool.run(call('echo', 'alive'))).toBe('alive');
  });

  it('kills a child that falls silent between two parts', async () => {
    const pool = poolOf();
    const parts: unknown[] = [];
    const run = pool.run({ ...call('loop'), partDeadlineMs: 200, onPart: (part) => parts.push(part) });
    await expect(run).rejects.toEqual(failure('PARSER_TIMEOUT'));
    expect(parts).toHaveLength(1);
  });

  it('kills a child whose buffers grow past the cap', async () => {
    const pool = poolOf();
    await expect(pool.run(call('hogBuffers'))).rejects.toEqual(failure('PARSER_OUT_OF_MEMORY'));
    expect(await pool.run(call('echo', 1))).toBe(1);
  });

  it('repeats the later of two calls that do not fit in together, when the first has ended', async () => {
    const memory = new ReaderMemory(400 * MEGABYTE);
    const [first, second] = [poolOf({ memory }), poolOf({ memory })];
    const folder = mkdtempSync(join(tmpdir(), 'medindex-memory-'));
    const [firstMayEnd, secondMayEnd] = [join(folder, 'first'), join(folder, 'second')];
    let later: Promise<unknown> | undefined;
    let restarts = 0;
    const onRestart = () => {
      restarts++;
      for (const path of [firstMayEnd, secondMayEnd]) writeFileSync(path, '');
    };
    const earlier = first.run({
      ...call('hold', 220, firstMayEnd),
      onPart: () => void (later ??= second.run({ ...call('hold', 200, secondMayEnd), onRestart })),
    });
    expect(await earlier).toBe(220);
    // The first child, idle now, ends in favour of the second.
    expect(await later).toBe(200);
    expect(restarts).toBe(1);
    rmSync(folder, { recursive: true });
  });

  it('tells an exhausted heap from a crash', async () => {
    await expect(poolOf().run(call('hogHeap'))).rejects.toEqual(failure('PARSER_OUT_OF_MEMORY'));
  });

  it('answers PARSER_CRASHED for a child that ends or is killed in the middle, and the next call works', async () => {
    const pool = poolOf();
    await expect(pool.run(call('exit'))).rejects.toEqual(failure('PARSER_CRASHED'));
    const killed = pool.run({ ...call('loop'), onPart: (pid) => process.kill(pid as number, 'SIGKILL') });
    await expect(killed).rejects.toEqual(failure('PARSER_CRASHED'));
    expect(await pool.run(call('echo', 'alive'))).toBe('alive');
  });

  it('lets no text of an error out of the child', async () => {
    const error = await poolOf()
      .run(call('throwText'))
      .catch((reason: unknown) => reason as Error);
    expect(error).toEqual(failure('PARSER_CRASHED'));
    expect(JSON.stringify(error) + String(error)).not.toContain('John');
  });

  it('kills on abort, also while the call still waits for a child', async () => {
    const pool = poolOf();
    const running = new AbortController();
    const waiting = new AbortController();
    const first = pool.run({ ...call('loop'), signal: running.signal, onPart: () => waiting.abort() });
    const second = pool.run({ ...call('echo'), signal: waiting.signal });
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    running.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await pool.run(call('echo', 3))).toBe(3);
    await expect(pool.run({ ...call('echo'), signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('keeps a child warm, and replaces it after its calls are used up', async () => {
    const pool = poolOf({ callsPerChild: 3 });
    const pids = [];
    for (let index = 0; index < 4; index++) pids.push(await pool.run(call('pid')));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
  });

  it('sends a file to the child that read it last', async () => {
    const pool = poolOf({ size: 2 });
    const [a, b] = await Promise.all([pool.run(call('pid', null, 'a')), pool.run(call('pid', null, 'b'))]);
    expect(a).not.toBe(b);
    expect(await pool.run(call('pid', null, 'b'))).toBe(b);
    expect(await pool.run(call('pid', null, 'a'))).toBe(a);
  });

  it('sends content to the child that read it last, wherever its copy lies now', async () => {
    const pool = poolOf({ size: 2 });
    const pidOf = (path: string, sha256: string) => pool.run({ ...call('pid', null, path), sha256 });
    const [a, b] = await Promise.all([pidOf('copy-1', 'a'), pidOf('copy-2', 'b')]);
    expect(a).not.toBe(b);
    expect(await pidOf('copy-3', 'b')).toBe(b);
    expect(await pidOf('copy-4', 'a')).toBe(a);
  });

  describe('pages and records that take their reader with them', () => {
    const DEADLINE_MS = 1_000;
    const TEN = Array.from({ length: 10 }, (_, index) => index + 1);

    /** Reads as the workflow does: call after call, each behind what the one before it answered. */
    async function pagesOf(pool: ChildPool, to: number, misbehaving: object): Promise<PageReading[]> {
      const read: PageReading[] = [];
      for (let calls = 0; read.length < to; calls++) {
        expect(calls).toBeLessThan(to);
        const range = { from: read.length + 1, to };
        read.push(
          ...(await readPagesOneByOneFailing(range, { deadlineMs: DEADLINE_MS }, async (part, budget, receiver) => {
            const onPart = (sent: unknown) => {
              if (sent === null) receiver.onPart(null);
              else if ('piece' in (sent as object)) receiver.onPart(pageOf((sent as { piece: number }).piece));
            };
            await pool.run({
              ...call('pieces', { ...part, ...budget, ...misbehaving }),
              ...budget,
              ...receiver,
              onPart,
            });
            return null;
          })),
        );
      }
      return read;
    }
    const pageOf = (page: number): PageReading => ({
      page, outcome: 'native', reason: '', scores: {}, width: 1, height: 1, blocks: [],
    }); // prettier-ignore
    const outcomes = (pages: readonly PageReading[]) =>
      pages.map(({ page, outcome, failureCode }) => [page, failureCode ?? outcome]);

    it('fails four hanging pages of a batch alone', async () => {
      const endless = [2, 5, 6, 9];
      expect(outcomes(await pagesOf(poolOf(), 10, { endless }))).toEqual(
        TEN.map((page) => [page, endless.includes(page) ? 'PARSER_TIMEOUT' : 'native']),
      );
    });

    it('fails crashing pages alone, after a second try', async () => {
      expect(outcomes(await pagesOf(poolOf(), 4, { deadly: [1, 3] }))).toEqual([
        [1, 'PARSER_CRASHED'],
        [2, 'native'],
        [3, 'PARSER_CRASHED'],
        [4, 'native'],
      ]);
    });

    it('keeps slow pages, two of which take all of a call', async () => {
      expect(outcomes(await pagesOf(poolOf(), 10, { slow: [1, 2, 3, 7] }))).toEqual(
        TEN.map((page) => [page, 'native']),
      );
    });

    it('gives up a file of which no page can be read', async () => {
      const pages = pagesOf(poolOf(), 20, { endless: Array.from({ length: 20 }, (_, index) => index + 1) });
      await expect(pages).rejects.toEqual(failure('PARSER_TIMEOUT'));
    });

    /** Records of index 0 to 9, call after call; four are one message, unless they are read one by one. */
    async function recordsOf(pool: ChildPool, misbehaving: object): Promise<RecordPart[]> {
      const read: RecordPart[] = [];
      for (let from: number | null = 0; from !== null;) {
        const next: Awaited<ReturnType<typeof readSome>> = await readSome(pool, misbehaving, from);
        read.push(...next.parts);
        from = next.nextIndex;
      }
      return read;
    }
    function readSome(pool: ChildPool, misbehaving: object, first: number) {
      const asked = { fromIndex: first, limit: 10 - first };
      return readRecordsOneByOneFailing(asked, { deadlineMs: DEADLINE_MS }, async (range, deadlines, receiver) => {
        const { fromIndex, limit, oneByOne, budgetMs } = range;
        const parts: RecordPart[] = [];
        const send = () => receiver.onPart(parts.splice(0));
        const onPart = (sent: unknown) => {
          if (sent === null) return receiver.onPart([]);
          const { begun, piece } = sent as { begun?: number; piece?: number };
          if (oneByOne && begun !== undefined) {
            receiver.onPart([{ begun: { index: begun, externalId: `pmid:${begun}` } }]);
          }
          if (piece === undefined) return;
          parts.push({ repeated: { index: piece, externalId: `pmid:${piece}` } });
          if (oneByOne || parts.length === 4) send();
        };
        const input = { from: fromIndex, to: fromIndex + limit - 1, budgetMs, ...misbehaving };
        // What was not sent yet dies with the child.
        const next = await pool.run({ ...call('pieces', input), ...deadlines, ...receiver, onPart });
        send();
        return { total: 10, nextIndex: next as number | null };
      });
    }

    it.each([{ endless: [2, 7] }, { deadly: [2, 7] }])('fails records alone, by name: %j', async (misbehaving) => {
      expect(await recordsOf(poolOf(), misbehaving)).toEqual(
        Array.from({ length: 10 }, (_, index) => ({
          [[2, 7].includes(index) ? 'failure' : 'repeated']: {
            index,
            externalId: `pmid:${index}`,
            ...([2, 7].includes(index) ? { reason: RECORD_PROBLEMS.fatal } : {}),
          },
        })),
      );
    });

    it('gives up a file of records that are all fatal', async () => {
      const deadly = Array.from({ length: 10 }, (_, index) => index);
      await expect(recordsOf(poolOf(), { deadly })).rejects.toEqual(failure('PARSER_CRASHED'));
    });
  });

  it('answers waiting calls in the order of their arrival', async () => {
    const pool = poolOf();
    const order: number[] = [];
    await Promise.all(Array.from({ length: 6 }, (_, index) => pool.run(call('echo')).then(() => order.push(index))));
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('never starts more children than allowed', async () => {
    const pool = poolOf({ size: 2 });
    const pids = await Promise.all(Array.from({ length: 8 }, () => pool.run(call('pid'))));
    expect(new Set(pids).size).toBe(2);
  });

  it('gives children none of the settings of their parent', async () => {
    process.env['MEDINDEX_ENCRYPTION_KEYS'] = 'secret';
    let names: string[];
    try {
      names = (await poolOf().run(call('environment'))) as string[];
    } finally {
      delete process.env['MEDINDEX_ENCRYPTION_KEYS'];
    }
    expect(names.filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([
      'LANG',
      'MALLOC_MMAP_THRESHOLD_',
      'NODE_ENV',
      'TZ',
    ]);
  });

  it('refuses calls after it was closed, and ends what runs', async () => {
    const pool = poolOf();
    const running = pool.run({ ...call('loop'), onPart: () => void pool.close() });
    await expect(running).rejects.toEqual(failure('PARSER_CRASHED'));
    await expect(pool.run(call('echo'))).rejects.toThrow('closed');
  });

  it('leaves no looping child behind when the parent is killed', async () => {
    const parent = spawn(process.execPath, [doomedParent, entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const childPid = Number(line.toString());
    expect(isAlive(childPid)).toBe(true);
    parent.kill('SIGKILL');
    // The guard looks every two seconds.
    await vi.waitUntil(() => !isAlive(childPid), { timeout: PATIENT_MS, interval: 100 });
  });

  it('leaves none behind whose parent died before its guard first looked', async () => {
    const orphan = spawn(process.execPath, [compileTestEntry('test/fixtures/documents/orphaned-process.ts')]);
    expect(await once(orphan, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
