import { describe, expect, it } from 'vitest';
import { MAX_WORDINGS, sameWord, wordingsOf } from '../../../core/retrieval/wordings.js';

describe('wordings of a question', () => {
  it('leaves a question alone that has one spelling only', () => {
    const question = 'What is the maximum dose of ramipril in renal failure?';
    expect(wordingsOf(question)).toEqual([question]);
    expect(wordingsOf('BRCA1 c.68_69delAG HLA-B*57:01')).toEqual(['BRCA1 c.68_69delAG HLA-B*57:01']);
  });

  it.each(['TNF-α', 'TNFα', 'TNF-alpha', 'TNFalpha'])('knows %s in four spellings', (question) => {
    const wordings = wordingsOf(`risk of ${question}`);
    expect(wordings[0]).toBe(`risk of ${question}`);
    expect([...wordings].sort()).toEqual(
      ['risk of TNF-alpha', 'risk of TNF-α', 'risk of TNFalpha', 'risk of TNFα'].sort(),
    );
  });

  it('knows both signs for micro, and mcg', () => {
    const expected = ['give 5 mcg', 'give 5 µg', 'give 5 μg'].sort();
    for (const unit of ['µg', 'μg', 'mcg']) expect(wordingsOf(`give 5 ${unit}`).sort()).toEqual(expected);
    expect(wordingsOf('100mcg/kg')).toContain('100µg/kg');
  });

  it('takes DOIs out of addresses, and numbers of registers together', () => {
    for (const doi of ['https://doi.org/10.1056/NEJMoa15.', 'doi:10.1056/NEJMoa15', '10.1056/NEJMoa15']) {
      expect(wordingsOf(doi)).toEqual(['10.1056/NEJMoa15', 'https://doi.org/10.1056/NEJMoa15']);
    }
    expect(wordingsOf('trial NCT 01234567')).toEqual(['trial NCT01234567']);
  });

  it('leaves Greek words and hyphens alone', () => {
    expect(wordingsOf('καρδιακή ανεπάρκεια')).toEqual(['καρδιακή ανεπάρκεια']);
    expect(wordingsOf('self-care after a beta-lactam')).toContain('self-care after a β-lactam');
  });

  it('makes few wordings of whatever it is given', () => {
    expect(wordingsOf('α-β TNFγ alpha-5 mcg 10.1234/x '.repeat(60)).length).toBeLessThanOrEqual(MAX_WORDINGS);
  });
});

describe('words that mean the same', () => {
  it.each([
    ['tnf-α', 'tnfalpha'],
    ['tnfα', 'tnf-alpha'],
    ['α', 'alpha'],
    ['β-blocker', 'beta-block'],
    ['µg', 'mcg'],
    ['100μg', '100mcg'],
    ['/10.1056/nejmoa15', '/nejmoa15'],
  ])('%s and %s', (a, b) => {
    expect(sameWord(a)).toBe(sameWord(b));
  });

  it('are no others', () => {
    for (const stem of ['muscl', 'immun', 'mumps', '10.1056', 'e11.9', '57', 'c.68_69delag', 'self-car']) {
      expect(sameWord(stem)).toBe(stem);
    }
    expect(sameWord('doi.org')).toBeNull();
    expect(sameWord('doi.org/10.1056/nejmoa15')).toBeNull();
  });
});
