import { describe, expect, it } from 'vitest';
import { candidatesPerLeg, fuseByEvidence, fuseRankedLists, RRF_K } from '../../../core/retrieval/fusion.js';

const ranked = (...ids: string[]) => ids.map((chunkId, index) => ({ chunkId, score: 1 - index / 10 }));

describe('reciprocal rank fusion', () => {
  it('gives 1 to what is first in every leg and keeps the legs’ own scores', () => {
    const [first, second] = fuseRankedLists([
      { leg: 'vector', ranked: ranked('a', 'b') },
      { leg: 'text', ranked: [{ chunkId: 'a', score: 12.5 }] },
    ]);
    expect(first).toEqual({ chunkId: 'a', score: 1, scores: { vector: 1, text: 12.5 } });
    expect(second?.scores).toEqual({ vector: 0.9, text: null });
    expect(second?.score).toBeCloseTo(1 / (RRF_K + 2) / (2 / (RRF_K + 1)), 12);
  });

  it('ranks what both legs found above what one leg put first', () => {
    const fused = fuseRankedLists([
      { leg: 'vector', ranked: ranked('x', 'both') },
      { leg: 'text', ranked: ranked('y', 'both') },
    ]);
    expect(fused.map((chunk) => chunk.chunkId)).toEqual(['both', 'x', 'y']);
  });

  it('lets a weight decide between legs', () => {
    const lists = [
      { leg: 'vector', ranked: ranked('v') },
      { leg: 'text', ranked: ranked('t'), weight: 2 },
    ] as const;
    const fused = fuseRankedLists(lists);
    expect(fused.map((chunk) => chunk.chunkId)).toEqual(['t', 'v']);
    expect(fused[0]?.score).toBeCloseTo(2 / 3, 12);
  });

  it('breaks ties the same way whatever the order of the legs', () => {
    const one = fuseRankedLists([
      { leg: 'vector', ranked: ranked('b') },
      { leg: 'text', ranked: ranked('a') },
    ]);
    const other = fuseRankedLists([
      { leg: 'text', ranked: ranked('a') },
      { leg: 'vector', ranked: ranked('b') },
    ]);
    expect(one.map((chunk) => chunk.chunkId)).toEqual(['a', 'b']);
    expect(other).toEqual(one);
  });

  it('counts a chunk that one leg names twice once', () => {
    const fused = fuseRankedLists([{ leg: 'text', ranked: ranked('a', 'a') }]);
    expect(fused).toEqual([{ chunkId: 'a', score: 1, scores: { vector: null, text: 1 } }]);
  });

  it('finds nothing in nothing', () => {
    expect(fuseRankedLists([])).toEqual([]);
    expect(fuseRankedLists([{ leg: 'text', ranked: [] }])).toEqual([]);
  });

  it('keeps every score within 0…1, falling', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `c${index}`);
    const fused = fuseRankedLists([
      { leg: 'vector', ranked: ranked(...ids) },
      { leg: 'text', ranked: ranked(...ids.toReversed()) },
    ]);
    fused.forEach((chunk, index) => {
      expect(chunk.score).toBeGreaterThan(0);
      expect(chunk.score).toBeLessThanOrEqual(1);
      expect(chunk.score).toBeLessThanOrEqual(fused[index - 1]?.score ?? 1);
    });
    expect(fused).toHaveLength(200);
  });
});

describe('fusion by evidence', () => {
  const vector = (...scores: [string, number][]) => ({
    leg: 'vector' as const,
    ranked: scores.map(([chunkId, score]) => ({ chunkId, score })),
  });
  const text = (...scores: [string, number][]) => ({ ...vector(...scores), leg: 'text' as const });

  it('gives 1 to what is best in both legs and holds every word, and keeps the legs’ own scores', () => {
    const [first, second] = fuseByEvidence(
      [vector(['a', 0.6], ['b', 0.3]), text(['a', 12])],
      new Map([
        ['a', 1],
        ['b', 0.25],
      ]),
    );
    expect(first?.score).toBeCloseTo(1, 12);
    expect(first?.scores).toEqual({ vector: 0.6, text: 12 });
    expect(second?.score).toBeCloseTo((0.75 * 0.5 + 0.4 * 0.25) / 1.4, 12);
    expect(second?.scores).toEqual({ vector: 0.3, text: null });
  });

  it('puts the passage with the rare word before look-alikes that are as near', () => {
    const lists = [vector(['other', 0.62], ['asked', 0.6]), text(['asked', 14], ['other', 12])];
    const coverage = new Map([
      ['asked', 1],
      ['other', 0.2],
    ]);
    expect(fuseByEvidence(lists, coverage).map(({ chunkId }) => chunkId)).toEqual(['asked', 'other']);
  });

  it('counts what a leg did not find half as much as the last that it found, where more was to be had', () => {
    const whole = vector(['look-alike', 0.8], ['another', 0.6]);
    const words = text(['asked', 10], ['another', 3]);
    const coverage = new Map([
      ['asked', 1],
      ['look-alike', 0.2],
    ]);
    const fused = fuseByEvidence([{ ...whole, beyond: 0.6 }, words], coverage);
    expect(fused.map(({ chunkId }) => chunkId)).toEqual(['asked', 'look-alike', 'another']);
    expect(fused[0]?.score).toBeCloseTo((0.75 * 0.5 * 0.75 + 0.25 + 0.4) / 1.4, 12);
    expect(fused[0]?.scores).toEqual({ vector: null, text: 10 });
    expect(fuseByEvidence([whole, words], coverage)[0]?.chunkId).toBe('look-alike');
  });

  it('takes several lists of vectors, each by its own best', () => {
    const fused = fuseByEvidence([vector(['a', 0.9]), vector(['b', 0.3])], new Map());
    expect(fused.map(({ score }) => score)).toEqual([0.75 / 1.4, 0.75 / 1.4]);
    expect(fused.map(({ chunkId }) => chunkId)).toEqual(['a', 'b']);
  });

  it('gives nothing for what points away, and finds nothing in nothing', () => {
    expect(fuseByEvidence([vector(['a', -0.1], ['b', -0.4])], new Map()).map(({ score }) => score)).toEqual([0, 0]);
    expect(fuseByEvidence([], new Map())).toEqual([]);
  });
});

describe('candidates per leg', () => {
  it('asks for more than will be shown', () => {
    expect(candidatesPerLeg(1)).toBe(60);
    expect(candidatesPerLeg(10)).toBe(60);
    expect(candidatesPerLeg(100)).toBe(300);
  });
});
