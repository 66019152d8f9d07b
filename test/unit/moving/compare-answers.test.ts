import { describe, expect, it } from 'vitest';
import { compareAnswers, judgeMove, summarise } from '../../../core/moving/compare-answers.js';
import { ndcgOf, overlapOf, rankBiasedOverlap } from '../../../core/moving/rank-agreement.js';
import { bytesPerNumber } from '../../../core/moving/vector-bytes.js';
import type { JudgedHit } from '../../../core/retrieval/golden-question.js';

/** `d1/c1`: chunk c1 of document d1. */
const hits = (...names: string[]): JudgedHit[] =>
  names.map((name) => {
    const [documentId = '', chunkId = ''] = name.split('/');
    return {
      chunkId,
      documentId,
      externalId: `external-${documentId}`,
      text: `text of ${chunkId}`,
      anchor: { pages: [1] },
    };
  });

const expecting = (...documentIds: string[]) => ({
  documents: documentIds.map((documentId) => ({ documentId })),
  pages: [],
  phrase: null,
  withinRank: 10,
});

describe('agreement of two rankings', () => {
  it('is whole for equal ones, none for disjoint ones, and 1 where nothing was found', () => {
    for (const measure of [overlapOf, rankBiasedOverlap]) {
      expect(measure(['a', 'b', 'c'], ['a', 'b', 'c'])).toBeCloseTo(1, 12);
      expect(measure(['a', 'b'], ['c', 'd'])).toBe(0);
      expect(measure([], [])).toBe(1);
      expect(measure(['a'], [])).toBe(0);
    }
  });

  it('overlap looks at members alone, rank-biased overlap at the first ranks most', () => {
    expect(overlapOf(['a', 'b', 'c', 'd'], ['d', 'c', 'b', 'a'])).toBe(1);
    expect(overlapOf(['a', 'b', 'c', 'd'], ['a', 'b'])).toBe(0.5);
    const base = ['a', 'b', 'c', 'd', 'e'];
    const early = rankBiasedOverlap(base, ['b', 'a', 'c', 'd', 'e']);
    const late = rankBiasedOverlap(base, ['a', 'b', 'c', 'e', 'd']);
    expect(early).toBeLessThan(late);
    expect(late).toBeLessThan(1);
    // By hand: agreement 0, then 1, 1 with weights 1, .9, .81.
    expect(rankBiasedOverlap(['a', 'b', 'c'], ['b', 'a', 'c'])).toBeCloseTo((0.9 + 0.81) / (1 + 0.9 + 0.81), 12);
  });

  it('nDCG counts each expected document at its first rank', () => {
    const wanted = new Set(['x', 'y']);
    expect(ndcgOf(['x', 'y', 'z'], wanted)).toBeCloseTo(1, 12);
    expect(ndcgOf(['x', 'x', 'y'], wanted)).toBeCloseTo(1, 12);
    // By hand: 1/log2(3) over 1 + 1/log2(3).
    const second = 1 / Math.log2(3);
    expect(ndcgOf(['z', 'x'], wanted)).toBeCloseTo(second / (1 + second), 12);
    expect(ndcgOf([], wanted)).toBe(0);
  });
});

describe('comparison of two vector indexes', () => {
  it('loses what was expected and found before, and not what was never found', () => {
    const found = { live: hits('d1/c1', 'd2/c2'), next: hits('d2/c2', 'd3/c3') };
    expect(compareAnswers({ text: 'q', expectation: expecting('d1') }, found)).toMatchObject({
      judged: true,
      lost: ['d1'],
      ndcg: { live: 1, next: 0 },
    });
    expect(compareAnswers({ text: 'q', expectation: expecting('d2') }, found).lost).toEqual([]);
    expect(compareAnswers({ text: 'q', expectation: expecting('d9') }, found).lost).toEqual([]);
    // Known by an external id, or by what its passage says.
    const external = { ...expecting(), documents: [{ externalId: 'external-d1' }] };
    expect(compareAnswers({ text: 'q', expectation: external }, found)).toMatchObject({
      lost: ['d1'],
      ndcg: { live: 1, next: 0 },
    });
    const phrase = { ...expecting(), phrase: 'text of c1' };
    expect(compareAnswers({ text: 'q', expectation: phrase }, found)).toMatchObject({ lost: ['d1'], ndcg: null });
  });

  it('without a judgement loses the best hit, if its document is not found any more', () => {
    const live = hits('d1/c1', 'd2/c2');
    expect(compareAnswers({ text: 'q' }, { live, next: hits('d2/c2') }).lost).toEqual(['d1']);
    expect(compareAnswers({ text: 'q' }, { live, next: hits('d3/c3', 'd1/c9') }).lost).toEqual([]);
    expect(compareAnswers({ text: 'q' }, { live: [], next: hits('d3/c3') }).lost).toEqual([]);
  });

  it('tells nothing without a question, and takes a lower rank of an expected document for a loss', () => {
    expect(judgeMove(summarise([]))).toBe('cannot_tell');
    const same = compareAnswers(
      { text: 'q', expectation: expecting('d1') },
      { live: hits('d1/c1'), next: hits('d1/c1') },
    );
    expect(judgeMove(summarise([same]))).toBe('nothing_lost');
    const lower = compareAnswers(
      { text: 'q', expectation: expecting('d1') },
      { live: hits('d1/c1', 'd2/c2'), next: hits('d2/c2', 'd1/c1') },
    );
    expect(lower.lost).toEqual([]);
    expect(judgeMove(summarise([same, lower]))).toBe('something_lost');
    const gone = compareAnswers({ text: 'q' }, { live: hits('d1/c1'), next: [] });
    expect(summarise([same, gone])).toMatchObject({ questions: 2, judged: 1, overlap: 0.5, lost: 1 });
    expect(judgeMove(summarise([same, gone]))).toBe('something_lost');
  });
});

it('vectors of more than 2,000 dimensions take two bytes a number in Postgres', () => {
  expect([
    bytesPerNumber('pgvector', 2_000),
    bytesPerNumber('pgvector', 2_001),
    bytesPerNumber('qdrant', 3_072),
  ]).toEqual([4, 2, 4]);
});
