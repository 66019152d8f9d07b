import { describe, expect, it } from 'vitest';
import { MAX_QUERY_LENGTH, normaliseQuery } from '../../../core/retrieval/query.js';

describe('query normalisation', () => {
  it('makes one spelling of equal questions', () => {
    const composed = normaliseQuery('dose  of\tampicilina em crianc\u0327as \n');
    expect(composed).toEqual({ ok: true, text: 'dose of ampicilina em crianças' });
    expect(normaliseQuery('dose of ampicilina em crianças')).toEqual(composed);
  });

  it('keeps case, punctuation, units and numbers', () => {
    const query = 'Is 0.5 mg/kg of ACE-inhibitor ≥ 4 mmol/L?';
    expect(normaliseQuery(query)).toEqual({ ok: true, text: query });
  });

  it('takes out what a database cannot store', () => {
    expect(normaliseQuery('a\u0000b\ud800c')).toEqual({ ok: true, text: 'a b\ufffdc' });
  });

  it.each(['', '   ', '\n\t', '\u0000', '\u00a0\u2003'])('refuses an empty query %j', (query) => {
    expect(normaliseQuery(query)).toEqual({ ok: false, problem: 'empty' });
  });

  it('refuses a too long one, counted after normalisation', () => {
    expect(normaliseQuery('x'.repeat(MAX_QUERY_LENGTH))).toMatchObject({ ok: true });
    expect(normaliseQuery(`x${' '.repeat(MAX_QUERY_LENGTH)}y`)).toEqual({ ok: true, text: 'x y' });
    expect(normaliseQuery('x'.repeat(MAX_QUERY_LENGTH + 1))).toEqual({ ok: false, problem: 'too_long' });
    expect(normaliseQuery(' '.repeat(1_000_000))).toEqual({ ok: false, problem: 'too_long' });
  });
});
