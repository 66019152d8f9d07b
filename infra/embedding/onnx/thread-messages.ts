import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';

/** What the embedder hands its thread at birth. */
export interface ThreadData {
  readonly modelFolder: string;
}

export type ToThread =
  | {
      readonly kind: 'embed';
      readonly id: number;
      readonly texts: readonly string[];
      readonly purpose: EmbeddingPurpose;
    }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready'; readonly dimensions: number }
  /** The model cannot be loaded at all; `reason` is for operators. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** Vectors one after the other, `dimensions` numbers each. */
  | { readonly kind: 'embedded'; readonly id: number; readonly vectors: Float32Array }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
