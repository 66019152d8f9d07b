import { describe, expect, it } from 'vitest';
import { hasFlatPower } from '../../../../core/reading/recognition/doubtful-quantity.js';
import { blockOf } from '../page-fixtures.js';

describe('hasFlatPower', () => {
  const shows = (text: string) => hasFlatPower([blockOf('paragraph', 'Before.'), blockOf('paragraph', text)]);

  it.each([
    'Platelets below 50 × 109/L are a contraindication.',
    'Neutrophils 1.5 x 109 /L or more',
    'a count of 109/L',
    'White cells (1012/l)',
    '3.5·106 copies',
    '2 × 1010 particles',
    '106/mL',
  ])('sees an exponent on the line in "%s"', (text) => expect(shows(text)).toBe(true));

  it.each([
    'Platelets below 50 × 10⁹/L',
    'Sodium 139/L',
    'Give 2 x 100 mg or 3 x 10 mg',
    '2 × 10.5 mg',
    'a range of 2 × 105–110 mg',
    'heart rate 109/min',
    'code 2109/L and 5.109/L',
    'a dose of 106 units',
  ])('sees none in "%s"', (text) => expect(shows(text)).toBe(false));
});
