import { describe, expect, it } from 'vitest';
import { canGuard, losesAnswer } from '../../../core/publishing/judge-golden-gate.js';

const passage = (text: string, ...pages: number[]) => ({ text, pages });

describe('the gate of a golden question', () => {
  const phrase = { pages: [], phrase: '40 mg' };

  it('closes when the words stand in what is live and no longer in what is to take its place', () => {
    const before = [passage('Adults take 40 mg.'), passage('At night.')];
    expect(losesAnswer({ expectation: phrase, before, after: [passage('Adults take it.')] })).toBe(true);
    expect(losesAnswer({ expectation: phrase, before, after: [passage('Take 40\u00A0MG.')] })).toBe(false);
    // Cut in two, no passage holds them.
    expect(losesAnswer({ expectation: phrase, before, after: [passage('Take 40'), passage('mg.')] })).toBe(true);
    expect(losesAnswer({ expectation: phrase, before: [], after: [] })).toBe(false);
  });

  it('looks at the expected pages only', () => {
    const expectation = { pages: [3], phrase: '40 mg' };
    const before = [passage('40 mg', 3)];
    expect(losesAnswer({ expectation, before, after: [passage('40 mg', 2, 3)] })).toBe(false);
    expect(losesAnswer({ expectation, before, after: [passage('40 mg', 4)] })).toBe(true);
    expect(losesAnswer({ expectation: { pages: [3], phrase: null }, before, after: [passage('other', 3)] })).toBe(
      false,
    );
  });

  it('needs words or pages', () => {
    expect([canGuard(phrase), canGuard({ pages: [1], phrase: null }), canGuard({ pages: [], phrase: null })]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
