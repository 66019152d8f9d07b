import { describe, expect, it } from 'vitest';
import { compareTexts, type Change } from '../../../core/comparing/compare-texts.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';

const compare = (before: string, after: string) =>
  compareTexts({ text: before, language: 'en' }, { text: after, language: 'en' });

const marked = (side: Change['before']): string[] =>
  (side?.marks ?? []).map(({ start, end }) => side?.text.slice(start, end) ?? '');

describe('two editions of a text', () => {
  it('differ in nothing where they say the same', async () => {
    const text = 'Dose\n\nGive 5 mg twice daily. Stop after a week.';
    expect(await compare(text, text)).toEqual({ changes: [], moved: 0 });
    expect(await compare('', '')).toEqual({ changes: [], moved: 0 });
  });

  it('differ in a dose, which is told with both places', async () => {
    const before = 'Diabetes\n\nOffer metformin 500 mg twice daily. Measure HbA1c every 6 months.';
    const after = 'Diabetes\n\nOffer metformin 850 mg twice daily. Measure HbA1c every 3 to 6 months.';
    const { changes } = await compare(before, after);
    expect(changes.map(({ kind, values }) => ({ kind, values }))).toEqual([
      { kind: 'number', values: [{ before: '500 mg', after: '850 mg' }] },
      { kind: 'number', values: [{ before: '6 months', after: '3 to 6 months' }] },
    ]);
    for (const change of changes) {
      expect(before.slice(change.before?.start, change.before?.end)).toBe(change.before?.text);
      expect(after.slice(change.after?.start, change.after?.end)).toBe(change.after?.text);
    }
    expect(marked(changes[0]?.before)).toEqual(['500']);
    expect(marked(changes[0]?.after)).toEqual(['850']);
  });

  it.each([
    ['another way to write a number', 'Give 1,000 mcg daily.', 'Give 1000 µg daily.'],
    ['another way to write a range', 'Give 5 to 10 mg.', 'Give 5–10 mg.'],
    ['a zero at the end', 'Give 5.0 mg.', 'Give 5 mg.'],
  ])('differ in words only where there is %s', async (_, before, after) => {
    const { changes } = await compare(before, after);
    expect(changes.map(({ kind, values }) => ({ kind, values }))).toEqual([{ kind: 'wording', values: [] }]);
  });

  it.each([
    [
      'the count of a recommendation',
      '1.1.1 Offer statins.\n\n1.1.2 Check the liver.',
      '1.1.2 Offer statins.\n\n1.1.3 Check the liver.',
    ],
    ['the count of an item', '1. Give fluids.\n2. Give oxygen.', '2. Give fluids.\n3. Give oxygen.'],
    ['quotation marks, dashes and spaces', "The patient's dose – 5 mg", 'The patient’s  dose - 5 mg'],
  ])('do not differ by %s', async (_, before, after) => {
    expect(await compare(before, after)).toEqual({ changes: [], moved: 0 });
  });

  it('do not differ in numbers where only references are counted anew', async () => {
    const { changes } = await compare('Statins help [12, 14] (see Table 3).', 'Statins help [15, 17] (see Table 4).');
    expect(changes.map(({ kind }) => kind)).toEqual(['wording']);
  });

  it('differ in a denial, or in how strongly something is advised', async () => {
    const { changes } = await compare(
      'Do not use it in pregnancy.\n\nOffer an ECG to all.\n\nKeep it dry.',
      'Use it in pregnancy.\n\nConsider an ECG for all.\n\nKeep it cool.',
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['negation', 'strength', 'wording']);
  });

  it('compare rows of a table that are about the same, and no others', async () => {
    const before = 'Drug | Dose | Every\nAmoxicillin | 500 mg | 8 h\nDoxycycline | 100 mg | 12 h';
    const after = 'Drug | Dose | Every\nAmoxicillin | 1 g | 8 h\nAzithromycin | 500 mg | 24 h';
    const { changes } = await compare(before, after);
    expect(changes.map(({ kind, before: old, after: now, values }) => [kind, old?.text, now?.text, values])).toEqual([
      ['number', 'Amoxicillin | 500 mg | 8 h', 'Amoxicillin | 1 g | 8 h', [{ before: '500 mg', after: '1 g' }]],
      ['removed', 'Doxycycline | 100 mg | 12 h', undefined, [{ before: '100 mg', after: null }, { before: '12 h', after: null }]],
      ['added', undefined, 'Azithromycin | 500 mg | 24 h', [{ before: null, after: '500 mg' }, { before: null, after: '24 h' }]],
    ]); // prettier-ignore
  });

  it('tell what moved from what is new, also where its number changed on the way', async () => {
    const { changes, moved } = await compare(
      'Give 5 mg of zinc in the morning.\n\nCheck potassium weekly.\n\nA.\n\nB.\n\nC.',
      'A.\n\nB.\n\nC.\n\nCheck potassium weekly.\n\nGive 10 mg of zinc in the morning.',
    );
    expect(moved).toBe(1);
    expect(changes.map(({ kind, values }) => ({ kind, values }))).toEqual([
      { kind: 'number', values: [{ before: '5 mg', after: '10 mg' }] },
    ]);
  });

  it('show changed numbers before all else, and statements with numbers before those without', async () => {
    const { changes } = await compare(
      'Wash hands well.\n\nGive 5 mg.',
      'Wash hands often.\n\nGive 10 mg.\n\nA new sentence about nothing much.\n\nThe limit is 40 mg in all.',
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['number', 'added', 'added', 'wording']);
    expect(changes[1]?.values).toEqual([{ before: null, after: '40 mg' }]);
  });

  it('account for every statement of both: what is not told is in both', async () => {
    const words = ['Give', 'Stop', 'Check', 'zinc', 'iron', 'daily', '5 mg', '10 mg', 'not', 'if'];
    for (let seed = 1; seed <= 60; seed++) {
      const numbers = randomNumbers(seed);
      const random = (bound: number): number => Math.floor(numbers() * bound);
      const line = (): string => Array.from({ length: 2 + random(4) }, () => words[random(words.length)]).join(' ');
      const before = Array.from({ length: random(30) }, line);
      const after = before.flatMap((one) => [[one], [], [line()], [one, line()]][random(4)] ?? []);
      const { changes } = await compare(before.join('\n'), after.join('\n'));
      const left = (lines: readonly string[], side: 'before' | 'after'): string[] => {
        const told = changes.flatMap((change) => change[side]?.text ?? []);
        return without(lines, told).toSorted();
      };
      expect(left(after, 'after'), `seed ${seed}`).toEqual(left(before, 'before'));
    }
  });
});

function without(lines: readonly string[], told: readonly string[]): string[] {
  const rest = [...lines];
  for (const text of told) rest.splice(rest.indexOf(text), 1);
  return rest;
}
