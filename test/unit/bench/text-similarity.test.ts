import { describe, expect, it } from 'vitest';
import { editDistance, orderKept, similarity, wordRecall } from '../../../bench/setting/text-similarity.js';

/** The textbook's table, to hold the bit vectors against. */
function plainDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('what texts are compared by', () => {
  it('the edit distance is that of the textbook, over the edges of a block too', () => {
    let state = 7;
    const letters = (length: number) =>
      Array.from({ length }, () => 'abcd'[(state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 30]).join('');
    for (const [a, b] of [[0, 5], [5, 0], [31, 32], [32, 32], [33, 40], [64, 63], [65, 1], [97, 130], [200, 150]] as const) {
      const [one, other] = [letters(a), letters(b)];
      expect(editDistance(one, other)).toBe(plainDistance(one, other));
    }
    expect(similarity('10⁹/L', '109/L')).toBeCloseTo(0.8);
    expect([similarity('', ''), similarity('a', '')]).toEqual([1, 0]);
  }); // prettier-ignore

  it('the order is that of what both texts have once', () => {
    const known = 'a b c d e f g h i j k l';
    expect(orderKept(known, known)).toBe(1);
    expect(orderKept(known, 'g h i j k l a b c d e f')).toBe(0.5);
    expect(orderKept(known, 'nothing of it is here')).toBe(0);
  });

  it('a word counts as often as it occurs', () => {
    expect(wordRecall(['dose', 'dose', 'mg', 'kg'], ['dose', 'kg', 'mg'])).toEqual({ recall: 0.75, lost: ['dose'] });
  });
});
