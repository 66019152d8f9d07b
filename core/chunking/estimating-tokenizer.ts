import type { Tokenizer } from '../ports/embedder.js';

/**
 * Against MiniLM's word pieces on 4,097 paragraphs of consumer-health, PubMed and PMC text, 3 gives 1.6 times the true
 * count and one paragraph too few (by 5 %).
 */
const CHARACTERS_PER_TOKEN = 3;

/**
 * Stands in for a model's tokenizer in text mode, where there is no model to ask. It counts too many tokens rather than
 * too few, so that chunks made by it still fit a model of the usual 512 tokens that comes later.
 */
export class EstimatingTokenizer implements Tokenizer {
  readonly maxTokens = 512;
  readonly specialTokens = 2;

  countTokens(text: string): number {
    let tokens = 0;
    for (const [word] of text.matchAll(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)) {
      tokens += Math.ceil(word.length / CHARACTERS_PER_TOKEN);
    }
    return tokens;
  }
}
