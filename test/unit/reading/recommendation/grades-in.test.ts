import { describe, expect, it } from 'vitest';
import { sentenceCutter } from '../../../../core/chunking/sentences.js';
import { gradedStatements } from '../../../../core/chunking/graded-statements.js';
import { sectionsOf } from '../../../../core/chunking/sections.js';
import type { Recommendation } from '../../../../core/contract/recommendation.js';
import { readingOf } from '../../chunking/random-reading.js';
import { GRADED, UNGRADED } from './graded-sentences.js';

function gradesOf(text: string): readonly Recommendation[] {
  const reading = readingOf({ kind: 'paragraph', text });
  const [section] = sectionsOf(reading);
  if (!section) throw new Error('no section');
  return gradedStatements({ text: reading.text, section, sentences: sentenceCutter('en'), isOfNice: false })
    .recommendations;
}

describe.each(Object.entries(GRADED))('grades are read: %s', (_scheme, sentences) => {
  it.each(sentences.map((one) => [one[0], one] as const))('%s', (text, [, strength, certainty, more]) => {
    const found = gradesOf(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ strength, certainty, ...more });
    if (!more || !('direction' in more)) expect(found[0]).not.toHaveProperty('direction');
    expect(text.replace(/\s+/g, ' ')).toContain(found[0]?.asWritten);
  });
});

describe('what is no grade', () => {
  it.each(UNGRADED)('%s', (text) => {
    expect(gradesOf(text)).toEqual([]);
  });
});
