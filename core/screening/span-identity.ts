import type { PhiCategory } from '../contract/finding.js';

/**
 * The words of a span as they count for telling whether two spans say the same, whatever their case, spaces and
 * punctuation: `(555) 010-4477` and `555.010.4477` are one number. Never stored as it is: only its keyed hash is.
 */
export function spanWords(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** What the keyed hash of a span is made from. */
export function spanIdentity(category: PhiCategory, text: string): string {
  return `${category}:${spanWords(text).join(' ')}`;
}
