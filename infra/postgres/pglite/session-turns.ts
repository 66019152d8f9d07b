import { setImmediate as nextTick } from 'node:timers/promises';

/** The one session that all clients share; PGlite is one. */
export interface SharedSession {
  execProtocolRawStream(message: Uint8Array, options: { onRawData: (data: Uint8Array) => void }): Promise<void>;
  isInTransaction(): boolean;
  exec(sql: string): Promise<unknown>;
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
}

/** Someone who takes turns. */
export interface TurnTaker {
  /** Bytes of the answer, valid during the call only. */
  answer(bytes: Uint8Array): void;
  /** Told when it kept its transaction open and silent for too long; the transaction is rolled back. */
  evict(): void;
}

interface Turn {
  readonly taker: TurnTaker;
  readonly bytes: Uint8Array;
  readonly final: boolean;
}

/**
 * How long a client may hold a transaction open without saying anything. All others wait for it; our transactions say
 * something every few ms, so whoever is silent this long is stopped or dead on the far side of a connection.
 */
const SILENT_TRANSACTION_MS = 30_000;

/**
 * Lets many clients use one session: whole requests in order of arrival, and none of anybody else's from the begin of a
 * transaction to its end. (`@electric-sql/pglite-socket` queues single messages; with parameters larger than a packet,
 * one client was seen to execute the statement of another: 86 of 570 answers wrong with 16 connections.)
 */
export class SessionTurns {
  readonly #queue: Turn[] = [];
  readonly #gone = new WeakSet<TurnTaker>();
  #owner: TurnTaker | null = null;
  #running: Promise<void> | null = null;
  #silence: NodeJS.Timeout | undefined;
  #lastTurnAt = performance.now();

  /** `onBroken`: the session itself threw, which is no error of SQL; nothing can be run any more. */
  constructor(
    private readonly session: SharedSession,
    private readonly onBroken: (error: unknown) => void,
    private readonly silentTransactionMs = SILENT_TRANSACTION_MS,
  ) {}

  take(taker: TurnTaker, bytes: Uint8Array, final: boolean): void {
    this.#queue.push({ taker, bytes, final });
    this.#run();
  }

  /** The client is gone: its waiting requests are dropped, its open transaction is rolled back. */
  leave(taker: TurnTaker): void {
    this.#gone.add(taker);
    for (let at = this.#queue.length - 1; at >= 0; at--) {
      if (this.#queue[at]?.taker === taker) this.#queue.splice(at, 1);
    }
    this.#run();
  }

  /** Milliseconds since somebody took a turn; 0 while one is under way or a transaction is open. */
  get idleMs(): number {
    return this.#running || this.#owner ? 0 : performance.now() - this.#lastTurnAt;
  }

  /** Lets the server's own work run between two turns, never within a transaction; false when this is no such moment. */
  async between(work: (session: SharedSession) => Promise<void>): Promise<boolean> {
    if (this.#running || this.#owner) return false;
    this.#running = work(this.session).finally(() => (this.#running = null));
    await this.#running;
    this.#run();
    return true;
  }

  /** Resolves when nothing is being executed; the turns still waiting are dropped. */
  async stop(): Promise<void> {
    this.#queue.length = 0;
    clearTimeout(this.#silence);
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#runAll()
      .catch(this.onBroken)
      .finally(() => (this.#running = null));
  }

  async #runAll(): Promise<void> {
    clearTimeout(this.#silence);
    for (;;) {
      this.#lastTurnAt = performance.now();
      if (this.#owner && this.#gone.has(this.#owner)) {
        this.#owner = null;
        if (this.session.isInTransaction()) await this.session.exec('rollback');
      }
      const turn = this.#next();
      if (!turn) break;
      const { taker, bytes, final } = turn;
      await this.session.execProtocolRawStream(bytes, { onRawData: (data) => taker.answer(data) });
      this.#owner = !final || this.session.isInTransaction() ? taker : null;
      // The session computes on this thread: without a pause no socket would be read while turns are waiting.
      await nextTick();
    }
    if (this.#owner) {
      const owner = this.#owner;
      this.#silence = setTimeout(() => owner.evict(), this.silentTransactionMs).unref();
    }
  }

  #next(): Turn | undefined {
    if (!this.#owner) return this.#queue.shift();
    const at = this.#queue.findIndex((turn) => turn.taker === this.#owner);
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0];
  }
}
