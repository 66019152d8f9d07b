import type { SessionTurns, SharedSession } from './session-turns.js';

const CHECK_EVERY_MS = 5_000;
/** A pause in the requests. The API asks for the epochs five times a second, so there is never a longer one while it runs. */
const PAUSE_MS = 120;
/** Under requests without a pause, a table waits for this long at most. */
const LATEST_MS = 60_000;

/** The table that is most overdue by Postgres' own defaults: 20 % of its rows dead or new, 10 % not in the statistics. */
const MOST_OVERDUE = `
  select quote_ident(schemaname) || '.' || quote_ident(relname) as name
  from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup
    or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
    or n_mod_since_analyze > 50 + 0.1 * n_live_tup
  order by n_dead_tup + n_ins_since_vacuum + n_mod_since_analyze desc
  limit 1`;

/**
 * What the autovacuum daemon does elsewhere; PGlite is one process and has none. Without it dead rows pile up, the
 * planner knows nothing, and index-only scans read the table. A table of 200,000 rows took 0.35 s, in which all wait.
 */
export class Autovacuum {
  readonly #timer: NodeJS.Timeout;
  #lastRunAt = performance.now();

  constructor(
    private readonly turns: SessionTurns,
    private readonly checkEveryMs = CHECK_EVERY_MS,
  ) {
    this.#timer = setInterval(() => void this.#check(), checkEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    const waited = performance.now() - this.#lastRunAt;
    if (this.turns.idleMs < Math.min(PAUSE_MS, this.checkEveryMs) && waited < LATEST_MS) return;
    // A failure is no reason to stop serving: the table stays overdue and is tried again.
    const ran = await this.turns.between(vacuumMostOverdue).catch(() => true);
    if (ran) this.#lastRunAt = performance.now();
  }
}

async function vacuumMostOverdue(session: SharedSession): Promise<void> {
  const { rows } = await session.query<{ name: string }>(MOST_OVERDUE);
  const [table] = rows;
  if (table) await session.exec(`vacuum (analyze) ${table.name}`);
}
