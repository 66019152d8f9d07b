import { describe, expect, it } from 'vitest';
import { fitLogisticRegression } from '../../../bench/eval/phi/logistic-regression.js';
import { ScreeningContext } from '../../../core/screening/context.js';
import { FEATURE_NAMES } from '../../../core/screening/judge/care-features.js';
import { CareJudge, IN_CARE, NOT_IN_CARE } from '../../../core/screening/judge/care-judge.js';
import { JUDGE } from '../../../core/screening/judge/judge-weights.js';
import { candidateForms } from '../../../core/screening/names/find-names.js';
import { wordLists } from '../../../infra/screening/word-lists.js';

function likelihoodOf(name: string, text: string): number | null {
  const context = new ScreeningContext(text, [], wordLists);
  const forms = [...candidateForms(context)];
  const form = forms.find(({ start, end }) => text.slice(start, end) === name);
  if (!form) throw new Error(`no candidate ${name}`);
  return CareJudge.ofNames(context, forms).likelihood(form);
}

describe('the judge of who stands in care', () => {
  it('has a weight for each feature: whoever changes the features fits it again', () => {
    expect(JUDGE.names.weights).toHaveLength(FEATURE_NAMES.length);
    expect(JUDGE.addresses.weights).toHaveLength(FEATURE_NAMES.length);
    expect([...JUDGE.names.weights, ...JUDGE.addresses.weights].every(Number.isFinite)).toBe(true);
  });

  it('tells a patient from an author', () => {
    const patient =
      'The wound was clean and dry this morning. I told Oluwaseun Brackenridge that the drain stays until Friday. She lives with her sister and has no fever.';
    const author =
      'The method was described by the society in its journal. Oluwaseun Brackenridge, professor at the University, wrote the book and founded the institute in 1962.';
    expect(likelihoodOf('Oluwaseun Brackenridge', patient)).toBeGreaterThan(IN_CARE);
    expect(likelihoodOf('Oluwaseun Brackenridge', author)).toBeLessThan(NOT_IN_CARE);
  });

  it('sees two words in lower case that no list of words explains, in notes only', () => {
    const forms = (text: string) =>
      [...candidateForms(new ScreeningContext(text, [], wordLists))].filter(({ form }) => form === 'lower-pair');
    const note = 'pt seen today, wound clean, no fever, drain out. told priyanka raghunathan to come back on monday.';
    expect(forms(note).map(({ start, end }) => note.slice(start, end))).toEqual(['priyanka raghunathan']);
    expect(forms('The committee thanks priyanka raghunathan for her comments.')).toEqual([]);
  });
});

describe('the fit of the judge', () => {
  it('finds what tells the rows apart, and gives the same weights for the same rows', () => {
    const rows = Array.from({ length: 80 }, (_, at) => ({
      values: [at % 2, at % 3, 1],
      positive: at % 2 === 1,
      share: 1,
    }));
    const { bias, weights } = fitLogisticRegression(rows);
    const likelihood = (values: readonly number[]) =>
      1 / (1 + Math.exp(-values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias)));
    expect(likelihood([1, 0, 1])).toBeGreaterThan(0.6);
    expect(likelihood([0, 0, 1])).toBeLessThan(0.4);
    expect(Math.abs(weights[1] ?? 1)).toBeLessThan(0.2);
    // A column that never changes tells nothing.
    expect(weights[2]).toBeCloseTo(0, 6);
    expect(fitLogisticRegression(rows)).toEqual({ bias, weights });
  });
});
