import type { RateLimit } from '../../../core/contract/plans.js';
import type { Lease, RateStore } from '../../../core/ports/rate-store.js';
import type { Database } from '../database.js';

const LEASE = `select granted, room, resets_in_ms from ops.lease_requests($1, $2, $3, $4)`;

const DELETE_ENDED = `
  delete from ops.rate_windows where rate_key in (
    select rate_key from ops.rate_windows where ends_at < now() order by ends_at limit 1000)`;
const SWEEP_EVERY = 500;

export class PgRateStore implements RateStore {
  readonly kind = 'postgres';
  #leases = 0;

  constructor(private readonly database: Database) {}

  async lease(key: string, { requests, windowSeconds }: RateLimit, wanted: number): Promise<Lease> {
    const system = this.database.forSystem('counters of requests belong to the deployment');
    const [row] = await system.query<{ granted: number; room: number; resets_in_ms: number }>('leaseRequests', LEASE, [
      key,
      requests,
      windowSeconds * 1000,
      wanted,
    ]);
    if (!row) throw new Error('no lease was answered');
    if (++this.#leases % SWEEP_EVERY === 0) await system.query('deleteEndedWindows', DELETE_ENDED);
    return { granted: row.granted, room: row.room, resetsInMs: row.resets_in_ms };
  }

  /** The pool is its owner's. */
  async close(): Promise<void> {}
}
