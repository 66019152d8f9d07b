import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SharedCache } from '../../core/ports/shared-cache.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const LONG_MS = 60_000;

/** What every shared tier keeps. `open` gives another client of the same store. */
export function sharedCacheContract(open: () => SharedCache): void {
  const newKey = () => `answer:owner:${randomUUID()}`;

  it('gives what was set, byte for byte', async () => {
    const [one, other] = [open(), open()];
    const key = newKey();
    const value = Buffer.from([0, 255, 10, 13, 128, ...Buffer.from('{"ä":"☃"}')]);
    await one.set(key, value, LONG_MS);
    const found = await other.lookUp(key, LONG_MS);
    expect(found.value && Buffer.from(found.value).equals(value)).toBe(true);
    await one.set(key, bytes('newer'), LONG_MS);
    expect(Buffer.from((await other.lookUp(key, LONG_MS)).value ?? []).toString()).toBe('newer');
  });

  it('lets one of many callers work a value out, until it is set', async () => {
    const caches = [open(), open(), open()];
    const key = newKey();
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, index) => caches[index % caches.length]!.lookUp(key, LONG_MS)),
    );
    expect(found.filter((one) => one.value === null && one.claimed)).toHaveLength(1);
    expect(found.every((one) => one.value === null)).toBe(true);
    await caches[0]!.set(key, bytes('made'), LONG_MS);
    const after = await Promise.all(caches.map((cache) => cache.lookUp(key, LONG_MS)));
    expect(after.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(['made', 'made', 'made']);
  });

  it('gives a claim to another when it was released, or has ended', async () => {
    const [one, other] = [open(), open()];
    const released = newKey();
    expect(await one.lookUp(released, LONG_MS)).toEqual({ value: null, claimed: true });
    expect(await other.lookUp(released, LONG_MS)).toEqual({ value: null, claimed: false });
    await one.release(released);
    expect(await other.lookUp(released, LONG_MS)).toEqual({ value: null, claimed: true });

    const ended = newKey();
    expect(await one.lookUp(ended, 30)).toEqual({ value: null, claimed: true });
    await expect
      .poll(() => other.lookUp(ended, LONG_MS), { timeout: 10_000, interval: 10 })
      .toEqual({ value: null, claimed: true });
  });

  it('forgets a value when its time is over', async () => {
    const cache = open();
    const key = newKey();
    await cache.set(key, bytes('short'), 40);
    await wait(60);
    expect(await cache.lookUp(key, LONG_MS)).toEqual({ value: null, claimed: true });
  });

  it('clears by prefix and nothing else, and tells its size', async () => {
    const cache = open();
    const [mine, yours] = [`answer:${randomUUID()}:`, `answer:${randomUUID()}:`];
    await cache.clear('');
    for (const prefix of [mine, yours]) {
      for (let number = 0; number < 3; number++) await cache.set(`${prefix}${number}`, bytes('12345'), LONG_MS);
    }
    expect((await cache.size()).entries).toBe(6);
    expect((await cache.size()).sizeBytes).toBeGreaterThanOrEqual(30);
    await cache.clear(mine);
    expect((await cache.size()).entries).toBe(3);
    expect((await cache.lookUp(`${mine}0`, LONG_MS)).value).toBeNull();
    expect((await cache.lookUp(`${yours}0`, LONG_MS)).value).not.toBeNull();
  });

  it('answers a ping', async () => {
    await expect(open().ping()).resolves.toBeUndefined();
  });
}
