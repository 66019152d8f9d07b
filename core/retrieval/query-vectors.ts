import { createHash } from 'node:crypto';
import { Failure } from '../contract/failures.js';
import type { Embedder } from '../ports/embedder.js';

/** Vectors remembered: 1,000 × 384 floats are 1.5 MB, and people repeat questions within an hour, not within a year. */
const MAX_VECTORS = 1_000;
/** A query takes 2–5 ms on two cores; five seconds mean that the model is stuck, and a search by words is the better answer. */
const EMBED_TIMEOUT_MS = 5_000;

/** Also one that is lent by the call. */
export type QueryEmbedder = Pick<Embedder, 'model' | 'embed'>;

/**
 * Embeds queries. Equal queries under way share one call; recent ones are remembered, under a hash of their text, so
 * that no list of questions lies in memory. Failures are not remembered.
 */
export class QueryVectors {
  readonly #embedder: QueryEmbedder;
  readonly #timeoutMs: number;
  readonly #vectors = new Map<string, Promise<Float32Array>>();

  constructor(embedder: QueryEmbedder, timeoutMs: number = EMBED_TIMEOUT_MS) {
    this.#embedder = embedder;
    this.#timeoutMs = timeoutMs;
  }

  /** A unit-length vector. Errors: `Failure EMBEDDING_UNAVAILABLE`, `MODEL_MISMATCH`. */
  async embed(query: string): Promise<Float32Array> {
    const name = createHash('sha256').update(query).digest('base64');
    const vector = this.#vectors.get(name) ?? this.#embed(query);
    // Taking it out first moves it to the end: the map's order is that of last use.
    this.#vectors.delete(name);
    this.#vectors.set(name, vector);
    for (const oldest of this.#vectors.keys()) {
      if (this.#vectors.size <= MAX_VECTORS) break;
      this.#vectors.delete(oldest);
    }
    try {
      return await vector;
    } catch (error) {
      if (this.#vectors.get(name) === vector) this.#vectors.delete(name);
      throw error;
    }
  }

  async #embed(query: string): Promise<Float32Array> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const [vector] = await Promise.race([
      this.#embedder.embed([query], 'query', deadline),
      new Promise<never>((_resolve, reject) => {
        deadline.addEventListener('abort', () =>
          reject(new Failure('EMBEDDING_UNAVAILABLE', { detail: `timeoutMs=${this.#timeoutMs}` })),
        );
      }),
    ]);
    if (vector?.length !== this.#embedder.model.dimensions) {
      throw new Failure('MODEL_MISMATCH', { detail: `dimensions=${vector?.length ?? 0}` });
    }
    return vector;
  }
}
