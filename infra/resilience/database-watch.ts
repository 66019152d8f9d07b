import pg from 'pg';
import { Failure } from '../../core/contract/failures.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { GuardStatus } from './guard.js';

/** With {@link ANSWER_MS} it is known within a second that the database does not answer. */
const PING_EVERY_MS = 200;
/** A statement that reads nothing takes below a millisecond; on a machine with ten times the work of its cores 100 ms. */
const ANSWER_MS = 700;
/** A deadline that comes so late was missed by this process, not by the database. */
const OWN_LATENESS_MS = 150;

/**
 * Asks the database for a sign of life over a connection of its own. While there is none, calls fail at once, and those that wait
 * for an answer are given up: a deadline for each statement would have to allow for the slowest one that is well.
 */
export class DatabaseWatch {
  readonly name = 'database';
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;
  #opened = 0;
  #isDown = false;
  /** Ends one waiting call each. A promise for all of them would remember every call that ever waited. */
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(private readonly databaseUrl: string) {}

  get status(): GuardStatus {
    return { name: this.name, state: this.#isDown ? 'open' : 'closed', opened: this.#opened };
  }

  start(): void {
    void this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#drop();
  }

  /** The answer of a call, unless the database is down, or goes down while it is awaited: `Failure DATABASE_UNAVAILABLE`. */
  guard<T>(call: () => Promise<T>): Promise<T> {
    if (this.#isDown) return Promise.reject(unavailable());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      call()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject));
    });
  }

  async #watch(): Promise<void> {
    const isAlive = await this.#ping().catch(() => false);
    if (this.#stopped) return;
    if (isAlive === true) {
      this.#isDown = false;
    } else if (isAlive === false && !this.#isDown) {
      this.#isDown = true;
      this.#opened++;
      for (const giveUp of this.#waiting) giveUp(unavailable());
      this.#waiting.clear();
    }
    this.#timer = setTimeout(() => void this.#watch(), PING_EVERY_MS).unref();
  }

  /** `null`: this process was too busy to tell. */
  async #ping(): Promise<boolean | null> {
    const dueMs = performance.now() + ANSWER_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean | null>((resolve) => {
      timer = setTimeout(() => resolve(performance.now() - dueMs > OWN_LATENESS_MS ? null : false), ANSWER_MS);
    });
    const asked = this.#ask().then(
      () => true,
      () => false,
    );
    const isAlive = await Promise.race([asked, late]);
    clearTimeout(timer);
    // A connection that did not answer may never do so again.
    if (isAlive !== true) await this.#drop();
    return isAlive;
  }

  async #ask(): Promise<void> {
    if (!this.#client) {
      const client = new pg.Client({
        connectionString: this.databaseUrl,
        connectionTimeoutMillis: ANSWER_MS,
        application_name: 'medindex-watch',
      });
      client.on('error', () => undefined);
      this.#client = client;
      await client.connect();
    }
    await this.#client.query('select 1');
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    // A proper end waits for the server, which may be frozen; a socket for each ping would be left over meanwhile.
    const { connection } = (client ?? {}) as unknown as { connection?: { stream: { destroy(): void } } };
    connection?.stream.destroy();
  }
}

function unavailable(): Failure {
  return new Failure('DATABASE_UNAVAILABLE', { detail: 'no sign of life' });
}

/** An object whose calls, all of them promises, end when the database goes down. */
export function watched<T extends object>(target: T, watch: DatabaseWatch): T {
  return new Proxy(target, {
    get: (from, property) => {
      const member: unknown = Reflect.get(from, property);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => watch.guard(() => Reflect.apply(member, from, args) as Promise<unknown>);
    },
  });
}

export function watchedCatalog(catalog: Catalog, watch: DatabaseWatch): Catalog {
  return {
    collections: watched(catalog.collections, watch),
    runs: watched(catalog.runs, watch),
    syncs: watched(catalog.syncs, watch),
    versions: watched(catalog.versions, watch),
    documents: watched(catalog.documents, watch),
    lexical: watched(catalog.lexical, watch),
    candidates: watched(catalog.candidates, watch),
    vectorIndexes: watched(catalog.vectorIndexes, watch),
    uploads: watched(catalog.uploads, watch),
    keys: watched(catalog.keys, watch),
    erasures: watched(catalog.erasures, watch),
    orphans: watched(catalog.orphans, watch),
    reviews: watched(catalog.reviews, watch),
    rescreens: watched(catalog.rescreens, watch),
    audit: watched(catalog.audit, watch),
    answers: watched(catalog.answers, watch),
    goldenQuestions: watched(catalog.goldenQuestions, watch),
    questions: watched(catalog.questions, watch),
    cache: watched(catalog.cache, watch),
    frequentQuestions: watched(catalog.frequentQuestions, watch),
    usage: watched(catalog.usage, watch),
    webhooks: watched(catalog.webhooks, watch),
    statistics: watched(catalog.statistics, watch),
    ping: () => watch.guard(() => catalog.ping()),
    close: () => catalog.close(),
  };
}
