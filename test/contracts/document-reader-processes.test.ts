import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ChildPool, type ChildPoolOptions } from '../../infra/readers/child-pool.js';
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
