import { describe, expect, it } from 'vitest';
import { isFitted, knownShare, relevanceOf } from '../../../core/retrieval/relevance.js';

const term = (inverseDocumentFrequency: number) => ({
  termKeys: ['1'],
  documentFrequency: 1,
  inverseDocumentFrequency,
});

describe('relevance', () => {
  it('follows its formula', () => {
    expect(relevanceOf({ words: 1, cosine: 0.6 })).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 12);
    expect(relevanceOf({ words: 0, cosine: 0.2 })).toBeCloseTo(1 / (1 + Math.exp(5.5)), 12);
    expect(relevanceOf({ words: 0.5, cosine: 0.4 })).toBeCloseTo(1 / (1 + Math.exp(1.5)), 12);
  });

  it('rises with words and with meaning, and ends where meaning tells no more', () => {
    const at = (words: number, cosine: number) => relevanceOf({ words, cosine }) ?? NaN;
    expect(at(0.8, 0.4)).toBeGreaterThan(at(0.4, 0.4));
    expect(at(0.4, 0.5)).toBeGreaterThan(at(0.4, 0.4));
    expect(at(0.4, -1)).toBe(at(0.4, 0.2));
    expect(at(0.4, 1)).toBe(at(0.4, 0.6));
  });

  it('goes by what there is', () => {
    expect(relevanceOf({ words: 1, cosine: null })).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 12);
    expect(relevanceOf({ words: null, cosine: 0.6 })).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 12);
    expect(relevanceOf({ words: null, cosine: null })).toBeNull();
  });

  it('trusts the cosines of a model that was measured, alone', () => {
    expect(isFitted([{ name: 'all-MiniLM-L6-v2' }])).toBe(true);
    expect(isFitted([{ name: 'all-MiniLM-L6-v2' }, { name: 'another' }])).toBe(false);
    expect(isFitted([])).toBe(false);
  });
});

describe('the known share of a question', () => {
  it('is all of it without unknown words, and nothing without known ones', () => {
    expect(knownShare({ terms: [term(3)], unknownTerms: 0, liveChunks: 100, meanLength: 9 })).toBe(1);
    expect(knownShare({ terms: [], unknownTerms: 2, liveChunks: 100, meanLength: 9 })).toBe(0);
    expect(knownShare({ terms: [], unknownTerms: 0, liveChunks: 0, meanLength: 0 })).toBe(0);
  });

  it('counts an unknown word as a fifth of the rarest', () => {
    const rarest = Math.log(1 + 500.5 / 0.5);
    const query = { terms: [term(rarest)], unknownTerms: 1, liveChunks: 500, meanLength: 9 };
    expect(knownShare(query)).toBeCloseTo(1 / 1.2, 12);
  });

  it('takes little of it where there are few passages', () => {
    const query = { terms: [term(Math.log(1 + 4.5 / 0.5))], unknownTerms: 1, liveChunks: 4, meanLength: 9 };
    expect(knownShare(query)).toBeCloseTo(1 / 1.004, 12);
  });
});
