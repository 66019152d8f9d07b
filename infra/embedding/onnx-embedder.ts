import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../core/contract/failures.js';
import type { Embedder, EmbeddingModel, EmbeddingPurpose } from '../../core/ports/embedder.js';
import { entryPoint } from '../entry-point.js';
import { modelRevision, openModelFolder } from './model-folder.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';

export interface OnnxEmbedderOptions {
  readonly modelFolder: string;
  /**
   * Cores that one text is computed on. Default: all, at most 4. On two cores two threads embed 41 texts/s and one 26;
   * a small model has too little work in an operator to share it among more than four. Lower it where another process
   * embeds on the same machine.
   */
  readonly intraOpThreads?: number;
  /** Heap of the thread in MiB; default Node's. The model itself lies outside of it. */
  readonly threadHeapMiB?: number;
}

const MAX_INTRA_OP_THREADS = 4;

/** The text in work (at most 60 ms) and the release of the session; past it the thread is ended from outside. */
const CLOSE_TIMEOUT_MS = 5_000;

interface Pending {
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** A running thread with what it still owes. */
interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<number>;
  readonly pending: Map<number, Pending>;
}

/**
 * A sentence-transformers model by onnxruntime in a thread of its own (it computes synchronously). When the thread
 * dies, what was asked of it fails with `EMBEDDING_UNAVAILABLE` and the next call starts another.
 */
export class OnnxEmbedder implements Embedder {
  #thread: Thread | null = null;
  #nextId = 1;
  #closed = false;

  /** Loads the model (0.2–0.5 s). Errors: `InvalidModelFolder`, `Failure EMBEDDING_UNAVAILABLE`. */
  static async open(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
    const { name, maxTokens, modelFile } = await openModelFolder(options.modelFolder);
    const revision = await modelRevision(modelFile);
    const thread = startThread(options);
    try {
      const dimensions = await thread.ready;
      return new OnnxEmbedder(options, { name, revision, dimensions, maxTokens }, thread);
    } catch (error) {
      await thread.worker.terminate();
      throw error;
    }
  }

  private constructor(
    private readonly options: OnnxEmbedderOptions,
    readonly model: EmbeddingModel,
    thread: Thread,
  ) {
    this.#adopt(thread);
  }

  async embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'embedder is closed' });
    if (texts.length === 0) return [];
    const thread = this.#thread ?? this.#adopt(startThread(this.options));
    if ((await thread.ready) !== this.model.dimensions) {
      throw new Failure('MODEL_MISMATCH', { detail: 'the model file was replaced by one of other dimensions' });
    }
    signal?.throwIfAborted();
    return this.#ask(thread, { texts, purpose, signal });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = null;
    if (!thread) return;
    const exited = new Promise((resolve) => thread.worker.once('exit', resolve));
    const force = setTimeout(() => void thread.worker.terminate(), CLOSE_TIMEOUT_MS);
    thread.worker.postMessage({ kind: 'close' } satisfies ToThread);
    await exited;
    clearTimeout(force);
  }

  #ask(
    { worker, pending }: Thread,
    {
      texts,
      purpose,
      signal,
    }: { texts: readonly string[]; purpose: EmbeddingPurpose; signal: AbortSignal | undefined },
  ): Promise<Float32Array[]> {
    const id = this.#nextId++;
    return new Promise<Float32Array[]>((resolve, reject) => {
      const abort = () => {
        worker.postMessage({ kind: 'abort', id } satisfies ToThread);
        pending.delete(id);
        reject(signal?.reason as Error);
      };
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abort);
          settle(value);
        };
      pending.set(id, { resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      worker.postMessage({ kind: 'embed', id, texts, purpose } satisfies ToThread);
    });
  }

  #adopt(thread: Thread): Thread {
    this.#thread = thread;
    thread.worker.once('exit', () => {
      if (this.#thread === thread) this.#thread = null;
    });
    return thread;
  }
}

function startThread(options: OnnxEmbedderOptions): Thread {
  const data: ThreadData = {
    modelFolder: options.modelFolder,
    intraOpThreads: options.intraOpThreads ?? Math.min(availableParallelism(), MAX_INTRA_OP_THREADS),
  };
  const worker = new Worker(entryPoint('infra/embedding/onnx-thread.js'), {
    workerData: data,
    ...(options.threadHeapMiB === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: options.threadHeapMiB } }),
  });
  const pending = new Map<number, Pending>();
  let crash: unknown;
  worker.on('error', (error) => (crash = error));
  worker.on('exit', () => {
    const lost = unavailable('the thread ended', crash);
    for (const { reject } of pending.values()) reject(lost);
    pending.clear();
  });
  const ready = new Promise<number>((resolve, reject) => {
    worker.once('exit', () => reject(unavailable('the thread ended before it was ready', crash)));
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'ready':
          return resolve(message.dimensions);
        case 'unusable':
          return reject(unavailable(`the model cannot be loaded: ${message.reason}`));
        case 'embedded':
          void ready.then((dimensions) => {
            pending.get(message.id)?.resolve(rows(message.vectors, dimensions));
            pending.delete(message.id);
          });
          return;
        case 'failed':
          pending.get(message.id)?.reject(unavailable(`the model failed: ${message.reason}`));
          pending.delete(message.id);
          return;
      }
    });
  });
  // Whoever awaits it sees the error; a thread that nobody waits for must not end the process.
  ready.catch(() => undefined);
  return { worker, ready, pending };
}

function rows(vectors: Float32Array, dimensions: number): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, row) =>
    vectors.slice(row * dimensions, (row + 1) * dimensions),
  );
}

function unavailable(detail: string, cause?: unknown): Failure {
  return new Failure('EMBEDDING_UNAVAILABLE', { detail, cause });
}
