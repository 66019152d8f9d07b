import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../../core/contract/plans.js';
import type { RateStore } from '../../core/ports/rate-store.js';
import { MemoryRateStore } from './memory-rate-store.js';

export interface Allowance {
  readonly allowed: boolean;
  /** At least; other processes hold leases, too. */
  readonly remaining: number;
  readonly resetsInMs: number;
}

interface Held {
  /** Requests of the lease that are left. */
  left: number;
  room: number;
  endsAtMs: number;
  /** Nothing was left; the store is not asked again before. */
  refusedUntilMs: number;
  asking: Promise<void> | null;
}

/** Leases held at once; one takes about 200 bytes. */
const MAX_HELD = 50_000;
/** A tenth of a limit at a time: one request in ten asks the store, and a process that ends wastes a tenth at most. */
const LEASE_PART = 10;
/** More is not needed to keep the store off the hot path. */
const MAX_LEASE = 100;
/** After a failure this process counts for itself for so long, so that no request waits for a store that is down. */
const INSURED_MS = 2_000;

/**
 * Decides by leases that the processes share. The store never grants more than the limit, and a lease ends with its window,
 * so nothing overshoots while the store answers. What a process leased and did not use is lost until the window has slid on:
 * at most a tenth of the limit for each process. While the store fails, each process counts for itself: at most the limit
 * times the number of processes.
 */
export class RateLimiter {
  readonly #store: RateStore;
  readonly #insurance = new MemoryRateStore();
  readonly #held = new LRUCache<string, Held>({ max: MAX_HELD });
  #insuredUntilMs = 0;

  constructor(store: RateStore) {
    this.#store = store;
  }

  get kind(): string {
    return this.#store.kind;
  }

  /** Whether this process counts for itself, because the store failed a moment ago. */
  get isInsured(): boolean {
    return performance.now() < this.#insuredUntilMs;
  }

  /** Takes one request. Without a wait where a lease is held, or the key is known to have nothing left. */
  take(key: string, limit: RateLimit): Allowance | Promise<Allowance> {
    // A limit that was changed is another counter: what was refused by the former one says nothing.
    const counter = `${key} ${limit.requests}/${limit.windowSeconds}`;
    const held = this.#heldOf(counter);
    return this.#decide(held) ?? this.#leaseThenDecide(counter, held, limit);
  }

  #heldOf(key: string): Held {
    const known = this.#held.get(key);
    if (known) return known;
    const held: Held = { left: 0, room: 0, endsAtMs: 0, refusedUntilMs: 0, asking: null };
    this.#held.set(key, held);
    return held;
  }

  #decide(held: Held): Allowance | null {
    const nowMs = performance.now();
    if (held.left > 0 && nowMs < held.endsAtMs) {
      held.left--;
      return { allowed: true, remaining: held.left + held.room, resetsInMs: held.endsAtMs - nowMs };
    }
    if (nowMs < held.refusedUntilMs) {
      return { allowed: false, remaining: 0, resetsInMs: held.refusedUntilMs - nowMs };
    }
    return null;
  }

  async #leaseThenDecide(key: string, held: Held, limit: RateLimit): Promise<Allowance> {
    for (;;) {
      held.asking ??= this.#lease(key, held, limit).finally(() => {
        held.asking = null;
      });
      await held.asking;
      const decided = this.#decide(held);
      if (decided) return decided;
    }
  }

  async #lease(key: string, held: Held, limit: RateLimit): Promise<void> {
    const wanted = Math.max(1, Math.min(MAX_LEASE, Math.floor(limit.requests / LEASE_PART)));
    const askedAtMs = performance.now();
    const lease = await inTime(this.#storeInUse().lease(key, limit, wanted)).catch(() => {
      this.#insuredUntilMs = performance.now() + INSURED_MS;
      return this.#insurance.lease(key, limit, wanted);
    });
    held.left = lease.granted;
    held.room = lease.room;
    held.endsAtMs = askedAtMs + lease.resetsInMs;
    // Room comes back little by little as the window slides: one request after each such step.
    const stepMs = (limit.windowSeconds * 1000) / limit.requests;
    const refusedMs = Math.min(lease.resetsInMs, Math.max(stepMs, MIN_REFUSED_MS));
    held.refusedUntilMs = lease.granted > 0 ? 0 : performance.now() + refusedMs;
    // The window may have ended while the answer was under way.
    if (lease.granted > 0 && performance.now() >= held.endsAtMs) held.endsAtMs = performance.now() + 1;
  }

  #storeInUse(): RateStore {
    return this.isInsured ? this.#insurance : this.#store;
  }
}

/** A key that has nothing left asks the store so often at most. */
const MIN_REFUSED_MS = 250;

/** A store answers in a millisecond or two; a request does not wait longer than this for one that is frozen. */
const STORE_MS = 250;

async function inTime<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), STORE_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
