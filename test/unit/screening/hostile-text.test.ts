import { describe, expect, it } from 'vitest';
import { boundedPattern } from '../../../core/screening/bounded-pattern.js';
import { screenText } from './reading-of.js';

/** In proportion to it is part of a second; a pattern that backtracks with the square needs 10^11 steps, and does not end within the run. */
const SIZE = 250_000;
const fill = (unit: string) => unit.repeat(Math.ceil(SIZE / unit.length));

describe('hostile text', () => {
  it.each(
    [
      'a',
      '1',
      ' ',
      '\n',
      '-',
      '1-',
      '+1 ',
      '(2',
      '212-',
      '212-555-014',
      '@',
      'a@',
      `${'a'.repeat(64)}@`,
      'a@b.',
      `a@${'b'.repeat(63)}.`,
      'a.',
      'Patient:',
      'Patient: A',
      'Patient: A ',
      'Name: Aa de la ',
      'MRN',
      'MRN 1-1-1-',
      'Policy A 1 B 2 ',
      'ID ..',
      'ID . . ',
      'Ref: AB/',
      'Phone ',
      'Phone: 1 1 1 ',
      'SSN',
      'SSN 123-45-678',
      'DOB ',
      'DOB 1/1/',
      'social security ',
    ].map((unit) => [unit.slice(0, 20), unit]),
  )('ends on a long text of %j', (_shown, unit) => {
    const text = fill(unit);
    for (const finding of screenText(text)) expect(finding.end).toBeLessThanOrEqual(text.length);
    expect(text.length).toBeGreaterThanOrEqual(SIZE);
  });

  it('screens a long list of patient notes and finds every one', () => {
    const note = 'Patient: John Sample, SSN 123-45-6789, phone (212) 555-0147.\n';
    expect(screenText(fill(note))).toHaveLength(3 * Math.ceil(SIZE / note.length));
  });
});

describe('boundedPattern', () => {
  it.each(['a*', 'a+', 'a{2,}', '(?:ab)+c', '[ab]*', String.raw`\d+`])('refuses %j', (source) => {
    expect(() => boundedPattern(source, 'u')).toThrow('repeats without bound');
  });

  it.each(['a?', 'a{2,5}', 'a{3}', '[*+]', String.raw`\+\*`, String.raw`[\]+]x`])('accepts %j', (source) => {
    expect(boundedPattern(source, 'u').source).toBe(source);
  });
});
