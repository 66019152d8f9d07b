import { describe, expect, it } from 'vitest';
import { questionForm } from '../../../core/retrieval/question-form.js';
import { ALIKE, DIFFERENT } from './question-pairs.js';

describe('questionForm', () => {
  it.each(ALIKE)('%j asks the same as %j', (one, other) => {
    expect(questionForm(one)).toBe(questionForm(other));
  });

  it('takes any word, also those that every object of JavaScript has', () => {
    expect(questionForm('constructor toString __proto__ valueOf')).toBe('constructor toString _ _ proto _ _ valueOf');
  });

  it('is another one for each pair that differs in what bears on the answer', () => {
    expect(DIFFERENT.length).toBeGreaterThanOrEqual(300);
    expect(DIFFERENT.filter(([one, other]) => questionForm(one) === questionForm(other))).toEqual([]);
  });
});
