import { describe, expect, it } from 'vitest';
import { countedAddress } from '../../../api/limits/client-address.js';
import { MemoryRateStore } from '../../../api/limits/memory-rate-store.js';
import { type Allowance, RateLimiter } from '../../../api/limits/rate-limiter.js';
import { UsageMeter } from '../../../api/limits/usage-meter.js';
import type { RateLimit } from '../../../core/contract/plans.js';
import type { Lease, RateStore } from '../../../core/ports/rate-store.js';
import type { KeyUsage } from '../../../core/ports/usage-catalog.js';

/** A shared store that counts how often it is asked, and fails when it is told to. */
class CountingStore implements RateStore {
  readonly kind = 'counting';
  readonly #memory = new MemoryRateStore();
  asked = 0;
  isDown = false;

  lease(key: string, limit: RateLimit, wanted: number): Promise<Lease> {
    this.asked++;
    return this.isDown ? Promise.reject(new Error('down')) : this.#memory.lease(key, limit, wanted);
  }

  async close(): Promise<void> {}
}

const LIMIT = { requests: 100, windowSeconds: 86_400 };
const allowedOf = (allowances: readonly Allowance[]) => allowances.filter(({ allowed }) => allowed).length;
const takeMany = (limiters: readonly RateLimiter[], times: number) =>
  Promise.all(Array.from({ length: times }, async (_, index) => limiters[index % limiters.length]!.take('key', LIMIT)));

describe('RateLimiter', () => {
  it('never lets more pass than the limit over several processes, and strands a lease each at most', async () => {
    const store = new CountingStore();
    const limiters = [new RateLimiter(store), new RateLimiter(store), new RateLimiter(store)];
    const allowed = allowedOf(await takeMany(limiters, 300));
    expect(allowed).toBeLessThanOrEqual(100);
    expect(allowed).toBeGreaterThan(100 - 3 * 10);
  });

  it('asks the store once for ten requests, and not for each that is refused', async () => {
    const store = new CountingStore();
    const limiter = new RateLimiter(store);
    for (let number = 0; number < 100; number++) expect((await limiter.take('key', LIMIT)).allowed).toBe(true);
    expect(store.asked).toBe(10);
    for (let number = 0; number < 500; number++) expect((await limiter.take('key', LIMIT)).allowed).toBe(false);
    expect(store.asked).toBeLessThan(30);
  });

  it('decides without a wait while it holds a lease', async () => {
    const limiter = new RateLimiter(new CountingStore());
    await limiter.take('key', LIMIT);
    const allowance = limiter.take('key', LIMIT);
    expect(allowance).toMatchObject({ allowed: true, remaining: 98 });
  });

  it('counts for itself while the store fails, and says so', async () => {
    const store = new CountingStore();
    store.isDown = true;
    const limiters = [new RateLimiter(store), new RateLimiter(store)];
    expect(allowedOf(await takeMany(limiters, 600))).toBe(200);
    expect(limiters.every((limiter) => limiter.isInsured)).toBe(true);
    // It is not asked for every request while it is down.
    expect(store.asked).toBe(2);
  });
});

describe('countedAddress', () => {
  it('takes IPv4 whole, in either form, and the network of IPv6', () => {
    expect(countedAddress('192.0.2.7')).toBe('192.0.2.7');
    expect(countedAddress('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(countedAddress('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(countedAddress('2001:0db8:0001:0002::1')).toBe('2001:db8:1:2::/64');
    expect(countedAddress('2001:db8::')).toBe('2001:db8:0:0::/64');
    expect(countedAddress('::1')).toBe('0:0:0:0::/64');
    expect(countedAddress('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });
});

describe('UsageMeter', () => {
  it('adds up what processes counted, and keeps what could not be written', async () => {
    const totals = new Map<string, number>();
    let isDown = false;
    const usage = {
      add: async (added: readonly KeyUsage[]): Promise<KeyUsage[]> => {
        if (isDown) throw new Error('down');
        return added.map((one) => {
          for (const [name, count] of Object.entries(one.byClass)) {
            totals.set(`${one.keyId} ${name}`, (totals.get(`${one.keyId} ${name}`) ?? 0) + count);
          }
          return { ...one, byClass: { search: totals.get(`${one.keyId} search`) ?? 0 } };
        });
      },
    };
    const [one, other] = [new UsageMeter(usage), new UsageMeter(usage)];
    const key = { organizationId: 'default', keyId: 'k' };
    expect(one.count(key, 'search')).toBe(0);
    expect(one.count(key, 'search')).toBe(1);
    await one.write();
    await one.write();
    other.count(key, 'search');
    await other.write();
    await other.write();
    // What the other process counted is known by now.
    expect(other.count(key, 'search')).toBe(3);
    isDown = true;
    await other.write();
    expect(other.count(key, 'search')).toBe(4);
    isDown = false;
    await other.write();
    await other.write();
    expect(totals.get('k search')).toBe(5);
  });
});
