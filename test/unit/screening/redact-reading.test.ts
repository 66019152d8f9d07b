import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../core/contract/reading.js';
import { redactReading, type SpanToRedact } from '../../../core/screening/redact-reading.js';
import { assembleText } from '../../../core/reading/assemble-text.js';

const readingOf = (...texts: string[]): Reading =>
  assembleText(
    texts.map((text) => ({ kind: 'paragraph', text, boxes: [] })),
    {},
  );

/** The span of a text's first occurrence. */
function spanOf(reading: Reading, category: SpanToRedact['category'], text: string): SpanToRedact {
  const start = reading.text.indexOf(text);
  expect(start).toBeGreaterThanOrEqual(0);
  return { category, start, end: start + text.length };
}

describe('redactReading', () => {
  it('gives the same value the same placeholder wherever it stands, and each further one the next number', () => {
    const reading = readingOf(
      'Mary Jones saw Peter Hall. MARY JONES left.',
      'Call 212-555-0100 or (212) 555 0100; Hall too.',
    );
    const { reading: redacted } = redactReading(reading, [
      spanOf(reading, 'patient_name', 'Mary Jones'),
      spanOf(reading, 'patient_name', 'Peter Hall'),
      spanOf(reading, 'phone', '212-555-0100'),
    ]);
    expect(redacted.text).toBe('[NAME_1] saw [NAME_2]. [NAME_1] left.\n\nCall [PHONE_1] or ([PHONE_1]; [NAME_2] too.');
  });

  it('knows a person by surname alone, and leaves the same word alone where it is no name', () => {
    const reading = readingOf('Patient: Mary Rose Fields. Ms Fields walked through fields.');
    const { reading: redacted } = redactReading(reading, [spanOf(reading, 'patient_name', 'Mary Rose Fields')]);
    expect(redacted.text).toBe('Patient: [NAME_1]. Ms [NAME_1] walked through fields.');
  });

  it('keeps every block where its text is', () => {
    const reading = readingOf('First of Ann Marlow', 'SSN 536-22-1234', 'What follows is whole');
    const { reading: redacted, replaced } = redactReading(reading, [
      spanOf(reading, 'ssn', '536-22-1234'),
      spanOf(reading, 'patient_name', 'Ann Marlow'),
    ]);
    expect(redacted.blocks.map(({ start, end }) => redacted.text.slice(start, end))).toEqual([
      'First of [NAME_1]',
      'SSN [SSN_1]',
      'What follows is whole',
    ]);
    expect(replaced).toBe(2);
  });

  it('takes a span across two blocks apart, so that they stay two', () => {
    const reading = readingOf('Name: Ann', 'Marlow of the ward');
    const start = reading.text.indexOf('Ann');
    const end = reading.text.indexOf(' of the');
    const { reading: redacted } = redactReading(reading, [{ category: 'patient_name', start, end }]);
    expect(redacted.blocks.map((block) => redacted.text.slice(block.start, block.end))).toEqual([
      'Name: [NAME_1]',
      '[NAME_2] of the ward',
    ]);
  });

  it('replaces in title and metadata as well, and leaves numbers and short words of others alone', () => {
    const reading: Reading = {
      ...readingOf('Patient name: Li Wu, MRN 482915. Section 12 of Li and Wu.'),
      metadata: { title: 'Letter on MRN 482915', authors: ['A. Author'], keywords: ['mrn 482-915', 'fever'] },
    };
    const { reading: redacted, redactText } = redactReading(reading, [
      spanOf(reading, 'patient_name', 'Li Wu'),
      spanOf(reading, 'mrn', '482915'),
    ]);
    expect(redacted.metadata).toEqual({
      title: 'Letter on MRN [MRN_1]',
      authors: ['A. Author'],
      keywords: ['mrn 482-915', 'fever'],
    });
    // Two letters stand in every text: elsewhere than where they were found they are let stand.
    expect(redacted.text).toBe('Patient name: [NAME_1], MRN [MRN_1]. Section 12 of Li and Wu.');
    expect(redactText('file-482915.pdf')).toBe('file-[MRN_1].pdf');
  });

  it('makes one placeholder of spans that overlap', () => {
    const reading = readingOf('DOB 03/04/1961 given');
    const { reading: redacted } = redactReading(reading, [
      spanOf(reading, 'date_of_birth', '03/04/1961'),
      spanOf(reading, 'date_of_birth', '04/1961 given'),
    ]);
    expect(redacted.text).toBe('DOB [DATE_OF_BIRTH_1]');
  });

  it('is linear in a text full of known words', () => {
    const reading = readingOf(`Ann Marlow ${'Ann Ann Marlow fever '.repeat(50_000)}`);
    const { replaced } = redactReading(reading, [spanOf(reading, 'patient_name', 'Ann Marlow')]);
    expect(replaced).toBeGreaterThan(50_000);
  });
});
