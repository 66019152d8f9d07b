import type { JudgedHit } from './evaluate-questions.js';

/** Hits whose relevance lies in one fifth of the scale. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly hits: number;
  /** What they are said to be, on the average. */
  readonly said: number;
  /** What share of them answers. */
  readonly answers: number;
}

const BINS = 5;

/** How often hits of a relevance do answer; where `said` and `answers` are equal the scale is calibrated. Empty bins are left out. */
export function reliability(hits: readonly JudgedHit[]): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const inBin = hits.filter(({ relevance }) => Math.min(BINS - 1, Math.floor(relevance * BINS)) === bin);
    const share = (sum: number) => sum / inBin.length;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      hits: inBin.length,
      said: share(inBin.reduce((sum, { relevance }) => sum + relevance, 0)),
      answers: share(inBin.filter(({ relevant }) => relevant).length),
    };
  }).filter((bin) => bin.hits > 0);
}
