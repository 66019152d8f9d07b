import type { Reranker, RerankingModel } from '../../../core/ports/reranker.js';
import { modelRevision, openModelFolder } from '../../embedding/provision/model-folder.js';
import { ModelThreads } from '../../model-threads/model-threads.js';

export interface OnnxRerankerOptions {
  /** With `config.json`, a tokenizer and an ONNX file, as Transformers.js loads it. */
  readonly modelFolder: string;
  /** Each with a model of its own. Default: as many as cores, at most 4. */
  readonly threads?: number;
}

/**
 * A cross-encoder by onnxruntime, in threads of its own. One of MiniLM's size takes 10 to 25 ms a passage and core: fifty
 * passages are 0.3 to 0.6 s on two cores. When a thread dies, what was asked of it fails and the next call starts another.
 */
export class OnnxReranker implements Reranker {
  /** Loads the model. Errors: `InvalidModelFolder`, `Failure RERANKER_UNAVAILABLE`. */
  static async open({ modelFolder, threads }: OnnxRerankerOptions): Promise<OnnxReranker> {
    const folder = await openModelFolder(modelFolder);
    const model = { name: folder.name, revision: await modelRevision(folder) };
    const pool = new ModelThreads<null, number>({
      module: 'infra/reranking/onnx/reranker-thread.js',
      modelFolder,
      threads,
      failure: 'RERANKER_UNAVAILABLE',
    });
    try {
      await pool.ready;
      return new OnnxReranker(pool, model);
    } catch (error) {
      await pool.terminate();
      throw error;
    }
  }

  private constructor(
    private readonly threads: ModelThreads<null, number>,
    readonly model: RerankingModel,
  ) {}

  rerank(question: string, passages: readonly string[], signal: AbortSignal): Promise<number[]> {
    return this.threads.ask({ texts: passages, against: question }, signal);
  }

  close(): Promise<void> {
    return this.threads.close();
  }
}
