import { Failure } from '../contract/failures.js';
import type { CollectionModels } from '../ports/collection-models.js';
import type { Embedder } from '../ports/embedder.js';

interface Models {
  /** Of the stack; `null`: text mode. */
  readonly embedder: Embedder | null;
  readonly collectionModels: CollectionModels;
}

/** Names of all models that this process can load. */
export function modelNames({ embedder, collectionModels }: Models): string[] {
  return [...new Set([...(embedder ? [embedder.model.name] : []), ...collectionModels.names])];
}

/** Lends the model of a name. Errors: `Failure EMBEDDING_UNAVAILABLE` in text mode, `MODEL_MISSING`. */
export async function withNamedModel<Result>(
  { embedder, collectionModels }: Models,
  name: string,
  use: (model: Embedder) => Promise<Result>,
): Promise<Result> {
  if (!embedder) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'no model is configured' });
  return embedder.model.name === name ? use(embedder) : collectionModels.withEmbedder(name, use);
}
