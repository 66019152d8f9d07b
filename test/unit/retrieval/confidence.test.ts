import { describe, expect, it } from 'vitest';
import { confidenceOf } from '../../../core/retrieval/confidence.js';

const hit = (vector: number | null, text: number | null) => ({ chunkId: 'c', score: 1, scores: { vector, text } });

describe('confidence', () => {
  it('is 0 without hits and for unrelated passages', () => {
    expect(confidenceOf([], ['vector', 'text'])).toBe(0);
    expect(confidenceOf([hit(0.1, null)], ['vector'])).toBe(0);
    expect(confidenceOf([hit(-0.4, null)], ['vector'])).toBe(0);
  });

  it('is 1 for a paraphrase that both legs found', () => {
    expect(confidenceOf([hit(0.8, 20)], ['vector', 'text'])).toBeCloseTo(1, 12);
  });

  it('follows its formula', () => {
    expect(confidenceOf([hit(0.48, null)], ['vector'])).toBeCloseTo(0.5, 12);
    expect(confidenceOf([hit(null, 8)], ['text'])).toBeCloseTo(0.5, 12);
    expect(confidenceOf([hit(0.48, 3), hit(0.3, null)], ['vector', 'text'])).toBeCloseTo(0.7 * 0.5 + 0.3 * 0.5, 12);
  });

  it('compares the legs on the first five hits only', () => {
    const agreed = Array.from({ length: 5 }, () => hit(0.76, 1));
    const tail = Array.from({ length: 20 }, () => hit(0.3, null));
    expect(confidenceOf([...agreed, ...tail], ['vector', 'text'])).toBeCloseTo(1, 12);
  });
});
