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
});
