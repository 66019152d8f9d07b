import { createHash } from 'node:crypto';
import { Failure } from '../../core/contract/failures.js';
import type { Embedder, EmbeddingModel, EmbeddingPurpose } from '../../core/ports/embedder.js';

export interface EmbedCall {
  readonly texts: readonly string[];
  readonly purpose: EmbeddingPurpose;
}

/**
 * A deterministic embedder: a text's vector is the sum of its words' pseudo-random vectors, so texts that share words
 * are near each other. Keeps its `calls`; faults are injected by {@link failNext}.
 */
export class FakeEmbedder implements Embedder {
  readonly model: EmbeddingModel;
  readonly calls: EmbedCall[] = [];
  readonly #faults: unknown[] = [];
  #closed = false;

  constructor(model: Partial<EmbeddingModel> = {}) {
    this.model = { name: 'fake', revision: 'fake:1', dimensions: 32, maxTokens: 64, ...model };
  }

  /** The next `times` calls fail with this error. */
  failNext(error: unknown = new Failure('EMBEDDING_UNAVAILABLE', { detail: 'injected' }), times = 1): void {
    for (let time = 0; time < times; time++) this.#faults.push(error);
  }

  async embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'embedder is closed' });
    this.calls.push({ texts, purpose });
    // A turn of the event loop, as a real engine takes one: an abort that follows the call is seen.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    if (this.#faults.length > 0) throw this.#faults.shift();
    return texts.map((text) => this.#vectorOf(text));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #vectorOf(text: string): Float32Array {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const sum = new Float32Array(this.model.dimensions);
    for (const word of ['', ...words.slice(0, this.model.maxTokens)]) {
      // The empty word gives every text a direction; it weighs little beside a real one.
      const weight = word === '' ? 0.1 : 1;
      for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + weight * number(word, index);
    }
    const norm = Math.hypot(...sum);
    return sum.map((value) => value / norm);
  }
}

/** −1…1, from the word and the position. */
function number(word: string, index: number): number {
  return createHash('sha256').update(`${index}:${word}`).digest().readUInt32BE(0) / 0x7fff_ffff - 1;
}
