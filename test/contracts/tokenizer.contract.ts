import { beforeAll, describe, expect, it } from 'vitest';
import type { Tokenizer } from '../../core/ports/embedder.js';

/** What every {@link Tokenizer} promises, and what chunking builds on. */
export function tokenizerContract(name: string, open: () => Promise<Tokenizer>): void {
  describe(`Tokenizer: ${name}`, () => {
    let tokenizer: Tokenizer;
    beforeAll(async () => {
      tokenizer = await open();
    });

    it('leaves room between its limit and its special tokens', () => {
      expect(tokenizer.specialTokens).toBeGreaterThanOrEqual(0);
      expect(tokenizer.maxTokens).toBeGreaterThan(tokenizer.specialTokens);
    });

    it('counts nothing in nothing', () => {
      for (const text of ['', ' ', '\n\n', '\t']) expect(tokenizer.countTokens(text)).toBe(0);
    });

    it('counts the same twice', () => {
      const text = 'Metformin 500 mg twice daily; monitor eGFR (≥ 45 mL/min/1.73 m²).';
      expect(tokenizer.countTokens(text)).toBe(tokenizer.countTokens(text));
      expect(tokenizer.countTokens(text)).toBeGreaterThan(9);
    });

    it('counts words separated by white space one by one', () => {
      const parts = ['Ibuprofen is contraindicated', 'in the third trimester.', '400 mg/day', 'São Paulo', '発熱'];
      const sum = parts.reduce((total, part) => total + tokenizer.countTokens(part), 0);
      for (const space of [' ', '\n', '\n\n', ' \t ']) expect(tokenizer.countTokens(parts.join(space))).toBe(sum);
    });

    it('takes any text', () => {
      for (const text of ['👩‍⚕️'.repeat(50), 'x'.repeat(100_000), '\ud83d', 'e\u0301'.repeat(99), '\u0000']) {
        expect(tokenizer.countTokens(text)).toBeGreaterThanOrEqual(0);
      }
    });
  });
}
