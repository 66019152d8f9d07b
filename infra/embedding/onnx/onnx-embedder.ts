import { Failure } from '../../../core/contract/failures.js';
import type { Embedder, EmbeddingModel, EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { ModelThreads } from '../../model-threads/model-threads.js';
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

/** Tell the dimensions of their model, and answer vectors. */
type EmbeddingThreads = ModelThreads<number, Float32Array>;

/**
 * A sentence-transformers model by onnxruntime in threads of its own (it computes synchronously): one text on one core.
 * Two cores that share each text (`intraOpNumThreads` 2) take 31 ms of CPU a text, two cores with a text each 27 ms.
 * When a thread dies, what was asked of it fails with `EMBEDDING_UNAVAILABLE` and the next call starts another.
 */
export class OnnxEmbedder implements Embedder {
  /** Loads the model (0.2–0.5 s). Errors: `InvalidModelFolder`, `Failure EMBEDDING_UNAVAILABLE`. */
  static async open({ modelFolder, threads, threadHeapMiB }: OnnxEmbedderOptions): Promise<OnnxEmbedder> {
    const folder = await openModelFolder(modelFolder);
    const { name, maxTokens } = folder;
    const revision = await modelRevision(folder);
    let opened: number | null = null;
    const pool: EmbeddingThreads = new ModelThreads({
      module: 'infra/embedding/onnx/onnx-thread.js',
      modelFolder,
      heapMiB: threadHeapMiB,
      threads,
      failure: 'EMBEDDING_UNAVAILABLE',
      accept: (dimensions) => {
        if (dimensions === opened) return;
        throw new Failure('MODEL_MISMATCH', { detail: 'the model file was replaced by one of other dimensions' });
      },
    });
    try {
      const dimensions = (opened = await pool.ready);
      const expected = folder.truncateDimensions ?? folder.dimensions ?? dimensions;
      if (dimensions !== expected) {
        throw new InvalidModelFolder(
          `${folder.folder} gives vectors of ${dimensions} dimensions, and its settings say ${expected}: it holds another model`,
        );
      }
      return new OnnxEmbedder(pool, { name, revision, dimensions, maxTokens });
    } catch (error) {
      await pool.terminate();
      throw error;
    }
  }

  private constructor(
    private readonly threads: EmbeddingThreads,
    readonly model: EmbeddingModel,
  ) {}

  embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]> {
    return this.threads.ask({ texts, purpose, isUrgent: purpose === 'query' }, signal);
  }

  close(): Promise<void> {
    return this.threads.close();
  }
}
