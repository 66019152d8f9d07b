import { REQUEST_CLASSES, type RequestClass } from '../../core/contract/plans.js';

export interface ClassCounts {
  readonly allowed: number;
  readonly blocked: number;
}

/** What the limits did in this process since it started. */
export class LimitCounts {
  readonly #counts = new Map<RequestClass, { allowed: number; blocked: number }>(
    REQUEST_CLASSES.map((name) => [name, { allowed: 0, blocked: 0 }]),
  );

  allow(name: RequestClass): void {
    this.#of(name).allowed++;
  }

  block(name: RequestClass): void {
    this.#of(name).blocked++;
  }

  /** Wrong keys: those that were told so, and those past the limit. */
  refuseKey(told: boolean): void {
    if (told) this.allow('auth');
    else this.block('auth');
  }

  all(): Record<RequestClass, ClassCounts> {
    return Object.fromEntries(this.#counts) as Record<RequestClass, ClassCounts>;
  }

  #of(name: RequestClass) {
    const counts = this.#counts.get(name);
    if (!counts) throw new Error('no such class of requests');
    return counts;
  }
}
