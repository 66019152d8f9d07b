import type { Tokenizer } from '../ports/embedder.js';

/** Runs of letters, runs of digits, and every other character that is not white space. */
const PIECE = /[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Scripts that are written without spaces: sub-word tokenizers cut them character by character. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u;

/**
 * Letters and digits that make a token, rounded up a word. Chosen so that on consumer-health text the estimate is not
 * below MiniLM's own count for 99 % of passages of 900 characters, and 18 % above it in the mean.
 */
const LETTERS_A_TOKEN = 5;
const DIGITS_A_TOKEN = 2;

/** What BERT's descendants take, and with them most sentence models. */
const DEFAULT_MAX_TOKENS = 512;

/**
 * Counts tokens without a model, on the high side: what is chunked in text mode still fits a model that comes later.
 */
export class EstimatingTokenizer implements Tokenizer {
  readonly maxTokens: number;
  readonly specialTokens = 2;

  /** `maxTokens`: longest input of the model, special tokens included. */
  constructor({ maxTokens = DEFAULT_MAX_TOKENS }: { readonly maxTokens?: number } = {}) {
    this.maxTokens = maxTokens;
  }

  countTokens(text: string): number {
    let count = 0;
    for (const [piece] of text.matchAll(PIECE)) count += tokensOf(piece);
    return count;
  }

  /** The start of a text that fits the model by this estimate, cut between pieces; the text itself where it fits. */
  cut(text: string): string {
    const room = this.maxTokens - this.specialTokens;
    // A token is at least a character.
    if (text.length <= room) return text;
    let count = 0;
    for (const match of text.matchAll(PIECE)) {
      const tokens = tokensOf(match[0]);
      // A first piece that is too long by itself is cut within; it is a sequence or garbage.
      if (count + tokens > room) return text.slice(0, match.index === 0 ? room : match.index).toWellFormed();
      count += tokens;
    }
    return text;
  }
}

function tokensOf(piece: string): number {
  if (UNSPACED.test(piece)) return piece.length;
  const size = /^\p{N}/u.test(piece) ? DIGITS_A_TOKEN : LETTERS_A_TOKEN;
  return Math.ceil(piece.length / size);
}
