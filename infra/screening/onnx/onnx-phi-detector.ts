import { Worker } from 'node:worker_threads';
import { Failure } from '../../../core/contract/failures.js';
import type { JudgedWord, PhiDetector, PhiModel } from '../../../core/ports/phi-detector.js';
import { entryPoint } from '../../entry-point.js';
import { sha256OfFile } from '../../file-digest.js';
import { openPhiModelFolder } from '../provision/phi-model-folder.js';
import type { FromThread, ThreadData, ToThread } from './thread-messages.js';

interface Pending {
  readonly resolve: (words: JudgedWord[][]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The window in work (at most 60 ms) and the release of the session; past it the thread is ended from outside. */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * A token-classification model by onnxruntime, in a thread of its own (it computes synchronously), which starts when it is
 * first asked: most texts have no candidate. When the thread dies, what was asked of it fails with
 * `PHI_DETECTOR_UNAVAILABLE` and the next call starts another.
 */
export class OnnxPhiDetector implements PhiDetector {
  #thread: DetectorThread | null = null;
  #closed = false;

  /** Looks at the folder and hashes the weights (15 MB in 40 ms); loads nothing. Errors: `InvalidModelFolder`. */
  static async open({ modelFolder }: { modelFolder: string }): Promise<OnnxPhiDetector> {
    const { name, modelFile } = await openPhiModelFolder(modelFolder);
    return new OnnxPhiDetector(modelFolder, { name, revision: `sha256:${await sha256OfFile(modelFile)}` });
  }

  private constructor(
    private readonly modelFolder: string,
    readonly model: PhiModel,
  ) {}

  async judge(texts: readonly string[], signal?: AbortSignal): Promise<JudgedWord[][]> {
    signal?.throwIfAborted();
    if (this.#closed) throw unavailable('the detector is closed');
    if (texts.length === 0) return [];
    if (!this.#thread || this.#thread.hasEnded) this.#thread = new DetectorThread(this.modelFolder);
    const thread = this.#thread;
    await thread.ready;
    signal?.throwIfAborted();
    return thread.ask(texts, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
  }
}

class DetectorThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended = false;
  /** Errors: `Failure PHI_DETECTOR_UNAVAILABLE`. */
  readonly ready: Promise<void>;

  constructor(modelFolder: string) {
    this.#worker = new Worker(entryPoint('infra/screening/onnx/phi-thread.js'), {
      workerData: { modelFolder } satisfies ThreadData,
    });
    let crash: unknown;
    this.#worker.on('error', (error) => (crash = error));
    this.ready = new Promise<void>((resolve, reject) => {
      this.#worker.on('exit', () => {
        this.#ended = true;
        const lost = unavailable('the thread ended', crash);
        reject(lost);
        for (const pending of this.#pending.values()) pending.reject(lost);
        this.#pending.clear();
      });
      this.#worker.on('message', (message: FromThread) => {
        switch (message.kind) {
          case 'ready':
            return resolve();
          case 'unusable':
            this.#ended = true;
            return reject(unavailable(`the model cannot be loaded: ${message.reason}`));
          case 'judged':
            return this.#take(message.id)?.resolve([...message.words]);
          case 'failed':
            return this.#take(message.id)?.reject(unavailable(`the model failed: ${message.reason}`));
        }
      });
    });
    // Whoever awaits it sees the error; a thread that nobody waits for must not end the process.
    this.ready.catch(() => undefined);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  ask(texts: readonly string[], signal: AbortSignal | undefined): Promise<JudgedWord[][]> {
    if (this.#ended) return Promise.reject(unavailable('the thread ended'));
    const id = this.#nextId++;
    return new Promise<JudgedWord[][]>((resolve, reject) => {
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
      this.#pending.set(id, { resolve: settled(resolve), reject: settled(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      this.#worker.postMessage({ kind: 'judge', id, texts } satisfies ToThread);
    });
  }

  /** Ends after the window in work. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    const force = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS);
    this.#worker.postMessage({ kind: 'close' } satisfies ToThread);
    await exited;
    clearTimeout(force);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

function unavailable(detail: string, cause?: unknown): Failure {
  return new Failure('PHI_DETECTOR_UNAVAILABLE', { detail, cause });
}
