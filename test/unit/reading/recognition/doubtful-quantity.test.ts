import { describe, expect, it } from 'vitest';
import { hasFlatPower, isMisread } from '../../../../core/reading/recognition/doubtful-quantity.js';
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

describe('isMisread', () => {
  it.each(['Give 5 mq twice', '50 rng', '25 rug daily', 'O.5 mg', 'l0 mg of morphine', '10 mI'])(
    'doubts "%s"',
    (line) => expect(isMisread(line)).toBe(true),
  );
  it.each([
    'Give 5 mg twice',
    'a rug of 2 m',
    'Group O. 5 patients',
    'I0 was the first',
    'room 5 mill',
    '0.5 mg and 10 ml',
  ])('does not doubt "%s"', (line) => expect(isMisread(line)).toBe(false));
});
