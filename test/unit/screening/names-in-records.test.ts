import { describe, expect, it } from 'vitest';
import { screenByRules } from '../../../core/screening/screen-reading.js';
import { wordLists } from '../../../infra/screening/word-lists.js';

/** Values found surely enough to hold a version, by rules alone. */
function heldValues(text: string): string[] {
  const blocks = [{ kind: 'paragraph' as const, start: 0, end: text.length, sectionPath: [], boxes: [] }];
  return screenByRules({ text, blocks }, wordLists)
    .filter(({ score }) => score >= 0.6)
    .map(({ start, end }) => text.slice(start, end));
}

describe('names in records, by rules alone', () => {
  it.each([
    ['Bed 12 - Kowalczyk, post-op day 2. Bed 13 - Abubakar, NPO.', ['Kowalczyk', 'Abubakar']],
    [
      'Leito 1 - Dalva Queiroz - pneumonia. Leito 2 - Osmar Figueira - alta amanhã.',
      ['Dalva Queiroz', 'Osmar Figueira'],
    ],
    ['Resting comfortably, report received. Daughter Annelise at bedside.', ['Annelise']],
    ['Prezada colega, encaminho Terezinha Bragança para avaliação. Paciente refere dor.', ['Terezinha Bragança']],
    ['I, Bartholomew Nwosu, consent to the operation. My signature is below.', ['Bartholomew Nwosu']],
  ])('%s', (text, values) => {
    expect(heldValues(text)).toEqual(values);
  });

  it.each([
    'Nursing note: alert and oriented x3. Jackson Pratt drain 40 ml, Hickman line flushed, Foley out.',
    'Progress note: patient is resting comfortably. Strength 5/5, pain 6/10 on the left. A1c 8.9 09:30.',
    'Dear colleague, thank you for referring this patient. Yours sincerely, Helen Prowse, MD',
  ])('holds nothing of: %s', (text) => {
    expect(heldValues(text)).toEqual([]);
  });
});

describe('lives and history', () => {
  it.each([
    'Joseph Murray removed a kidney from Ronald Herrick in 1954 and placed it in his twin Richard Herrick, who lived for eight years. It was the first successful transplant.',
    'Professor Eleanor Whitcombe, who has died aged 91, graduated in 1957. Her husband, Arthur Penhaligon, died in 2009; she is survived by two daughters.',
    'In the case of Nancy Cruzan the court asked her father Joseph Cruzan. The landmark case is taught in ethics.',
  ])('holds nothing of: %s', (text) => {
    expect(heldValues(text)).toEqual([]);
  });
});

describe('numbers and telephones in records', () => {
  it.each([
    ['Telephone encounter. Wants refill. Call back number 508 555 0119.', ['508 555 0119']],
    ['Please call the mother at home phone 912.577.9546 about the record.', ['912.577.9546']],
    ['Visit 281478158: patient left without being seen. Encounter number: E16998339', ['281478158', 'E16998339']],
    ['FINDINGS: normal. IMPRESSION: no acute process. Accession: CT99328804', ['CT99328804']],
  ])('%s', (text, values) => {
    expect(heldValues(text)).toEqual(values);
  });

  it('leaves numbers of samples and of agencies', () => {
    expect(
      heldValues('Sample 118-22-4410 was diluted. GenBank accession AI979399. Call the office at 301-555-0100.'),
    ).toEqual([]);
  });
});
