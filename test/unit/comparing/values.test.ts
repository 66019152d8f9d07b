import { describe, expect, it } from 'vitest';
import { valuesIn } from '../../../core/comparing/values.js';

describe('values of a statement', () => {
  it.each([
    ['Give 2.5 to 5 mg/kg/day in two doses every 12 hours', ['2.5 to 5 mg/kg/day', 'two doses', '12 hours']],
    ['eGFR < 30 mL/min/1.73 m² and HbA1c ≥ 6.5% (48 mmol/mol)', ['< 30 mL/min/1.73 m²', '≥ 6.5%', '48 mmol/mol']],
    ['neutrophils below 1.5 × 10⁹/L, or 0.5mg twice daily for 7–10 days', ['1.5 × 10⁹/L', '0.5mg', 'twice daily', '7–10 days']],
    ['between 18 and 65 years', ['18 and 65 years']],
    ['tomar 2 comprimidos por dia durante 3 meses', ['2 comprimidos por dia', '3 meses']],
    ['in COVID-19, by CYP2D6 and 5-HT3, HbA1c [12, 14-16], see Table 3 and section 1.4', []],
    ['no number at all', []],
  ])('of "%s"', (statement, expected) => {
    expect(valuesIn(statement).map(({ text }) => text.trim())).toEqual(expected);
  }); // prettier-ignore

  it('are the same however they are written', () => {
    const keys = (statement: string): string[] => valuesIn(statement).map(({ key }) => key);
    expect(keys('1,000 mcg')).toEqual(keys('1000 µg'));
    expect(keys('.5 mg')).toEqual(keys('0.50mg'));
    expect(keys('1 day')).toEqual(keys('1 days'));
    expect(keys('5 mg')).not.toEqual(keys('5 g'));
    expect(keys('< 5 mg')).not.toEqual(keys('> 5 mg'));
  });
});
