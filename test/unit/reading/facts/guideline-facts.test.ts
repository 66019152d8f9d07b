import { describe, expect, it } from 'vitest';
import { calendarDay, statedDay } from '../../../../core/reading/facts/calendar-day.js';
import { guidelineFacts } from '../../../../core/reading/facts/guideline-facts.js';

describe('days', () => {
  it.each(['2024-02-29', '1000-01-01', '9999-12-31'])('%s is one', (day) => expect(calendarDay(day)).toBe(day));
  it.each(['2025-02-29', '2025-13-01', '0999-01-01', '2025-6-1', '2025-06-01T00:00:00Z', ' 2025-06-01', ''])(
    '%j is none',
    (text) => expect(calendarDay(text)).toBeUndefined(),
  );
  it.each([
    ['2025-06-01T10:00:00Z', '2025-06-01'],
    ['2025-06', '2025-06-01'],
    ['2025', '2025-01-01'],
    ['1 June 2025', '2025-06-01'],
    ['1st Sept. 2025', '2025-09-01'],
    ['June 1, 2025', '2025-06-01'],
    ['March 2025', '2025-03-01'],
    ['1.º de março de 2025', undefined],
    ['1º de março de 2025', '2025-03-01'],
    ['15 de junho de 2025', '2025-06-15'],
    ['start=2025-06-01; end=2030-06-01; scheme=W3C-DTF;', '2025-06-01'],
    ['06/01/2025', undefined],
    ['31 June 2025', undefined],
    ['soon', undefined],
    ['2025 '.repeat(100), undefined],
  ])('%s is stated as %s', (text, day) => expect(statedDay(text)).toBe(day));
});

describe('what a guideline says of itself', () => {
  it.each([
    [[['Effective date', ['1 June 2025']]], { effectiveFrom: '2025-06-01' }],
    [[['effective_from', ['2025-06-01']]], { effectiveFrom: '2025-06-01' }],
    [[['dcterms:valid', ['start=2025-06-01']]], { effectiveFrom: '2025-06-01' }],
    [[['Em vigor desde', ['2025-06-01']]], { effectiveFrom: '2025-06-01' }],
    [[['effective', ['next year']]], {}],
    [[['Supersedes', ['NG1; NG2\n NG1 ']]], { supersedes: ['NG1', 'NG2'] }],
    [[['dcterms.replaces', ['a, b', 'c']]], { supersedes: ['a, b', 'c'] }],
    [
      [
        ['og:site_name', ['Site']],
        ['DC.publisher', ['Board']],
      ],
      { issuer: 'Board' },
    ],
    [
      [
        ['Edição', ['3.ª']],
        ['Editora', [' Ordem  dos Médicos ']],
      ],
      { edition: '3.ª', issuer: 'Ordem dos Médicos' },
    ],
    [
      [
        ['version', ['']],
        ['edition', ['x'.repeat(501)]],
      ],
      {},
    ],
  ] as const)('%j', (fields, facts) => expect(guidelineFacts(fields)).toEqual(facts));

  it('is bounded', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `NG${at}`);
    expect(guidelineFacts([['supersedes', ['y'.repeat(1_001), ...names]]]).supersedes).toEqual(names.slice(0, 100));
  });
});
