import { createHash } from 'node:crypto';

/** What is embedded of a chunk: its prefix, which brings its own separator, and its text. */
export function embeddingInput(chunk: { readonly prefix: string; readonly text: string }): string {
  return chunk.prefix + chunk.text;
}

/** Hex; the key of the embedding cache. */
export function inputSha256(input: string): string {
  return createHash('sha256').update(input).digest('hex');
}
