import type { OrganizationId, RunId } from '../../core/contract/ids.js';
import type { RunSnapshot } from './run-snapshot.js';

/** Looks a second at each watched run: two tell a person's eye the same as ten, at a fifth of the queries. */
const POLL_EVERY_MS = 500;

export type LoadSnapshot = (organizationId: OrganizationId, runId: RunId) => Promise<RunSnapshot | null>;

/** One listener's view of a run. */
export interface RunWatch {
  /**
   * The run as soon as it is news to the listener; `null` once it has waited for so long, was aborted, or the watcher is
   * closed. Changes that follow each other faster than the listener asks are one piece of news.
   */
  next(input: {
    isNews: (run: RunSnapshot) => boolean;
    signal: AbortSignal;
    timeoutMs: number;
  }): Promise<RunSnapshot | null>;
  /** Must be called: a run is looked at as long as somebody watches it. */
  stop(): void;
}

/**
 * Looks at watched runs: one question each half second for a run, however many listen. The database is asked instead of
 * listened to, because PGlite's notifications do not arrive and connection poolers drop them.
 */
export class RunWatcher {
  readonly #load: LoadSnapshot;
  readonly #looks = new Map<RunId, Look>();
  readonly #closing = new AbortController();

  constructor(load: LoadSnapshot) {
    this.#load = load;
  }

  /** Who may see the run has to be checked before. */
  watch(organizationId: OrganizationId, runId: RunId): RunWatch {
    const look = this.#looks.get(runId) ?? new Look(() => this.#load(organizationId, runId));
    this.#looks.set(runId, look);
    look.begin();
    let stopped = false;
    return {
      next: ({ isNews, signal, timeoutMs }) =>
        look.next(isNews, AbortSignal.any([signal, this.#closing.signal, AbortSignal.timeout(timeoutMs)])),
      stop: () => {
        if (stopped) return;
        stopped = true;
        if (look.end()) this.#looks.delete(runId);
      },
    };
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Lets all listeners go. */
  close(): void {
    this.#closing.abort();
  }
}

/** The shared look at one run. */
class Look {
  readonly #load: () => Promise<RunSnapshot | null>;
  readonly #waiting = new Set<() => void>();
  #latest: RunSnapshot | null = null;
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(load: () => Promise<RunSnapshot | null>) {
    this.#load = load;
  }

  begin(): void {
    this.#watchers += 1;
    if (this.#watchers === 1) void this.#look();
  }

  /** Whether nobody is left. */
  end(): boolean {
    this.#watchers -= 1;
    if (this.#watchers === 0) clearTimeout(this.#timer);
    return this.#watchers === 0;
  }

  async next(isNews: (run: RunSnapshot) => boolean, signal: AbortSignal): Promise<RunSnapshot | null> {
    for (;;) {
      if (signal.aborted) return null;
      if (this.#latest && isNews(this.#latest)) return this.#latest;
      await this.#nextLook(signal);
    }
  }

  #nextLook(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async #look(): Promise<void> {
    // An outage is waited out: the listener's heartbeats go on, and what changed meanwhile is told afterwards.
    this.#latest = await this.#load().catch(() => this.#latest);
    for (const wake of [...this.#waiting]) wake();
    // An ended run does not change any more.
    if (this.#watchers === 0 || (this.#latest && this.#latest.state !== 'running')) return;
    this.#timer = setTimeout(() => void this.#look(), POLL_EVERY_MS);
    this.#timer.unref();
  }
}
