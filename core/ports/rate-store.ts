import type { RateLimit } from '../contract/plans.js';

export interface Lease {
  /** Requests that the caller may let pass until the window ends: from 0 to what it wanted. */
  readonly granted: number;
  /** What is left for others. */
  readonly room: number;
  readonly resetsInMs: number;
}

/**
 * Counts requests for all processes. A process takes leases of several requests at a time, so that most requests are decided in
 * memory. Windows slide: the former one counts by the part of it that a window ending now still covers.
 */
export interface RateStore {
  /** `redis`, `postgres` or `memory`; shown to operators. */
  readonly kind: string;
  /** Errors: any. The caller counts for itself then. */
  lease(key: string, limit: RateLimit, wanted: number): Promise<Lease>;
  close(): Promise<void>;
}
