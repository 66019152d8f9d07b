import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { Reading } from '../../core/contract/reading.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { twoColumnPdf } from '../fixtures/documents/typeset-pdf.js';
import { typesetTablesPdf, type ColumnPart, type TableRows } from '../fixtures/documents/typeset-tables.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

/** A dose read beside the wrong age is worse than a dose not read: rows of tables stay rows, and columns columns. */
describe('tables and columns of typeset pages', () => {
  const { reader, files } = childReader();

  async function readPdf(bytes: Uint8Array): Promise<Reading> {
    const path = files.write('page.pdf', bytes);
    const { pageCount = 0 } = await reader.inspect(path, LIMITS);
    return assemblePages(await reader.readPages(path, { from: 1, to: pageCount }, LIMITS), {});
  }

  const tablesOf = (reading: Reading) =>
    reading.blocks.filter((block) => block.kind === 'table').map((block) => reading.text.slice(block.start, block.end));

  async function expectRows(reading: Reading, rows: TableRows): Promise<void> {
    const lines = rows.map((row) => row.join(' | '));
    expect(tablesOf(reading)).toContain(lines.join('\n'));
    const chunks = await chunkReading(reading, { maxTokens: 256, tokenizer: new EstimatingTokenizer() });
    for (const line of lines) expect(chunks.filter((chunk) => chunk.text.includes(line))).toHaveLength(1);
  }

  it('the dose table of the demonstration corpus', async () => {
    const reading = await readPdf(
      readFileSync(join(PROJECT_ROOT, 'infra/local/demo/corpus/guidelines/anaphylaxis.pdf')),
    );
    await expectRows(reading, [
      ['Age', 'Dose', 'Volume of 1 mg/mL', 'Repeat'],
      ['Adult and child over 12 years', '500 micrograms', '0.5 mL', 'every 5 minutes if needed'],
      ['6 to 12 years', '300 micrograms', '0.3 mL', 'every 5 minutes if needed'],
      ['6 months to 6 years', '150 micrograms', '0.15 mL', 'every 5 minutes if needed'],
      ['Under 6 months', '100 to 150 micrograms', '0.1 to 0.15 mL', 'every 5 minutes if needed'],
    ]);
  });

  it('a word over a space that browsers leave in place of a soft hyphen', async () => {
    const document = await PDFDocument.create();
    const font = await document.embedFont(StandardFonts.Helvetica);
    const page = document.addPage([400, 400]);
    let x = 50;
    for (const part of ['Chil', 'dren and ', 'adults']) {
      page.drawText(part, { x, y: 300, size: 12, font });
      x += font.widthOfTextAtSize(part, 12);
      page.drawText(' ', { x, y: 300, size: 12, font });
    }
    expect((await readPdf(await document.save())).text).toBe('Children and adults');
  });

  it.each([0, 4, 9])('ages beside doses, rows %i points further apart than lines', async (rowGap) => {
    for (const { rows, columnsAt } of [AGES, INTERVALS, SIX_COLUMNS]) {
      const text = { kind: 'text', text: PROSE[0] ?? '' } as const;
      const top: ColumnPart[] = [text, { kind: 'table', rows, columnsAt }, text];
      await expectRows(await readPdf(await typesetTablesPdf({ top }, { rowGap })), rows);
    }
  });

  it.each([0, 5])('labels beside running text, rows %i points further apart than lines', async (rowGap) => {
    const top: ColumnPart[] = [{ kind: 'table', rows: LABELLED, columnsAt: [0, 110] }];
    await expectRows(await readPdf(await typesetTablesPdf({ top }, { rowGap })), LABELLED);
  });

  it.each([0, 4])('a table within the left of two columns (rows %i points apart)', async (rowGap) => {
    const table: ColumnPart = { kind: 'table', rows: AGES.rows, columnsAt: [0, 100, 170] };
    const text = (index: number): ColumnPart => ({ kind: 'text', text: PROSE[index] ?? '' });
    const columns = [
      [text(0), table, text(1)],
      [text(2), text(3), text(4)],
    ];
    const reading = await readPdf(await typesetTablesPdf({ columns }, { rowGap }));
    await expectRows(reading, AGES.rows);
    expectInOrder(reading, [PROSE[0], 'Amoxicillin', PROSE[1], PROSE[2], PROSE[3], PROSE[4]]);
  });

  it.each([0, 4])('a table over the whole width above two columns (rows %i points apart)', async (rowGap) => {
    // Its middle gap runs straight into the gutter of the columns below.
    const columnsAt = [0, 130, 248, 360];
    const rows = SIX_COLUMNS.rows.map((row) => row.slice(0, 4));
    const text = (index: number): ColumnPart => ({ kind: 'text', text: PROSE[index] ?? '' });
    const page = {
      top: [{ kind: 'table', rows, columnsAt } as const],
      columns: [
        [text(0), text(1)],
        [text(2), text(3), text(4)],
      ],
    };
    const reading = await readPdf(await typesetTablesPdf(page, { rowGap }));
    await expectRows(reading, rows);
    expectInOrder(reading, ['Gentamicin', PROSE[0], PROSE[1], PROSE[2], PROSE[3], PROSE[4]]);
  });

  it('two columns of running text, on one grid and on none', async () => {
    const text = (index: number): ColumnPart => ({ kind: 'text', text: PROSE[index] ?? '' });
    const columns = [
      [text(0), text(1), text(2)],
      [{ kind: 'text', text: 'A short paragraph.' } as const, text(3), text(4)],
    ];
    const reading = await readPdf(await typesetTablesPdf({ columns }));
    expectInOrder(reading, [PROSE[0], PROSE[1], PROSE[2], 'A short paragraph.', PROSE[3], PROSE[4]]);
    const left = [PROSE[0] ?? '', PROSE[1] ?? ''];
    const right = [PROSE[2] ?? '', PROSE[3] ?? ''];
    expectInOrder(await readPdf(await twoColumnPdf(left, right)), [...left, ...right]);
  });

  it('two columns of list items, each wholly before the next', async () => {
    const items = (name: string) =>
      Array.from({ length: 7 }, (_, index): ColumnPart => ({ kind: 'text', text: `• ${name} item ${index}` }));
    const reading = await readPdf(await typesetTablesPdf({ columns: [items('left'), items('right')] }));
    expectInOrder(reading, ['left item 0', 'left item 6', 'right item 0', 'right item 6']);
  });
});

function expectInOrder(reading: Reading, parts: readonly (string | undefined)[]): void {
  const text = reading.text.replace(/\s+/g, ' ');
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part ?? '', from);
    expect(at, part).toBeGreaterThanOrEqual(0);
    from = at + (part ?? '').length;
  }
}

const AGES = {
  rows: [
    ['Age', 'Dose', 'Repeat'],
    ['Under 3 months', '62.5 mg', 'twice'],
    ['3 to 11 months', '125 mg', 'three times'],
    ['1 to 4 years', '250 mg', 'three times'],
    ['5 to 11 years', '500 mg', 'three times'],
    ['12 years and over', '500 mg to 1 g', 'three times'],
    ['Amoxicillin allergy', '10 mg/kg', 'once'],
  ],
  columnsAt: [0, 170, 300],
};

/** The cells of the last column are equally long and start alike, as wrapped lines do. */
const INTERVALS = {
  rows: [
    ['Amoxicillin', 'take one tablet every 6 hours'],
    ['Doxycycline', 'take two tablets once daily'],
    ['Clarithromycin', 'give one tablet every 8 hours'],
    ['Erythromycin', 'give two tablets twice daily'],
    ['Co-trimoxazole', 'take one tablet every 8 hours'],
    ['Metronidazole', 'take one tablet every 4 hours'],
  ],
  columnsAt: [0, 200],
};

const SIX_COLUMNS = {
  rows: [
    ['Medicine', 'Weight', 'Dose', 'Route', 'Interval', 'Days'],
    ['Ampicillin', '3 to 6 kg', '150 mg', 'IM', '6 h', '5'],
    ['Ampicillin', '6 to 10 kg', '350 mg', 'IM', '6 h', '5'],
    ['Ampicillin', '10 to 15 kg', '600 mg', 'IM', '6 h', '5'],
    ['Gentamicin', '3 to 6 kg', '30 mg', 'IV', '24 h', '7'],
    ['Gentamicin', '6 to 10 kg', '60 mg', 'IV', '24 h', '7'],
    ['Gentamicin', '10 to 15 kg', '90 mg', 'IV', '24 h', '7'],
  ],
  columnsAt: [0, 110, 200, 270, 330, 400],
};

const LABELLED = [
  ['Indications', 'Adults with imaginary fever that lasts longer than three days, and everyone with two readings above 38.5 degrees within one day whatever the cause may be.'],
  ['Contraindications', 'Known hypersensitivity to fictamycin or to any of its excipients, and severe renal impairment with a filtration rate below 30 mL/min.'],
  ['Monitoring', 'Renal function before treatment and once a week while it lasts, and liver function where symptoms suggest that the liver may be affected.'],
  ['Interactions', 'Placebarone raises the concentration of fictamycin by half; halve the dose where both have to be given and watch for drowsiness in older people.'],
  ['Overdose', 'Supportive care only, since fictamycin cannot be removed by dialysis and no antidote is known.'],
]; // prettier-ignore

const PROSE = [
  'Imaginary fever is common among people who read guidelines at night, and its course is mild in nearly all of them. Treatment is for comfort; the first choice is rest in a dark room without any guideline at hand.',
  'Where rest does not help within two days, fictamycin may be offered. The evidence for it comes from three trials of moderate quality, with few participants older than seventy and none with renal impairment.',
  'Harms were rare in the trials and stopped with treatment. Nausea was reported by one in twenty participants, dizziness by one in fifty, and a rash by fewer than one in a hundred, much as with placebo.',
  'The committee considered costs as well. A course of fictamycin costs less than a single visit to a practice, so that early treatment of people who would otherwise come back is likely to save money.',
  'Further research should compare fictamycin with reading something else. The committee would like to see outcomes that matter to people, such as sleep, and a follow-up of at least three months.',
] as const;
