import type { LookedUp, SharedCache, SharedCacheSize } from '../../../core/ports/shared-cache.js';
import type { Database } from '../database.js';

// A claim is a row without a value. One statement looks and claims: of two that claim at once the row lock lets one pass, and
// the other one's condition is looked at again after that.
const LOOK_UP = `
  with found as (
    select value from ops.cache_entries where cache_key = $1 and value is not null and expires_at > now()
  ), claim as (
    insert into ops.cache_entries (cache_key, claimed_until, expires_at)
    select $1, until, until from (select now() + make_interval(secs => $2)) as claims (until)
    where not exists (select from found)
    on conflict (cache_key) do update
      set value = null, claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
      where ops.cache_entries.expires_at <= now()
        or (ops.cache_entries.value is null and ops.cache_entries.claimed_until <= now())
    returning cache_key
  )
  select (select value from found) as value, exists (select from claim) as claimed`;

const SET = `
  insert into ops.cache_entries (cache_key, value, expires_at) values ($1, $2, now() + make_interval(secs => $3))
  on conflict (cache_key) do update
    set value = excluded.value, claimed_until = null, expires_at = excluded.expires_at, created_at = now()`;

const RELEASE = `delete from ops.cache_entries where cache_key = $1 and value is null`;

const CLEAR = `delete from ops.cache_entries where starts_with(cache_key, $1)`;

const SIZE = `
  select count(*) filter (where value is not null)::integer as entries,
    coalesce(sum(octet_length(value)), 0)::float8 as size_bytes
  from ops.cache_entries where expires_at > now()`;

const DELETE_EXPIRED = `
  delete from ops.cache_entries where cache_key in (
    select cache_key from ops.cache_entries where expires_at <= now() order by expires_at limit 1000)`;

// The oldest go first: what is asked for often is in the processes' own tier, and comes back with the next miss.
const DELETE_OLDEST = `
  delete from ops.cache_entries where cache_key in (
    select cache_key from (
      select cache_key, sum(octet_length(value)) over (order by created_at desc, cache_key) as newer_bytes
      from ops.cache_entries where value is not null
    ) kept where newer_bytes > $1)`;

export interface PgSharedCacheInput {
  readonly database: Database;
  /** What it may take up before the oldest entries go. */
  readonly maxBytes: number;
}

/** After so many entries set, a process looks whether some have to go. */
const SWEEP_EVERY = 200;

/** The shared tier in Postgres, for deployments without Redis. */
export class PgSharedCache implements SharedCache {
  readonly kind = 'postgres';
  readonly #database: Database;
  readonly #maxBytes: number;
  #sets = 0;

  constructor({ database, maxBytes }: PgSharedCacheInput) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  async lookUp(key: string, claimMs: number): Promise<LookedUp> {
    const [row] = await this.#system().query<{ value: Buffer | null; claimed: boolean }>('lookUpCache', LOOK_UP, [
      key,
      claimMs / 1000,
    ]);
    return row?.value ? { value: row.value } : { value: null, claimed: row?.claimed ?? false };
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    await this.#system().query('setCache', SET, [key, Buffer.from(value), ttlMs / 1000]);
    if (++this.#sets % SWEEP_EVERY === 0) await this.sweep();
  }

  /** Removes what has expired, and the oldest beyond the size. */
  async sweep(): Promise<void> {
    await this.#system().query('deleteExpiredCache', DELETE_EXPIRED);
    await this.#system().query('deleteOldestCache', DELETE_OLDEST, [this.#maxBytes]);
  }

  async release(key: string): Promise<void> {
    await this.#system().query('releaseCache', RELEASE, [key]);
  }

  async clear(prefix: string): Promise<void> {
    await this.#system().query('clearCache', CLEAR, [prefix]);
  }

  async size(): Promise<SharedCacheSize> {
    const [row] = await this.#system().query<{ entries: number; size_bytes: number }>('sizeOfCache', SIZE);
    return { entries: row?.entries ?? 0, sizeBytes: row?.size_bytes ?? 0 };
  }

  async ping(): Promise<void> {
    await this.#system().query('pingCache', 'select 1');
  }

  /** The pool is its owner's. */
  async close(): Promise<void> {}

  #system() {
    return this.#database.forSystem('entries of the cache are sealed, and their keys are keyed hashes');
  }
}
