import { availableParallelism } from 'node:os';
import { Failure } from '../../../core/contract/failures.js';
import type { Embedder, EmbeddingModel, EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { ModelThread } from '../../model-threads/model-thread.js';
import { InvalidModelFolder, modelRevision, openModelFolder } from '../provision/model-folder.js';

export interface OnnxEmbedderOptions {
  readonly modelFolder: string;
  /**
   * Threads that passages are spread over, each with a model of its own (60–90 MB). Default: as many as cores, at most 4.
   * Lower it where another process embeds on the same machine. Queries alone keep to one.
   */
  readonly threads?: number;
  /** Heap of a thread in MiB; default Node's. */
  readonly threadHeapMiB?: number;
}

/** Tells the dimensions of its model, and answers vectors. */
type EmbeddingThread = ModelThread<number, Float32Array>;

const MAX_THREADS = 4;

/** Texts that a thread is handed at a time: 0.1–0.2 s of it, so that no thread waits long for another at the end. */
const PORTION = 4;
/** Portions under way a thread: the next one lies there already when the main thread is busy with something else. */
const PORTIONS_A_THREAD = 2;

/**
 * A sentence-transformers model by onnxruntime in threads of its own (it computes synchronously): one text on one core.
 * Two cores that share each text (`intraOpNumThreads` 2) take 31 ms of CPU a text, two cores with a text each 27 ms.
 * When a thread dies, what was asked of it fails with `EMBEDDING_UNAVAILABLE` and the next call starts another.
 */
export class OnnxEmbedder implements Embedder {
  readonly #threads: (EmbeddingThread | null)[];
  #closed = false;

  /** Loads the model (0.2–0.5 s). Errors: `InvalidModelFolder`, `Failure EMBEDDING_UNAVAILABLE`. */
  static async open(options: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
    const folder = await openModelFolder(options.modelFolder);
    const { name, maxTokens } = folder;
    const revision = await modelRevision(folder);
    const thread = startThread(options);
    try {
      const dimensions = await thread.ready;
      const expected = folder.truncateDimensions ?? folder.dimensions ?? dimensions;
      if (dimensions !== expected) {
        throw new InvalidModelFolder(
          `${folder.folder} gives vectors of ${dimensions} dimensions, and its settings say ${expected}: it holds another model`,
        );
      }
      return new OnnxEmbedder(options, { name, revision, dimensions, maxTokens }, thread);
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  private constructor(
    private readonly options: OnnxEmbedderOptions,
    readonly model: EmbeddingModel,
    first: EmbeddingThread,
  ) {
    const threads = options.threads ?? Math.min(availableParallelism(), MAX_THREADS);
    // The others start when there is work for them: a process that only embeds queries never needs them.
    this.#threads = [first, ...Array<null>(Math.max(0, threads - 1)).fill(null)];
  }

  async embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'embedder is closed' });
    if (texts.length === 0) return [];
    if (texts.length <= PORTION) return this.#ask(this.#leastBusy(), texts, purpose, signal);

    // The first portion that fails ends the others.
    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const vectors: Float32Array[] = [];
    let next = 0;
    const lane = async (place: number) => {
      while (next < texts.length && !call.signal.aborted) {
        const from = next;
        next += PORTION;
        const made = await this.#ask(place, texts.slice(from, from + PORTION), purpose, call.signal);
        made.forEach((vector, index) => (vectors[from + index] = vector));
      }
    };
    try {
      const lanes = this.#threads.flatMap((_, place) => Array<number>(PORTIONS_A_THREAD).fill(place));
      await Promise.all(lanes.map(lane));
      call.signal.throwIfAborted();
      return vectors;
    } catch (error) {
      if (!call.signal.aborted) call.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(async (thread) => thread?.close()));
  }

  async #ask(
    place: number,
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    const thread = this.#threadAt(place);
    if ((await thread.ready) !== this.model.dimensions) {
      throw new Failure('MODEL_MISMATCH', { detail: 'the model file was replaced by one of other dimensions' });
    }
    signal?.throwIfAborted();
    return thread.ask({ texts, purpose, isUrgent: purpose === 'query' }, signal);
  }

  /** The place of the running thread that owes the fewest texts; of the first one when none runs. */
  #leastBusy(): number {
    let least = 0;
    let load = Number.POSITIVE_INFINITY;
    this.#threads.forEach((thread, place) => {
      if (!thread || thread.hasEnded || thread.load >= load) return;
      least = place;
      load = thread.load;
    });
    return least;
  }

  #threadAt(place: number): EmbeddingThread {
    const running = this.#threads[place];
    if (running && !running.hasEnded) return running;
    if (this.#closed) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'embedder is closed' });
    return (this.#threads[place] = startThread(this.options));
  }
}

function startThread({ modelFolder, threadHeapMiB: heapMiB }: OnnxEmbedderOptions): EmbeddingThread {
  const module = 'infra/embedding/onnx/onnx-thread.js';
  return new ModelThread({ module, modelFolder, heapMiB, failure: 'EMBEDDING_UNAVAILABLE' });
}
