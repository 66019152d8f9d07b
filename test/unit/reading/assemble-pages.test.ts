import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../../core/reading/assemble-pages.js';
import { CELL_LINE_END } from '../../../core/reading/layout/table-rows.js';
import { expectExactOffsets } from '../../contracts/document-reader.contract.js';
import { blockOf, pageOf } from './page-fixtures.js';

const textsOf = (reading: ReturnType<typeof assemblePages>) =>
  reading.blocks.map((block) => reading.text.slice(block.start, block.end));

describe('assemblePages', () => {
  it('gives every block exact offsets in one NFC text', () => {
    const reading = assemblePages(
      [
        pageOf(2, [blockOf('paragraph', 'Second page.')]),
        pageOf(1, [
          blockOf('heading', 'Cafe\u0301 \uFB01rst', { fontSize: 20 }),
          blockOf('paragraph', 'Dose\u00A0 5\u200B mg.\u0000'),
          blockOf('paragraph', '\u200B \n '),
          blockOf('table', 'A | B\n1 | 2'),
        ]),
      ],
      { title: 'T' },
    );
    expectExactOffsets(reading);
    expect(textsOf(reading)).toEqual(['Café first', 'Dose 5 mg.', 'A | B\n1 | 2', 'Second page.']);
    expect(reading.blocks[0]?.boxes[0]?.page).toBe(1);
    expect(reading.metadata).toEqual({ title: 'T' });
  });

  it('keeps every page in the ledger, also those without text', () => {
    const blank = { ...pageOf(2, []), outcome: 'blank' as const, reason: 'nothing is drawn on the page' };
    const failed = { ...pageOf(3, []), outcome: 'failed' as const, failureCode: 'PAGE_UNREADABLE' as const };
    const reading = assemblePages([failed, blank, pageOf(1, [blockOf('paragraph', 'Text.')])], {});
    expect(reading.pages.map((page) => [page.page, page.outcome])).toEqual([
      [1, 'native'],
      [2, 'blank'],
      [3, 'failed'],
    ]);
    expect(reading.pages[0]).not.toHaveProperty('blocks');
  });

  it('is an empty reading when no page has text', () => {
    expect(assemblePages([pageOf(1, [])], {})).toMatchObject({ text: '', blocks: [] });
  });

  it('removes running headers, footers and page numbers, and keeps what stands on one page only', () => {
    const pages = [1, 2, 3, 4].map((page) =>
      pageOf(page, [
        blockOf('paragraph', `Board guideline\nVersion 7, page ${page}`, { top: 20 }),
        blockOf('paragraph', page === 2 ? 'A note at the top' : `Text ${'abcd'[page - 1] ?? ''}.`, {
          top: page === 2 ? 60 : 300,
        }),
        blockOf('paragraph', 'Repeated in the middle.', { top: 400 }),
        blockOf('paragraph', String(page), { top: 770 }),
      ]),
    );
    const reading = assemblePages(pages, {});
    expect(reading.text).not.toMatch(/Board guideline|Version|^\d$/m);
    expect(reading.text).toContain('A note at the top');
    expect(reading.text.match(/Repeated in the middle/g)).toHaveLength(4);
  });

  it('removes a repeated line from a block and keeps the rest of it', () => {
    const pages = [1, 2, 3].map((page) =>
      pageOf(page, [blockOf('paragraph', `Running head\nStart of page ${'xyz'[page - 1] ?? ''}.`, { top: 30 })]),
    );
    expect(textsOf(assemblePages(pages, {}))).toEqual(['Start of page x.', 'Start of page y.', 'Start of page z.']);
  });

  it('removes a running line of which a part changes with the section', () => {
    const sections = ['Dosage', 'Warnings', 'Use'];
    const pages = sections.map((section, index) =>
      pageOf(index + 1, [
        blockOf('paragraph', `Imaginary formulary\t${section}`, { top: 20 }),
        blockOf('paragraph', `Text about ${section}.`),
      ]),
    );
    expect(assemblePages(pages, {}).text).toBe(sections.map((section) => `Text about ${section}.`).join('\n\n'));
  });

  it('keeps a sentence that reaches the margin on some pages of many', () => {
    const pages = Array.from({ length: 30 }, (_, index) =>
      pageOf(index + 1, [
        blockOf('paragraph', `Text ${'ab'.repeat(index + 1)}.`),
        blockOf('paragraph', index % 10 === 0 ? 'See the rationale.' : `Other ${'cd'.repeat(index + 1)}.`, {
          top: 720,
        }),
      ]),
    );
    expect(assemblePages(pages, {}).text.match(/See the rationale/g)).toHaveLength(3);
  });

  it('takes a table header at the top of each page for no running line', () => {
    const pages = [1, 2, 3].map((page) =>
      pageOf(page, [blockOf('table', `Drug | Dose\n${'\n| x'.repeat(20)}row ${page} | 1`, { top: 40 })]),
    );
    expect(assemblePages(pages, {}).text.match(/Drug \| Dose/g)).toHaveLength(1);
  });

  it('levels headings by size over the whole document', () => {
    const reading = assemblePages(
      [
        pageOf(1, [blockOf('heading', 'Title', { fontSize: 24 }), blockOf('heading', 'Part', { fontSize: 16 })]),
        pageOf(2, [
          blockOf('heading', 'Detail', { fontSize: 11, bold: true }),
          blockOf('paragraph', 'Words.'),
          blockOf('heading', 'Other part', { fontSize: 16.2 }),
          blockOf('paragraph', 'More words.'),
        ]),
      ],
      {},
    );
    expect(reading.blocks.map((block) => block.headingLevel)).toEqual([1, 2, 3, undefined, 2, undefined]);
    expect(reading.blocks.map((block) => block.sectionPath)).toEqual([
      ['Title'],
      ['Title', 'Part'],
      ['Title', 'Part', 'Detail'],
      ['Title', 'Part', 'Detail'],
      ['Title', 'Other part'],
      ['Title', 'Other part'],
    ]);
  });

  it('levels numbered headings by their numbers', () => {
    const bold = { fontSize: 12, bold: true };
    const reading = assemblePages(
      [
        pageOf(1, [
          blockOf('heading', 'Label of a drug', { fontSize: 20 }),
          blockOf('heading', '2 Dosage', bold),
          blockOf('heading', '2.1 Adults', bold),
          blockOf('heading', '2.1.3 Elderly', bold),
          blockOf('heading', '3 Forms', bold),
        ]),
      ],
      {},
    );
    expect(reading.blocks.map((block) => block.headingLevel)).toEqual([1, 2, 3, 4, 2]);
  });

  it('takes a page of large type for headings by the document’s body text', () => {
    const reading = assemblePages(
      [
        pageOf(1, [blockOf('paragraph', 'A Title Page', { fontSize: 28 })]),
        pageOf(2, [blockOf('paragraph', 'Body text that is much longer than the title.')]),
      ],
      {},
    );
    expect(reading.blocks[0]).toMatchObject({ kind: 'heading', headingLevel: 1 });
  });

  it('joins a paragraph over a page break into one block with boxes on both pages', () => {
    const reading = assemblePages(
      [
        pageOf(1, [blockOf('paragraph', 'Give the medicine to adults who are hyper-')]),
        pageOf(2, [blockOf('paragraph', 'tensive and awake.'), blockOf('paragraph', 'Next.')]),
      ],
      {},
    );
    expect(textsOf(reading)).toEqual(['Give the medicine to adults who are hypertensive and awake.', 'Next.']);
    const [paragraph] = reading.blocks;
    expect(paragraph?.boxes.map((box) => box.page)).toEqual([1, 2]);
    // The word that the break parts is on both pages; what is cut behind it is on the second.
    expect(paragraph?.boxStarts?.map((start) => reading.text.slice(0, start).length)).toEqual([
      0,
      'Give the medicine to adults who are hyper'.length + 1,
    ]);
  });

  it('keeps a footnote, behind the paragraph that its page ends with', () => {
    const reading = assemblePages(
      [
        pageOf(1, [
          blockOf('paragraph', 'The dose is halved¹ in all'),
          blockOf('paragraph', '¹ By weight.', { note: true }),
        ]),
        pageOf(2, [blockOf('paragraph', 'other patients.'), blockOf('paragraph', 'Next.')]),
      ],
      {},
    );
    expect(textsOf(reading)).toEqual(['The dose is halved¹ in all other patients.', '¹ By weight.', 'Next.']);
    expect(reading.blocks.map((block) => block.boxes.map((box) => box.page))).toEqual([[1, 2], [1], [2]]);
  });

  it('makes one table of one that runs over pages, with its header once', () => {
    const reading = assemblePages(
      [
        pageOf(1, [
          blockOf('table', 'Age | Dose\n1 year | 5 mg\n2 years | 10 mg', { top: 600 }),
          blockOf('paragraph', '* A note.', { note: true }),
        ]),
        pageOf(2, [blockOf('caption', 'Table 1 (continued)'), blockOf('table', 'Age | Dose\n3 years | 15 mg')]),
        pageOf(3, [blockOf('table', '4 years | 20 mg'), blockOf('paragraph', 'Text.')]),
      ],
      {},
    );
    expect(textsOf(reading)).toEqual([
      'Age | Dose\n1 year | 5 mg\n2 years | 10 mg\n3 years | 15 mg\n4 years | 20 mg',
      '* A note.',
      'Text.',
    ]);
    const [table] = reading.blocks;
    expect(table?.boxes.map((box) => box.page)).toEqual([1, 2, 3]);
    expect(table?.boxStarts?.map((start) => reading.text.slice(start, table.end).split('\n')[0])).toEqual([
      'Age | Dose',
      '3 years | 15 mg',
      '4 years | 20 mg',
    ]);
  });

  it('makes one table of one that runs over many pages, with the place of each page in it', () => {
    const pages = Array.from({ length: 400 }, (_, page) =>
      pageOf(page + 1, [blockOf('table', `Drug | Dose\n${page} a | 5 mg\n${page} b | 10 mg`)]),
    );
    const reading = assemblePages(pages, {});
    expect(textsOf(reading)).toEqual([
      ['Drug | Dose', ...pages.flatMap((_, page) => [`${page} a | 5 mg`, `${page} b | 10 mg`])].join('\n'),
    ]);
    const [table] = reading.blocks;
    expect(table?.boxStarts?.map((start) => reading.text.slice(start).split('\n', 1)[0])).toEqual(
      pages.map((_, page) => (page === 0 ? 'Drug | Dose' : `${page} a | 5 mg`)),
    );
  });

  it('goes on with a table in the next column, and with a row that the break cut', () => {
    const table = (text: string, x: number, y: number) =>
      blockOf('table', text, { boxes: [{ x, y, width: 200, height: 60 }] });
    const reading = assemblePages(
      [pageOf(1, [
        table('Age | Dose\nInfants | 5 mg twice daily for', 50, 600),
        table('Age | Dose\n | seven days\nAdults | 50 mg', 310, 60),
      ])],
      {},
    ); // prettier-ignore
    expect(textsOf(reading)).toEqual(['Age | Dose\nInfants | 5 mg twice daily for seven days\nAdults | 50 mg']);
    expectExactOffsets(reading);
  });

  it('keeps a row of a second dose behind a break as a row of its own', () => {
    const rows = (text: string) => blockOf('table', text);
    const reading = assemblePages(
      [pageOf(1, [rows('Age | Way | Dose\nAdults | oral | 5 mg')]), pageOf(2, [rows(' | iv | 10 mg\nInfants | oral | 1 mg')])],
      {},
    ); // prettier-ignore
    expect(textsOf(reading)).toEqual(['Age | Way | Dose\nAdults | oral | 5 mg\n| iv | 10 mg\nInfants | oral | 1 mg']);
    expectExactOffsets(reading);
  });

  it('joins the lines of a cell as it joins those of a paragraph', () => {
    const text = `Drug | Dose\nFlu-${CELL_LINE_END}cloxacillin | 5${CELL_LINE_END}mg`;
    expect(textsOf(assemblePages([pageOf(1, [blockOf('table', text)])], {}))).toEqual([
      'Drug | Dose\nFlucloxacillin | 5 mg',
    ]);
  });

  it('leaves two tables apart that have not the same columns, or text between them', () => {
    const second = blockOf('table', 'Age | Dose | Days\n3 years | 15 mg | 5');
    const first = blockOf('table', 'Age | Dose\n1 year | 5 mg');
    const caption = blockOf('caption', 'Table 2. Doses');
    const count = (...blocks: ReturnType<typeof blockOf>[]) =>
      assemblePages([pageOf(1, [first]), pageOf(2, blocks)], {}).blocks.filter((block) => block.kind === 'table')
        .length;
    expect([count(second), count(caption, first), count(first)]).toEqual([2, 2, 1]);
  });

  it('removes the number of a page also where there is only one', () => {
    const page = (text: string) =>
      textsOf(
        assemblePages([pageOf(1, [blockOf('paragraph', 'Body.'), blockOf('paragraph', text, { top: 770 })])], {}),
      );
    expect(page('1')).toEqual(['Body.']);
    expect(page('– 1 –')).toEqual(['Body.']);
    expect(page('Página 1 de 1')).toEqual(['Body.']);
    expect(page('7')).toEqual(['Body.', '7']);
    expect(page('1 mg')).toEqual(['Body.', '1 mg']);
  });

  it('does not join what was finished, or what starts anew', () => {
    const pair = (first: string, second: string) =>
      assemblePages([pageOf(1, [blockOf('paragraph', first)]), pageOf(2, [blockOf('paragraph', second)])], {}).blocks
        .length;
    expect(pair('It ends here.', 'and this is odd.')).toBe(2);
    expect(pair('It goes on', 'Capital letters start anew.')).toBe(2);
    expect(pair('It goes on', '- an item')).toBe(2);
    expect(pair('It goes on', 'and on.')).toBe(1);
  });

  it('joins a paragraph over a column break, but not two blocks below each other', () => {
    const blocks = (top: number) => [
      blockOf('paragraph', 'The left column goes', { top: 700 }),
      blockOf('paragraph', 'on in the right one.', { top }),
    ];
    expect(assemblePages([pageOf(1, blocks(100))], {}).blocks).toHaveLength(1);
    expect(assemblePages([pageOf(1, blocks(720))], {}).blocks).toHaveLength(2);
  });

  it('reflows paragraphs and list items, and leaves rows and code alone', () => {
    const reading = assemblePages(
      [
        pageOf(1, [
          blockOf('paragraph', 'Two\nlines.'),
          blockOf('list', '• first item\nwith more\n• second'),
          blockOf('table', 'a | b\nc | d'),
          blockOf('code', 'x = 1\n  y = 2'),
        ]),
      ],
      {},
    );
    expect(textsOf(reading)).toEqual([
      'Two lines.',
      '• first item with more\n• second',
      'a | b\nc | d',
      'x = 1\n  y = 2',
    ]);
  });

  it('carries the language it is told, and says when it does not know', () => {
    expect(assemblePages([], {}).language).toBe('und');
    expect(assemblePages([], {}, { language: 'pt' }).language).toBe('pt');
  });
});
