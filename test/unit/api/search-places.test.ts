import { describe, expect, it } from 'vitest';
import { SearchPlaces } from '../../../api/search/search-places.js';

const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

describe('SearchPlaces', () => {
  it('lets so many run, so many wait in order, and turns the others away at once', async () => {
    const places = new SearchPlaces({ running: 2, waiting: 2, waitMs: 60_000 });
    const { opened, open } = gate();
    const done: number[] = [];
    const takes = [0, 1, 2, 3].map((number) =>
      places.take(async () => {
        await opened;
        done.push(number);
      }),
    );
    expect([places.running, places.waiting]).toEqual([2, 2]);
    await expect(places.take(async () => undefined)).rejects.toMatchObject({ code: 'OVERLOADED', statusCode: 503 });
    open();
    await Promise.all(takes);
    expect(done).toEqual([0, 1, 2, 3]);
    expect([places.running, places.waiting, places.refused]).toEqual([0, 0, 1]);
  });

  it('turns away who waited too long, and gives a place back when work fails', async () => {
    const places = new SearchPlaces({ running: 1, waiting: 5, waitMs: 20 });
    const { opened, open } = gate();
    const held = places.take(() => opened);
    await expect(places.take(async () => undefined)).rejects.toMatchObject({ code: 'OVERLOADED' });
    open();
    await held;
    await expect(places.take(() => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    expect(await places.take(async () => 'next')).toBe('next');
    expect(places.running).toBe(0);
  });

  it('works a burst off in its order; where more keeps coming than can be done, the newest goes first and nobody waits long', async () => {
    let nowMs = 0;
    const limits = { running: 1, waiting: 10, waitMs: 60_000, overloadedWaitMs: 1 };
    const places = new SearchPlaces(limits, () => nowMs);
    const done: string[] = [];
    const gates = new Map<string, ReturnType<typeof gate>>();
    const take = (name: string) => {
      const held = gate();
      gates.set(name, held);
      return places.take(async () => {
        done.push(name);
        await held.opened;
      });
    };
    const end = async (name: string, taken: Promise<void>) => {
      gates.get(name)?.open();
      await taken;
    };
    const first = take('first');
    const [second, third, fourth] = [take('second'), take('third'), take('fourth')];
    await end('first', first);
    expect(done).toEqual(['first', 'second']);

    // The queue has not been empty since.
    nowMs = 60_001;
    const late = take('late');
    const newest = take('newest');
    await end('second', second);
    expect(done).toEqual(['first', 'second', 'newest']);
    await expect(late).rejects.toMatchObject({ code: 'OVERLOADED' });
    await end('newest', newest);
    await end('fourth', fourth);
    // The last of the queue: whoever comes now begins a new one, in its order.
    expect(done).toEqual(['first', 'second', 'newest', 'fourth', 'third']);
    const [next, after] = [take('next'), take('after')];
    await end('third', third);
    await end('next', next);
    await end('after', after);
    expect(done.slice(5)).toEqual(['next', 'after']);
    expect([places.running, places.waiting]).toEqual([0, 0]);
  });
});
