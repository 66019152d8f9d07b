import { describe, expect, it } from 'vitest';
import { innerWords } from '../../../core/retrieval/inner-words.js';

describe('words inside of others', () => {
  it.each([
    ['sulfamethoxazole/trimethoprim three times', 'sulfamethoxazole trimethoprim'],
    ['875mg/125mg', '875mg 125mg 875 mg 125 mg'],
    ['(400/80 mg),', ''],
    ['0.5mg or 0,5ml', '0.5 mg 0,5 ml'],
    ['40-60 mg', '60'],
    ['Interleukin-6', '6'],
    ['COVID‑19', '19'],
    ['Ménière’s', 'Meniere'],
    ['hipertensão crônica', 'hipertensao cronica'],
    ['48 mmol/mol', 'mmol mol'],
    ['µg/kg/min', 'µg kg min'],
    ['and/or', 'and or'],
    ['E.coli', 'coli'],
    ['once daily.Children', 'daily Children'],
    ['e.g.amoxicillin', 'amoxicillin'],
    ['i.v. b.i.d.', ''],
    ['mg/mL.Store', 'mg mL.Store mL Store'],
    ['10,000 units, 1,25', '10000'],
    ['1,000mg', '1000 1,000 mg'],
  ])('%s', (text, inner) => {
    expect(innerWords(text)).toBe(inner);
  });

  it.each([
    'plain words of prose, 5 mg.',
    '5FU and 3D',
    'https://doi.org/10.1056/NEJMoa2034577',
    '10.1056/NEJMoa2034577',
    'doi:10.1056/NEJMoa2034577',
    'www.who.int/publications/i/item/9789240',
    'www.nice.org.uk/guidance/ng51',
    'a/b/c/d/e/f/g/h',
    '12/05/2024 1/2',
    'someone@example.org/x',
    '',
  ])('none in %s', (text) => {
    expect(innerWords(text)).toBe('');
  });
});
