import { Worker } from 'node:worker_threads';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { entryPoint } from '../entry-point.js';
import type { FromThread, Question, ThreadData, ToThread } from './messages.js';

export interface StartModelThreadInput {
  /** The compiled module that calls `answerInThread`, below `dist/`. */
  readonly module: string;
  readonly modelFolder: string;
  /** Heap of the thread in MiB; default Node's. The model itself lies outside of it. */
  readonly heapMiB?: number | undefined;
  /** What fails with the thread fails with this code. */
  readonly failure: FailureCode;
}

interface Pending<Answer> {
  readonly texts: number;
  readonly resolve: (answers: Answer[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The text in work (at most 60 ms) and the release of the session; past it the thread is ended from outside. */
const CLOSE_TIMEOUT_MS = 5_000;

/** One thread with a model of its own, as onnxruntime computes synchronously. When it dies, what was asked of it fails. */
export class ModelThread<About, Answer> {
  readonly #worker: Worker;
  readonly #failure: FailureCode;
  readonly #pending = new Map<number, Pending<Answer>>();
  #nextId = 1;
  #ended = false;
  /** What it says of its model. Errors: `Failure` of the code given. */
  readonly ready: Promise<About>;

  constructor({ module, modelFolder, heapMiB, failure }: StartModelThreadInput) {
    this.#failure = failure;
    this.#worker = new Worker(entryPoint(module), {
      workerData: { modelFolder } satisfies ThreadData,
      ...(heapMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMiB } }),
    });
    let crash: unknown;
    this.#worker.on('error', (error) => (crash = error));
    this.#worker.on('exit', () => {
      this.#ended = true;
      const lost = this.#lost('the thread ended', crash);
      for (const { reject } of this.#pending.values()) reject(lost);
      this.#pending.clear();
    });
    this.ready = new Promise<About>((resolve, reject) => {
      this.#worker.once('exit', () => reject(this.#lost('the thread ended before it was ready', crash)));
      this.#worker.on('message', (message: FromThread<About, Answer>) => {
        switch (message.kind) {
          case 'ready':
            return resolve(message.about);
          case 'unusable':
            return reject(this.#lost(`the model cannot be loaded: ${message.reason}`));
          case 'answered':
            return this.#take(message.id)?.resolve([...message.answers]);
          case 'failed':
            return this.#take(message.id)?.reject(this.#lost(`the model failed: ${message.reason}`));
        }
      });
    });
    // Whoever awaits it sees the error; a thread that nobody waits for must not end the process.
    this.ready.catch(() => undefined);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Texts that it still owes. */
  get load(): number {
    let texts = 0;
    for (const pending of this.#pending.values()) texts += pending.texts;
    return texts;
  }

  /** One answer a text. Errors: `Failure` of the code given, the signal's reason. */
  ask(question: Question, signal: AbortSignal | undefined): Promise<Answer[]> {
    if (this.#ended) return Promise.reject(this.#lost('the thread ended'));
    const id = this.#nextId++;
    return new Promise<Answer[]>((resolve, reject) => {
      const abort = () => {
        this.#worker.postMessage({ kind: 'abort', id } satisfies ToThread);
        this.#pending.delete(id);
        reject(signal?.reason as Error);
      };
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abort);
          settle(value);
        };
      this.#pending.set(id, { texts: question.texts.length, resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      this.#worker.postMessage({ kind: 'ask', id, question } satisfies ToThread);
    });
  }

  /** Ends after the text in work. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    const force = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS);
    this.#worker.postMessage({ kind: 'close' } satisfies ToThread);
    await exited;
    clearTimeout(force);
  }

  /** Ends at once. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(id: number): Pending<Answer> | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #lost(detail: string, cause?: unknown): Failure {
    return new Failure(this.#failure, { detail, cause });
  }
}
