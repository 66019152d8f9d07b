import { isBoilerplate } from '../../core/chunking/boilerplate.js';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
import type { Reading } from '../../core/contract/reading.js';

/** What is no word, an ornament of dots for instance, need not be found. */
const WORD = /\S*[\p{L}\p{M}\p{N}]\S*/gu;

/**
 * Words of a reading's text that no chunk has, nor the prefix of one, by any strategy and at each length of chunks; empty when
 * all is well. A block of boilerplate is furniture.
 */
export async function lostWords(reading: Reading, lengths: readonly number[]): Promise<string[]> {
  const lost: string[] = [];
  for (const strategy of CHUNKING_STRATEGIES) {
    for (const maxTokens of lengths) {
      const chunks = await chunkReading(reading, { strategy, maxTokens, tokenizer: new EstimatingTokenizer() });
      const covered = new Uint8Array(reading.text.length);
      for (const { start, end } of chunks) covered.fill(1, start, end);
      const inPrefixes = new Set(chunks.flatMap(({ prefix }) => prefix.split(/\s+/)));
      for (const { kind, start, end } of reading.blocks) {
        if (covered.subarray(start, end).every((once) => once === 1)) continue;
        const text = reading.text.slice(start, end);
        if (isBoilerplate(text)) continue;
        for (const { 0: word, index } of text.matchAll(WORD)) {
          const isCovered = covered.subarray(start + index, start + index + word.length).every((once) => once === 1);
          if (isCovered || (kind === 'heading' && inPrefixes.has(word))) continue;
          lost.push(`${strategy} ${maxTokens}: ${word}`);
        }
      }
    }
  }
  return lost;
}
