import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import { Failure } from '../../../core/contract/failures.js';
import type { Embedder, EmbeddingModel, EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { Turns } from '../../turns.js';
import { EmbeddingsEndpoint, type EmbeddingsEndpointOptions, TextsRefused } from './embeddings-endpoint.js';
import { textBatches } from '../onnx/text-batches.js';

export interface OpenAiEmbedderOptions extends EmbeddingsEndpointOptions {
  /** Longest input of the model in tokens; a longer text is cut before it is sent. */
  readonly maxTokens: number;
  /** Requests under way at a time, over all calls. Default 4: enough to hide the network, few enough for a rate limit. */
  readonly maxConcurrency?: number;
}

const DEFAULT_CONCURRENCY = 4;

/** A text that is still refused is cut in half so many times: the estimate of its tokens was that far off. */
const MAX_HALVINGS = 3;

/** What a model of any size answers in one try of a working server. */
const PROBE = 'dimensions';

/**
 * Any server that speaks OpenAI's embeddings protocol. What the protocol leaves open is settled here: texts are cut to
 * the model's limit, batched, sent a few requests at a time, and vectors are brought to unit length.
 */
export class OpenAiEmbedder implements Embedder {
  readonly #endpoint: EmbeddingsEndpoint;
  readonly #tokenizer: EstimatingTokenizer;
  readonly #turns: Turns;
  readonly #closing = new AbortController();

  /**
   * Asks the endpoint for one vector, to learn its dimensions.
   * Errors: `Failure EMBEDDING_UNAVAILABLE`, `EMBEDDING_MISCONFIGURED`.
   */
  static async open(options: OpenAiEmbedderOptions, signal?: AbortSignal): Promise<OpenAiEmbedder> {
    const endpoint = new EmbeddingsEndpoint(options);
    const { servedModel, vectors } = await endpoint
      .ask([PROBE], null, signal ?? new AbortController().signal)
      .catch((error: unknown) => {
        throw error instanceof TextsRefused ? unavailable(error.detail) : error;
      });
    const model: EmbeddingModel = {
      name: options.model,
      // The protocol has no hash of the weights: the server's own name of the model is all it tells of them.
      revision: `served:${servedModel ?? options.model}`,
      dimensions: vectors[0]?.length ?? 0,
      maxTokens: options.maxTokens,
    };
    return new OpenAiEmbedder(endpoint, model, options.maxConcurrency ?? DEFAULT_CONCURRENCY);
  }

  private constructor(
    endpoint: EmbeddingsEndpoint,
    readonly model: EmbeddingModel,
    maxConcurrency: number,
  ) {
    this.#endpoint = endpoint;
    this.#tokenizer = new EstimatingTokenizer({ maxTokens: model.maxTokens });
    this.#turns = new Turns(maxConcurrency);
  }

  async embed(texts: readonly string[], _purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    if (this.#closing.signal.aborted) throw unavailable('embedder is closed');
    if (texts.length === 0) return [];
    // The first batch that fails ends its sisters; so do the caller and close().
    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    const close = () => call.abort(unavailable('embedder is closed'));
    signal?.addEventListener('abort', abort, { once: true });
    this.#closing.signal.addEventListener('abort', close, { once: true });
    try {
      const batches = textBatches(texts.map((text) => this.#presentable(text)));
      const vectors = await Promise.all(
        batches.map((batch) =>
          this.#turns
            .take(call.signal, () => this.#embedBatch(batch, call.signal))
            .catch((error: unknown) => {
              call.abort(error);
              throw error;
            }),
        ),
      );
      return vectors.flat();
    } catch {
      // Whichever batch is heard first: what happened is what aborted the call.
      throw call.signal.reason;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#closing.signal.removeEventListener('abort', close);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** A batch that is refused is asked for in halves, so that one text does not refuse its neighbours. */
  async #embedBatch(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    try {
      return await this.#ask(texts, signal);
    } catch (error) {
      if (!(error instanceof TextsRefused)) throw error;
      const [only] = texts;
      if (texts.length === 1 && only !== undefined) return [await this.#embedRefused(only, error, signal)];
      const middle = Math.ceil(texts.length / 2);
      const first = await this.#embedBatch(texts.slice(0, middle), signal);
      return [...first, ...(await this.#embedBatch(texts.slice(middle), signal))];
    }
  }

  /** Errors: `Failure EMBEDDING_REFUSED` when a fraction of the text is refused as well. */
  async #embedRefused(text: string, refusal: TextsRefused, signal: AbortSignal): Promise<Float32Array> {
    for (let halvings = 1; halvings <= MAX_HALVINGS; halvings++) {
      const start = text.slice(0, Math.ceil(text.length / 2 ** halvings)).toWellFormed();
      try {
        const [vector] = await this.#ask([start], signal);
        if (vector) return vector;
      } catch (error) {
        if (!(error instanceof TextsRefused)) throw error;
      }
    }
    throw new Failure('EMBEDDING_REFUSED', { detail: `${refusal.detail}, characters=${text.length}` });
  }

  async #ask(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const { servedModel, vectors } = await this.#endpoint.ask(texts, this.model.dimensions, signal);
    // Another model behind the same address: its vectors may have the same length and mean something else.
    if (servedModel !== null && `served:${servedModel}` !== this.model.revision) {
      throw new Failure('MODEL_MISMATCH', { detail: 'the endpoint answers with another model than at the start' });
    }
    return vectors;
  }

  /** Servers refuse lone surrogates, NUL and empty strings; none of them says anything. */
  #presentable(text: string): string {
    const clean = text.toWellFormed().replaceAll('\u0000', ' ');
    return clean.trim() === '' ? ' ' : this.#tokenizer.cut(clean);
  }
}

function unavailable(detail: string): Failure {
  return new Failure('EMBEDDING_UNAVAILABLE', { detail });
}
