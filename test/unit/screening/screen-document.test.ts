import { describe, expect, it } from 'vitest';
import type { UnseenText } from '../../../core/contract/reading.js';
import { screenDocument, screenedFields, type UploadNames } from '../../../core/screening/screen-document.js';
import { isHoldable } from '../../../core/screening/screen-reading.js';
import { wordLists } from '../../../infra/screening/word-lists.js';

const TOOLS = { words: wordLists, detector: null };
const GUIDELINE = 'Offer metformin to adults with type 2 diabetes. Review the dose every three months.';

function document(text: string, unseen: readonly UnseenText[] = [], title?: string) {
  const block = { kind: 'paragraph' as const, start: 0, end: text.length, sectionPath: [], boxes: [] };
  return { text, blocks: [block], metadata: title === undefined ? {} : { title }, unseen };
}

const upload = (names: Partial<UploadNames> = {}): UploadNames => ({ fileName: 'guideline.pdf', custom: {}, ...names });

/** `[field, what was found]` of the findings that hold. */
async function held(reading: ReturnType<typeof document>, names: UploadNames): Promise<(string | undefined)[][]> {
  const findings = await screenDocument(reading, names, TOOLS);
  const fields = screenedFields(reading, names);
  return findings
    .filter(({ score }) => score >= 0.6)
    .map(({ field, start, end }) => [field, (field ? (fields[field] ?? '') : reading.text).slice(start, end)]);
}

describe('what comes with a text', () => {
  it.each([
    ['a file name', upload({ fileName: 'discharge_Okafor_Chidi_DOB_1950-03-02.pdf' }), 'fileName', '1950-03-02'],
    ['a file name of words only', upload({ fileName: 'Rosa-Lopez-lab-results.pdf' }), 'fileName', 'Rosa-Lopez'],
    ['an external id', upload({ externalId: 'MRN 00482913' }), 'externalId', '00482913'],
    ['a title', upload({ title: 'Discharge summary of Katarzyna Kowalczyk' }), 'title', 'Katarzyna Kowalczyk'],
    ['metadata', upload({ custom: { patientName: 'Thuy Nguyen' } }), 'metadata', 'Thuy Nguyen'],
    ['nested metadata', upload({ custom: { visit: { date_of_birth: '03/02/1950' } } }), 'metadata', '03/02/1950'],
  ])('%s is screened', async (_what, names, field, value) => {
    expect(await held(document(GUIDELINE), names)).toContainEqual([field, value]);
  });

  it.each([
    ['hidden text', 'hidden'],
    ['an annotation', 'annotation'],
    ['a footer', 'running-line'],
    ['a property of the file', 'property'],
  ] as const)('%s is screened', async (_what, from) => {
    const unseen = [{ page: 2, from, text: 'Patient name: Rajesh Patel, MRN 4821973' }];
    expect(await held(document(GUIDELINE, unseen), upload())).toEqual([
      ['unseen', 'Rajesh Patel'],
      ['unseen', '4821973'],
    ]);
  });

  it('finds in a file name what the text gave away', async () => {
    const note = document('Patient name: Chidi Okafor. He is well.');
    expect(await held(note, upload({ fileName: 'okafor-2023.pdf' }))).toEqual([
      [undefined, 'Chidi Okafor'],
      ['fileName', 'okafor'],
    ]);
  });

  it.each([
    ['authors of a paper', upload({ fileName: 'Smith_Jones_2019_NEJM.pdf', title: 'Statins in older adults' })],
    ['a guideline', upload({ fileName: 'nice_ng226_2022.pdf', externalId: 'NG226' })],
    ['a syndrome', upload({ title: 'Guillain-Barré syndrome: a review', custom: { specialty: 'neurology' } })],
    ['a book', upload({ title: 'Handbook of Harrison and Wallace', custom: { edition: '2nd', year: 2019 } })],
  ])('lets pass: %s', async (_what, names) => {
    expect(isHoldable(await screenDocument(document(GUIDELINE), names, TOOLS))).toBe(false);
  });
});
