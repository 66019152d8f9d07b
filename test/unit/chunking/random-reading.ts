import type { Tokenizer } from '../../../core/ports/embedder.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { placeBlocks } from '../../../core/reading/layout/place-blocks.js';
import type { Reading } from '../../../core/contract/reading.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';

const WORDS = [
  'ibuprofen', '400', 'mg/kg', 'e.g.', 'Dr.', 'renal', 'the', 'of', '≥', '4 mmol/L', '10⁹/L', 'São', 'naïve', '発熱があります。',
  '👩‍⚕️', '🩺🩺', 'e\u0301\u0327', 'contraindicated', 'electroencephalographically', 'x'.repeat(180), 'https://example.org/a?b=c&d=e', 'हिन्दी', '한국어',
]; // prettier-ignore
const ENDS = ['.', '?', '!', ';', ',', ':', '', '', ''];

/** A reading of many shapes: sections of any depth, empty ones, huge and tiny blocks, pages and boxes. */
export function randomReading(seed: number): Reading {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const sentence = (words: number): string =>
    Array.from({ length: words }, () => pick(WORDS) + pick(ENDS)).join(random() < 0.1 ? '\n' : ' ');
  const page = () => [{ page: 1 + below(4), x: below(400), y: below(700), width: 10, height: 10 }];
  const blocks = Array.from({ length: 1 + below(25) }, () => {
    const kind = pick(['heading', 'paragraph', 'paragraph', 'paragraph', 'list', 'table', 'caption', 'code'] as const);
    const lines = kind === 'list' || kind === 'table' || kind === 'code' ? 1 + below(12) : 1;
    const size = kind === 'heading' ? 1 + below(12) : pick([1, 3, 10, 20, 60]);
    const text = Array.from({ length: lines }, () => sentence(1 + below(size))).join('\n');
    return { kind, text, boxes: page(), ...(kind === 'heading' ? { headingLevel: 1 + below(6) } : {}) };
  });
  const title = random() < 0.5 ? { title: sentence(1 + below(80)) } : {};
  return {
    metadata: title,
    language: pick(['en', 'pt', 'und', 'no-such-language-tag']),
    ...placeBlocks(blocks),
    pages: [],
  };
}

export function readingOf(...blocks: Omit<DraftBlock, 'boxes'>[]): Reading {
  return assembleText(
    blocks.map((block) => ({ ...block, boxes: [] })),
    {},
    { language: 'en' },
  );
}

/** Counts by words, as BERT does: a token for every four characters of a word. */
export const wordTokenizer: Tokenizer = {
  maxTokens: 512,
  specialTokens: 2,
  countTokens: (text) => (text.match(/\S+/g) ?? []).reduce((sum, word) => sum + Math.ceil(word.length / 4), 0),
};

/** Counts by characters, white space too: the tokens of a whole are more than those of its trimmed parts. */
export const characterTokenizer: Tokenizer = {
  maxTokens: 300,
  specialTokens: 1,
  countTokens: (text) => Math.ceil([...text].length / 2),
};
