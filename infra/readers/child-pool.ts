import { fileOf, ReaderChild, type ReaderCall, type ReaderChildOptions } from './reader-child.js';

export interface ChildPoolOptions extends ReaderChildOptions {
  /** Children at once; further calls wait for one. */
  readonly size: number;
  /** A child is replaced after this many calls, against what leaks slowly. */
  readonly callsPerChild: number;
  /** A child that is larger than this after a call is replaced instead of being let into the next file. */
  readonly recycleAboveBytes: number;
  /** An unused child ends after this long and gives its memory back. */
  readonly idleMs: number;
}

interface Waiting {
  readonly call: ReaderCall;
  readonly start: (child: ReaderChild) => void;
  readonly drop: (error: Error) => void;
}

/**
 * Warm children of one kind. A call goes to the idle child that read the same file last, if there is one: it may
 * still have it open. Calls wait in order of arrival when all children are busy.
 */
export class ChildPool {
  private readonly idle = new Set<ReaderChild>();
  private readonly busy = new Set<ReaderChild>();
  private readonly queue: Waiting[] = [];
  private readonly idleTimers = new Map<ReaderChild, NodeJS.Timeout>();
  private closed = false;

  constructor(private readonly options: ChildPoolOptions) {}

  async run(call: ReaderCall): Promise<unknown> {
    for (;;) {
      call.signal?.throwIfAborted();
      const child = await this.acquire(call);
      try {
        return await child.call(call);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!child.wasPutBack || this.closed) throw error;
      } finally {
        await this.release(child);
      }
      call.onRestart?.();
      await this.options.memory.room(call.signal);
    }
  }

  /** Process ids of the living children, for those who measure or kill them from outside. */
  get pids(): number[] {
    return [...this.idle, ...this.busy].flatMap((child) => (child.alive && child.pid) || []);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.queue.splice(0)) waiting.drop(new Error('the document reader is closed'));
    const children = [...this.idle, ...this.busy];
    for (const timer of this.idleTimers.values()) clearTimeout(timer);
    this.idle.clear();
    await Promise.all(children.map((child) => child.close()));
  }

  private acquire(call: ReaderCall): Promise<ReaderChild> {
    if (this.closed) return Promise.reject(new Error('the document reader is closed'));
    const child = this.idleChildFor(call) ?? this.newChild();
    if (child) return Promise.resolve(this.occupy(child));
    return new Promise((resolve, reject) => {
      const aborted = () => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        const reason: unknown = call.signal?.reason;
        waiting.drop(reason instanceof Error ? reason : new Error('the call was aborted', { cause: reason }));
      };
      const settle = () => call.signal?.removeEventListener('abort', aborted);
      const waiting: Waiting = {
        call,
        start: (free) => (settle(), resolve(free)),
        drop: (error) => (settle(), reject(error)),
      };
      call.signal?.addEventListener('abort', aborted, { once: true });
      this.queue.push(waiting);
    });
  }

  private idleChildFor(call: ReaderCall): ReaderChild | undefined {
    for (const child of this.idle) if (!child.alive) this.idle.delete(child);
    const idle = [...this.idle];
    return idle.find((child) => child.lastFile === fileOf(call)) ?? idle[0];
  }

  private newChild(): ReaderChild | undefined {
    return this.busy.size + this.idle.size < this.options.size ? new ReaderChild(this.options) : undefined;
  }

  private occupy(child: ReaderChild): ReaderChild {
    this.idle.delete(child);
    clearTimeout(this.idleTimers.get(child));
    this.idleTimers.delete(child);
    this.busy.add(child);
    return child;
  }

  private async release(child: ReaderChild): Promise<void> {
    const worn =
      this.closed ||
      child.callsDone >= this.options.callsPerChild ||
      !child.alive ||
      (await child.residentBytes()) > this.options.recycleAboveBytes;
    if (worn) await child.close();
    this.busy.delete(child);
    if (!worn) this.rest(child);
    const waiting = this.queue.shift();
    if (!waiting) return;
    const next = this.idleChildFor(waiting.call) ?? this.newChild();
    if (next) waiting.start(this.occupy(next));
    else this.queue.unshift(waiting);
  }

  private rest(child: ReaderChild): void {
    this.idle.add(child);
    const timer = setTimeout(() => {
      this.idle.delete(child);
      this.idleTimers.delete(child);
      void child.close();
    }, this.options.idleMs);
    // An idle child keeps neither a timer nor the parent's event loop alive.
    timer.unref();
    this.idleTimers.set(child, timer);
  }
}
