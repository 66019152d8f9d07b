import { fork, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import type { ReaderFile, ReaderReply } from './reader-protocol.js';
import type { MemoryHolder, ReaderMemory } from './reader-memory.js';
import { residentBytes } from './resident-memory.js';

export interface ReaderChildOptions {
  /** Absolute path of the compiled entry, and what it is told to be. */
  readonly entry: string;
  readonly kind: string;
  /** Shared with all other children that it bounds. */
  readonly memory: ReaderMemory;
  readonly maxHeapMb: number;
  /** Of V8's young generation, half of which stands empty. */
  readonly maxSemiSpaceMb: number;
}

export interface ReaderCall {
  readonly operation: string;
  readonly path: string;
  /** Of the file's content: a child that has it open is found by it. */
  readonly sha256?: string;
  readonly input: unknown;
  readonly deadlineMs: number;
  /** Longest silence between two parts; the child is killed past it like past the deadline. */
  readonly partDeadlineMs?: number;
  /** Instead of it, for the silence before the first part. */
  readonly firstPartDeadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onPart?: (part: unknown) => void;
  /** The call begins again from its start: parts that came so far will come once more. */
  readonly onRestart?: () => void;
}

/** Of glibc, which otherwise keeps freed blocks of up to 32 MB for itself: 30 MB less in a reader that draws; others ignore it. */
const RETURN_LARGE_BLOCKS = { MALLOC_MMAP_THRESHOLD_: String(256 * 1024) };
/** Node with a PDF engine starts in 0.3 s, and took 1.1 s with 12 busy processes on two cores. */
const START_TIMEOUT_MS = 60_000;

/** One child process and the one call it is busy with. Dies at most once; a dead one refuses all further calls. */
export class ReaderChild implements MemoryHolder {
  /** File of the last call: the child may still have it open. */
  lastFile: string | undefined;
  callsDone = 0;
  /** It was ended for others' sake: its call is to be repeated. */
  wasPutBack = false;
  private readonly process: ChildProcess;
  private readonly started: Promise<void>;
  private calls = 0;
  private deathReason: FailureCode | undefined;
  private heapExhausted = false;
  private onReply: ((reply: ReaderReply) => void) | undefined;
  private onDeath: (() => void) | undefined;

  constructor(private readonly options: ReaderChildOptions) {
    this.process = fork(options.entry, [options.kind], {
      // A reader needs no setting and must not be able to leak a secret.
      env: { NODE_ENV: 'production', TZ: 'UTC', LANG: 'C.UTF-8', ...RETURN_LARGE_BLOCKS },
      execArgv: [
        `--max-old-space-size=${options.maxHeapMb}`,
        `--max-semi-space-size=${options.maxSemiSpaceMb}`,
        '--expose-gc',
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // What a parser prints may quote the document: nothing of it is kept but whether V8 ran out of heap.
    this.process.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes('heap out of memory')) this.heapExhausted = true;
    });
    this.started = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.kill('PARSER_CRASHED'), START_TIMEOUT_MS);
      this.process.on('message', (reply: ReaderReply) => {
        if (reply.type === 'ready') {
          clearTimeout(timer);
          resolve();
        } else this.onReply?.(reply);
      });
      const died = () => {
        clearTimeout(timer);
        this.deathReason ??= this.heapExhausted ? 'PARSER_OUT_OF_MEMORY' : 'PARSER_CRASHED';
        options.memory.remove(this);
        reject(new Failure(this.deathReason));
        this.onDeath?.();
      };
      // 'close' and not 'exit': stderr has then been read to its end.
      this.process.on('close', died);
      this.process.on('error', died);
    });
    this.started.catch(() => undefined);
    options.memory.add(this);
    // An idle child must not keep its parent running; while a call runs, the deadline's timer does.
    this.process.unref();
    this.process.channel?.unref();
    (this.process.stderr as Socket | null)?.unref();
  }

  get alive(): boolean {
    return this.deathReason === undefined && this.process.connected;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  residentBytes(): Promise<number> {
    return this.process.pid === undefined ? Promise.resolve(0) : residentBytes(this.process.pid);
  }

  /** Sends one call and waits for its end. The deadline runs from here on, and not while the child starts. */
  async call(call: ReaderCall): Promise<unknown> {
    const aborted = () => this.kill('PARSER_CRASHED');
    throwIfAborted(call.signal);
    call.signal?.addEventListener('abort', aborted, { once: true });
    const letMemoryGo = this.options.memory.begin(this);
    try {
      await this.started;
      this.lastFile = fileOf(call);
      return await this.exchange(call);
    } catch (error) {
      throwIfAborted(call.signal);
      throw error;
    } finally {
      letMemoryGo();
      call.signal?.removeEventListener('abort', aborted);
      this.callsDone++;
    }
  }

  private exchange(call: ReaderCall): Promise<unknown> {
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      const timedOut = () => this.kill('PARSER_TIMEOUT');
      const deadline = setTimeout(timedOut, call.deadlineMs);
      const { partDeadlineMs, firstPartDeadlineMs = partDeadlineMs } = call;
      let silence = firstPartDeadlineMs === undefined ? undefined : setTimeout(timedOut, firstPartDeadlineMs);
      const end = () => {
        clearTimeout(deadline);
        clearTimeout(silence);
        this.onReply = this.onDeath = undefined;
      };
      this.onReply = (reply) => {
        if (reply.type === 'ready' || reply.id !== id) return;
        if (reply.type === 'part') {
          clearTimeout(silence);
          if (partDeadlineMs !== undefined) silence = setTimeout(timedOut, partDeadlineMs);
          call.onPart?.(reply.part);
          return;
        }
        end();
        if (reply.type === 'done') return resolve(reply.result);
        // After these two the process ends itself; nobody may send it another call meanwhile.
        if (reply.code === 'PARSER_CRASHED' || reply.code === 'PARSER_OUT_OF_MEMORY') this.kill(reply.code);
        reject(new Failure(reply.code, reply.detail === undefined ? {} : { detail: reply.detail }));
      };
      this.onDeath = () => {
        end();
        reject(new Failure(this.deathReason ?? 'PARSER_CRASHED'));
      };
      if (this.deathReason !== undefined) return this.onDeath();
      const { operation, path, sha256, input } = call;
      const file: ReaderFile = { path, ...(sha256 === undefined ? {} : { sha256 }) };
      this.process.send({ id, operation, file, input }, () => undefined);
    });
  }

  /** Ends the process at once; a running call fails with this code. */
  kill(reason: FailureCode): void {
    if (this.deathReason !== undefined) return;
    this.deathReason = reason;
    this.process.kill('SIGKILL');
  }

  putBack(): void {
    this.wasPutBack = this.deathReason === undefined;
    this.kill('PARSER_OUT_OF_MEMORY');
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    this.process.ref();
    this.kill('PARSER_CRASHED');
    await gone;
  }
}

/** What tells one file from another: its content, where that is known. */
export function fileOf({ path, sha256 }: ReaderCall): string {
  return sha256 ?? path;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}
