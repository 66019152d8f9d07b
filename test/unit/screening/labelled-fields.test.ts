import { expect, describe, it } from 'vitest';
import { allSpans, heldSpans } from './reading-of.js';

describe('labelled fields', () => {
  it.each([
    ['behind a row of dots', 'The patient was seen.\nRegistro ......... 2.207.45-1', [['mrn', '2.207.45-1']]],
    ['with letters ahead of its digits', 'His wife called. Hospital number: BHX 882 10447', [['mrn', 'BHX 882 10447']]],
    ['of a mother, beside that of her child', 'MRN mother: 00482913', [['mrn', '00482913']]],
    [
      'in the cell to the right',
      'MRN | 00482913 | DOB | 3 May 1950',
      [
        ['mrn', '00482913'],
        ['date_of_birth', '3 May 1950'],
      ],
    ],
    [
      'below the head of its column',
      'Ward\tMRN\nB2\t00482913\nB3\t00482914',
      [
        ['mrn', '00482913'],
        ['mrn', '00482914'],
      ],
    ],
    [
      'in a block beside the block of labels',
      'MRN\nDate of birth\n00482913\n3 May 1950',
      [
        ['mrn', '00482913'],
        ['date_of_birth', '3 May 1950'],
      ],
    ],
    ['of the field that fits, where a label has two', 'Member\nXQW 88210441', [['health_plan', 'XQW 88210441']]],
  ])('finds a value %s', (_where, text, spans) => {
    expect(heldSpans(text)).toEqual(spans);
  });

  it('takes no label for a value', () => {
    expect(heldSpans('Patient | Born\nPatient name | MRN')).toEqual([]);
  });

  it('records the number of a product, and does not hold it', () => {
    const text = 'Infusion set, REF AP-9021-05';
    expect(heldSpans(text)).toEqual([]);
    expect(allSpans(text)).toEqual([['other_id/reference-word', 'AP-9021-05']]);
  });

  it('finds the same wherever in a long text the field stands', () => {
    const prose = 'Rest and fluids are enough for most people. '.repeat(20);
    const fields = 'MRN: 00482913, member ID: XQW882104417, home address: 12 Elm Street';
    const alone = heldSpans(fields);
    expect(alone.map(([category]) => category)).toEqual(['mrn', 'health_plan', 'address']);
    expect(heldSpans(`${prose}${fields}\n${prose}`)).toEqual(alone);
  });
});
