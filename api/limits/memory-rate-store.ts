import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../../core/contract/plans.js';
import type { Lease, RateStore } from '../../core/ports/rate-store.js';

interface Counted {
  windowNo: number;
  used: number;
  previous: number;
}

/** Keys counted at once; those that ask least often go first. */
const MAX_KEYS = 50_000;

/** The rule of the shared stores in this process alone: the insurance for when they fail. */
export class MemoryRateStore implements RateStore {
  readonly kind = 'memory';
  readonly #counted = new LRUCache<string, Counted>({ max: MAX_KEYS });

  constructor(private readonly now: () => number = Date.now) {}

  async lease(key: string, { requests, windowSeconds }: RateLimit, wanted: number): Promise<Lease> {
    const windowMs = windowSeconds * 1000;
    const nowMs = this.now();
    const windowNo = Math.floor(nowMs / windowMs);
    const resetsInMs = (windowNo + 1) * windowMs - nowMs;
    const counted = this.#counted.get(key) ?? { windowNo, used: 0, previous: 0 };
    if (counted.windowNo < windowNo) {
      counted.previous = counted.windowNo === windowNo - 1 ? counted.used : 0;
      counted.used = 0;
      counted.windowNo = windowNo;
    }
    const room = Math.max(0, requests - counted.used - Math.ceil((counted.previous * resetsInMs) / windowMs));
    const granted = Math.min(room, wanted);
    counted.used += granted;
    this.#counted.set(key, counted);
    return { granted, room: room - granted, resetsInMs };
  }

  async close(): Promise<void> {}
}
