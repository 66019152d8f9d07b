import type { Finding } from '../contract/finding.js';

/**
 * Of findings that overlap, the surest stays, then the longer, then the earlier; what remains ascends. A nine-digit
 * number after `MRN` is an MRN and not also a telephone number.
 */
export function resolveOverlaps(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  const ascending = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  for (const finding of ascending) {
    let candidate: Finding | null = finding;
    // Kept findings do not overlap each other, so those in conflict are the last ones.
    for (let last = kept.at(-1); last && candidate && last.end > candidate.start; last = kept.at(-1)) {
      if (isSurer(candidate, last)) kept.pop();
      else candidate = null;
    }
    if (candidate) kept.push(candidate);
  }
  return kept;
}

function isSurer(challenger: Finding, holder: Finding): boolean {
  if (challenger.score !== holder.score) return challenger.score > holder.score;
  return challenger.end - challenger.start > holder.end - holder.start;
}
