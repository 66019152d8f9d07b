import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RateStore } from '../../core/ports/rate-store.js';

/** What every store of rates keeps. `open` gives another client of the same store. */
export function rateStoreContract(open: () => RateStore): void {
  it('grants no more than the limit, however many ask at once', async () => {
    const stores = [open(), open(), open()];
    const key = randomUUID();
    // So long that no window ends meanwhile but by rare chance, and then the former one still counts.
    const limit = { requests: 100, windowSeconds: 86_400 };
    const leases = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stores[index % stores.length]!.lease(key, limit, 7)),
    );
    expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
    expect(leases.map(({ granted }) => granted).filter((granted) => granted !== 7 && granted !== 0)).toEqual([2]);
    const after = await stores[0]!.lease(key, limit, 1);
    expect(after).toMatchObject({ granted: 0, room: 0 });
    expect(after.resetsInMs).toBeGreaterThan(0);
    expect(after.resetsInMs).toBeLessThanOrEqual(86_400_000);
  });

  it('counts each key by itself, and says what is left', async () => {
    const store = open();
    const limit = { requests: 10, windowSeconds: 86_400 };
    const [one, other] = [randomUUID(), randomUUID()];
    expect(await store.lease(one, limit, 4)).toMatchObject({ granted: 4, room: 6 });
    expect(await store.lease(other, limit, 1)).toMatchObject({ granted: 1, room: 9 });
    expect(await store.lease(one, limit, 4)).toMatchObject({ granted: 4, room: 2 });
  });

  it('follows a limit that is changed', async () => {
    const store = open();
    const key = randomUUID();
    expect((await store.lease(key, { requests: 2, windowSeconds: 86_400 }, 5)).granted).toBe(2);
    expect((await store.lease(key, { requests: 5, windowSeconds: 86_400 }, 5)).granted).toBe(3);
    expect((await store.lease(key, { requests: 1, windowSeconds: 86_400 }, 5)).granted).toBe(0);
  });

  it('gives room back as the window slides', async () => {
    const store = open();
    const key = randomUUID();
    const limit = { requests: 20, windowSeconds: 1 };
    expect((await store.lease(key, limit, 20)).granted).toBe(20);
    let later = 0;
    await expect
      .poll(async () => (later += (await store.lease(key, limit, 20)).granted), { timeout: 20_000, interval: 20 })
      .toBeGreaterThanOrEqual(20);
  });
}
