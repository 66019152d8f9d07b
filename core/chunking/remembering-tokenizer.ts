import type { Tokenizer } from '../ports/embedder.js';

/** Shorter texts are counted as quickly as they are looked up. */
const MIN_CHARACTERS = 64;
/** Chunking asks again for what it asked for a moment ago: whether it fits, how long it is, what the passage counts. */
const REMEMBERED_TEXTS = 256;

/** The same counts, with the latest texts remembered. Not for longer than one reading: it keeps their text. */
export function rememberingTokenizer(tokenizer: Tokenizer): Tokenizer {
  const counts = new Map<string, number>();
  return {
    maxTokens: tokenizer.maxTokens,
    specialTokens: tokenizer.specialTokens,
    countTokens(text) {
      if (text.length < MIN_CHARACTERS) return tokenizer.countTokens(text);
      const known = counts.get(text);
      if (known !== undefined) return known;
      const count = tokenizer.countTokens(text);
      if (counts.size >= REMEMBERED_TEXTS) counts.delete(counts.keys().next().value ?? '');
      counts.set(text, count);
      return count;
    },
  };
}
