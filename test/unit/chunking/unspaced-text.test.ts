import { describe, expect, it } from 'vitest';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import type { Tokenizer } from '../../../core/ports/embedder.js';
import { ModelTokenizer } from '../../../infra/embedding/tokenizer/model-tokenizer.js';
import { REAL_MODEL, WITHOUT_MODEL } from '../embedding/shared-model.js';
import { characterTokenizer, readingOf } from './random-reading.js';

const LENGTH = 400_000;
const LIMIT = 256;

/** Repeatable, and without a pattern that a tokenizer could profit from. */
function sequence(alphabet: string): string {
  const letters = Array.from(alphabet);
  let state = 1;
  let text = '';
  while (text.length < LENGTH) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    text += letters[(state >> 8) % letters.length] ?? '';
  }
  return text;
}

const TEXTS = {
  'a DNA sequence': sequence('ACGT'),
  base64: sequence('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
  'one letter': 'x'.repeat(LENGTH),
  punctuation: sequence('.,;:!?'),
  Chinese: sequence('的一是不了人我在有他这为之大来以个中上们'),
  Thai: sequence('กขคงจฉชซญดตถทนบปผฝพฟมยรลวสหอ'),
  'joined emoji': '👩‍⚕️'.repeat(LENGTH / 5),
  'stacked marks': `e${'\u0301'.repeat(LENGTH)}`,
};

/** How much was asked of a tokenizer: what a text costs, on any machine. */
function counting(tokenizer: Tokenizer): Tokenizer & { calls: number; characters: number } {
  return {
    calls: 0,
    characters: 0,
    maxTokens: tokenizer.maxTokens,
    specialTokens: tokenizer.specialTokens,
    countTokens(text) {
      this.calls += 1;
      this.characters += text.length;
      return tokenizer.countTokens(text);
    },
  };
}

function describeUnspaced(name: string, open: () => Promise<Tokenizer>): void {
  it.each(Object.entries(TEXTS))(`${name}: 400 kB of %s`, async (_, text) => {
    const tokenizer = counting(await open());
    const reading = readingOf({ kind: 'paragraph', text });
    const chunks = await chunkReading(reading, { maxTokens: LIMIT, tokenizer, title: 'A text without spaces' });
    const tooLong = chunks.filter((chunk) => chunk.tokenCount > Math.min(LIMIT, tokenizer.maxTokens));
    expect(tooLong).toHaveLength(0);
    // Nothing is lost.
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(reading.text);
    expect(tokenizer.calls).toBeLessThan(chunks.length * 8 + 200);
    expect(tokenizer.characters).toBeLessThan(reading.text.length * 6);
  });
}

describe('text without spaces', () => {
  describeUnspaced('estimated tokens', () => Promise.resolve(new EstimatingTokenizer()));
  describeUnspaced('a token a character', () => Promise.resolve(characterTokenizer));
});

describe.skipIf(!REAL_MODEL)(REAL_MODEL ? 'text without spaces, all-MiniLM-L6-v2' : WITHOUT_MODEL, () => {
  describeUnspaced('its own tokenizer', () => ModelTokenizer.open(REAL_MODEL ?? ''));
});
