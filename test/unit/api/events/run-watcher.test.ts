import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunWatcher } from '../../../../api/events/run-watcher.js';
import type { Run } from '../../../../core/ports/run-catalog.js';

describe('watching runs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched() {
    const run = { runId: 'r', state: 'running', stage: 'accepted' } as Run;
    const load = vi.fn(async () => run);
    return { load, watcher: new RunWatcher(load) };
  }

  it('looks every half second while somebody watches, and no longer', async () => {
    const { load, watcher } = watched();
    const watches = Array.from({ length: 5 }, () => watcher.watch('default', 'r'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(load).toHaveBeenCalledTimes(5);
    for (const watch of watches) watch.stop();
    watches[0]?.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(load).toHaveBeenCalledTimes(5);
  });

  it('looks again for a listener that comes after the last one left', async () => {
    const { load, watcher } = watched();
    watcher.watch('default', 'r').stop();
    await vi.advanceTimersByTimeAsync(0);
    const watch = watcher.watch('default', 'r');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(load).toHaveBeenCalledTimes(4);
    watch.stop();
  });

  it('does not look at a run any more that has ended', async () => {
    const load = vi.fn(async () => ({ runId: 'r', state: 'published' }) as Run);
    const watch = new RunWatcher(load).watch('default', 'r');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(load).toHaveBeenCalledTimes(1);
    const signal = new AbortController().signal;
    expect(await watch.next({ isNews: () => true, signal, timeoutMs: 1 })).toMatchObject({ state: 'published' });
  });

  it('lets a listener go that waited long enough, that left, and all when it closes', async () => {
    const { watcher } = watched();
    const watch = watcher.watch('default', 'r');
    const never = { isNews: () => false, timeoutMs: 60_000 };
    const left = new AbortController();
    const leaving = watch.next({ ...never, signal: left.signal });
    const staying = watch.next({ ...never, signal: new AbortController().signal });
    left.abort();
    expect(await leaving).toBeNull();
    watcher.close();
    expect(await staying).toBeNull();
    vi.useRealTimers();
    const open = watched().watcher.watch('default', 'r');
    expect(await open.next({ isNews: () => false, signal: left.signal, timeoutMs: 1 })).toBeNull();
    open.stop();
  });
});
