import type { Embedder, Tokenizer } from '../../core/ports/embedder.js';
import { assembleText } from '../../core/reading/assemble-text.js';

/** A paragraph for each that a blank line ends. */
export function asReading(text: string) {
  const blocks = text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => ({ kind: 'paragraph' as const, text: paragraph.trim(), boxes: [] }));
  return assembleText(blocks, {});
}

/** Four characters a token. */
export const tokenizer: Tokenizer = {
  maxTokens: 256,
  specialTokens: 2,
  countTokens: (text) => Math.ceil(text.length / 4),
};

/** Arbitrary unit vectors, the same for the same text. */
export const embedder: Embedder = {
  model: { name: 'arbitrary', revision: 'arbitrary:1', dimensions: 384, maxTokens: 256 },
  embed: async (texts) => texts.map(arbitraryVector),
  close: async () => undefined,
};

function arbitraryVector(text: string): Float32Array {
  let state = 1;
  for (let at = 0; at < text.length; at++) state = (Math.imul(state, 31) + text.charCodeAt(at)) | 0;
  const vector = new Float32Array(384).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  });
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
