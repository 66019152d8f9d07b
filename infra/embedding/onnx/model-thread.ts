import { Worker } from 'node:worker_threads';
import { Failure } from '../../../core/contract/failures.js';
import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { entryPoint } from '../../entry-point.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';

export interface StartModelThreadInput {
  readonly modelFolder: string;
  /** Heap of the thread in MiB; default Node's. The model itself lies outside of it. */
  readonly heapMiB?: number | undefined;
}

export interface AskInput {
  readonly texts: readonly string[];
  readonly purpose: EmbeddingPurpose;
  readonly signal: AbortSignal | undefined;
}

interface Pending {
  readonly texts: number;
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The text in work (at most 60 ms) and the release of the session; past it the thread is ended from outside. */
const CLOSE_TIMEOUT_MS = 5_000;

/** One thread with a model of its own. When it dies, what was asked of it fails with `EMBEDDING_UNAVAILABLE`. */
export class ModelThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended = false;
  /** The dimensions of its model. Errors: `Failure EMBEDDING_UNAVAILABLE`. */
  readonly ready: Promise<number>;

  constructor({ modelFolder, heapMiB }: StartModelThreadInput) {
    this.#worker = new Worker(entryPoint('infra/embedding/onnx/onnx-thread.js'), {
      workerData: { modelFolder } satisfies ThreadData,
      ...(heapMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMiB } }),
    });
    let crash: unknown;
    this.#worker.on('error', (error) => (crash = error));
    this.#worker.on('exit', () => {
      this.#ended = true;
      const lost = unavailable('the thread ended', crash);
      for (const { reject } of this.#pending.values()) reject(lost);
      this.#pending.clear();
    });
    this.ready = new Promise<number>((resolve, reject) => {
      this.#worker.once('exit', () => reject(unavailable('the thread ended before it was ready', crash)));
      this.#worker.on('message', (message: FromThread) => {
        switch (message.kind) {
          case 'ready':
            return resolve(message.dimensions);
          case 'unusable':
            return reject(unavailable(`the model cannot be loaded: ${message.reason}`));
          case 'embedded':
            return this.#settle(message.id, ({ texts, resolve: answer }) => answer(rows(message.vectors, texts)));
          case 'failed':
            return this.#settle(message.id, ({ reject: fail }) =>
              fail(unavailable(`the model failed: ${message.reason}`)),
            );
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

  /** One vector a text. Errors: `Failure EMBEDDING_UNAVAILABLE`, the signal's reason. */
  ask({ texts, purpose, signal }: AskInput): Promise<Float32Array[]> {
    if (this.#ended) return Promise.reject(unavailable('the thread ended'));
    const id = this.#nextId++;
    return new Promise<Float32Array[]>((resolve, reject) => {
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
      this.#pending.set(id, { texts: texts.length, resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      this.#worker.postMessage({ kind: 'embed', id, texts, purpose } satisfies ToThread);
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

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending) settle(pending);
  }
}

function rows(vectors: Float32Array, count: number): Float32Array[] {
  const dimensions = vectors.length / count;
  return Array.from({ length: count }, (_, row) => vectors.slice(row * dimensions, (row + 1) * dimensions));
}

function unavailable(detail: string, cause?: unknown): Failure {
  return new Failure('EMBEDDING_UNAVAILABLE', { detail, cause });
}
