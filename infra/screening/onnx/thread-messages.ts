import type { JudgedWord } from '../../../core/ports/phi-detector.js';

/** What the detector hands its thread at birth. */
export interface ThreadData {
  readonly modelFolder: string;
}

export type ToThread =
  | { readonly kind: 'judge'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready' }
  /** The model cannot be loaded at all; `reason` is for operators. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'judged'; readonly id: number; readonly words: readonly JudgedWord[][] }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
