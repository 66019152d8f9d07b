import { describe, expect, it } from 'vitest';
import { coverageOf, weightyTerms } from '../../../core/retrieval/coverage.js';

const term = (inverseDocumentFrequency: number) => ({
  termKeys: ['1'],
  documentFrequency: 1,
  inverseDocumentFrequency,
});
const query = { terms: [term(4), term(2), term(1)], unknownTerms: 0, liveChunks: 100, meanLength: 10 };

describe('coverage', () => {
  it('is the share of the cubed IDF of a question’s known words that a chunk holds', () => {
    const coverage = coverageOf(
      query,
      new Map([
        ['all', [0, 1, 2]],
        ['rarest', [0]],
        ['common', [1, 2]],
      ]),
    );
    expect(coverage.get('all')).toBe(1);
    expect(coverage.get('rarest')).toBeCloseTo(64 / 73, 12);
    expect(coverage.get('common')).toBeCloseTo(9 / 73, 12);
    expect(coverage.get('none')).toBeUndefined();
  });

  it('looks up the words that make up nearly all of it', () => {
    expect(weightyTerms(query).terms).toEqual(query.terms.slice(0, 2));
    const alike = { ...query, terms: [term(2), term(2), term(2)] };
    expect(weightyTerms(alike)).toEqual(alike);
    expect(weightyTerms({ terms: [], unknownTerms: 0, liveChunks: 0, meanLength: 0 }).terms).toEqual([]);
  });

  it('is nothing where no word is known', () => {
    expect(coverageOf({ terms: [], unknownTerms: 0, liveChunks: 0, meanLength: 0 }, new Map([['a', []]]))).toEqual(
      new Map(),
    );
  });
});
