import { Failure } from '../contract/failures.js';
import type { CollectionModels } from '../ports/collection-models.js';
import type { Embedder, EmbeddingModel } from '../ports/embedder.js';
import { type QueryEmbedder, QueryVectors } from './query-vectors.js';
import { isSameModel } from './plan.js';

/** Vectors of queries by the stack's own model and by those of collections, each remembered apart. */
export class ModelVectors {
  readonly #own: QueryVectors;
  readonly #others = new Map<string, QueryVectors>();

  constructor(
    embedder: Embedder,
    private readonly models: CollectionModels,
  ) {
    this.#own = new QueryVectors(embedder);
  }

  /** By the stack's own model. Errors: as {@link QueryVectors.embed}. */
  embed(query: string): Promise<Float32Array> {
    return this.#own.embed(query);
  }

  /** By another model. Errors besides: `Failure MODEL_MISMATCH` where the model of that name is another one by now. */
  embedBy(model: EmbeddingModel, query: string): Promise<Float32Array> {
    const key = `${model.name}@${model.revision}/${model.dimensions}`;
    const vectors = this.#others.get(key) ?? new QueryVectors(lent(this.models, model));
    this.#others.set(key, vectors);
    return vectors.embed(query);
  }
}

/** A model that is borrowed for each call, so that it may be unloaded between them. */
function lent(models: CollectionModels, model: EmbeddingModel): QueryEmbedder {
  return {
    model,
    embed: (texts, purpose, signal) =>
      models.withEmbedder(model.name, async (embedder) => {
        if (!isSameModel(model, embedder.model)) throw new Failure('MODEL_MISMATCH', { detail: `model=${model.name}` });
        return embedder.embed(texts, purpose, signal);
      }),
  };
}
