import { degrees, PDFDocument, PDFName, PDFString, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const SIZE = 11;
const LEFT = 72;

describe('what a reader of a PDF sees', () => {
  const { reader, files } = childReader();

  async function read(draw: (sheet: PDFPage, font: PDFFont, pdf: PDFDocument) => void | Promise<void>) {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const sheet = pdf.addPage([595, 842]);
    sheet.setFont(font);
    sheet.setFontSize(SIZE);
    await draw(sheet, font, pdf);
    const path = files.write('file.pdf', await pdf.save());
    const { pageCount = 0, metadata } = await reader.inspect(path, LIMITS);
    return assemblePages(await reader.readPages(path, { from: 1, to: pageCount }, LIMITS), metadata);
  }

  function annotate(sheet: PDFPage, pdf: PDFDocument, annotation: Record<string, unknown>): void {
    const made = pdf.context.obj({ Type: 'Annot', F: 4, ...annotation } as Parameters<typeof pdf.context.obj>[0]);
    const others = sheet.node.Annots()?.asArray() ?? [];
    sheet.node.set(PDFName.of('Annots'), pdf.context.obj([...others, pdf.context.register(made)]));
  }

  it('no words that a line is drawn through, and all that a line is drawn under', async () => {
    const { text, account } = await read((sheet, font) => {
      const at = (words: string) => LEFT + font.widthOfTextAtSize(words, SIZE);
      sheet.drawText('Give heparin 50 000 units 5 000 units twice a day.', { x: LEFT, y: 700 });
      sheet.drawLine({ start: { x: at('Give heparin '), y: 703.5 }, end: { x: at('Give heparin 50 000 units'), y: 703.5 }, thickness: 0.7 }); // prettier-ignore
      for (const [words, y] of [['Give morphine ', 670], ['10 mg', 670]] as const) sheet.drawText(words, { x: words === '10 mg' ? at('Give morphine ') : LEFT, y }); // prettier-ignore
      sheet.drawText('1 mg into a vein.', { x: at('Give morphine 10 mg '), y: 670 });
      sheet.drawRectangle({ x: at('Give morphine '), y: 673, width: font.widthOfTextAtSize('10 mg', SIZE), height: 0.8 }); // prettier-ignore
      sheet.drawText('Never more than 3 mg a day.', { x: LEFT, y: 640 });
      sheet.drawLine({ start: { x: LEFT, y: 638 }, end: { x: at('Never more than 3 mg'), y: 638 }, thickness: 0.7 });
      // A heading on a rule that goes on at both sides.
      sheet.drawLine({ start: { x: 40, y: 603.5 }, end: { x: 550, y: 603.5 }, thickness: 0.7 });
      sheet.drawText('Children', { x: 260, y: 600 });
    });
    const flat = text.replace(/\s+/g, ' ');
    expect(flat).toContain('Give heparin 5 000 units twice a day.');
    expect(flat).toContain('Give morphine 1 mg into a vein.');
    expect(flat).toContain('Never more than 3 mg a day.');
    expect(flat).toContain('Children');
    expect(account?.aside.map(({ fate, text: words }) => [fate, words])).toEqual([['struck', '50 000 units … 10 mg']]);
  });

  it('no words that an editor struck through', async () => {
    const { text } = await read((sheet, font, pdf) => {
      sheet.drawText('Give atenolol 500 mg 50 mg once a day.', { x: LEFT, y: 700 });
      const left = LEFT + font.widthOfTextAtSize('Give atenolol ', SIZE);
      const right = left + font.widthOfTextAtSize('500 mg', SIZE);
      annotate(sheet, pdf, { Subtype: 'StrikeOut', Rect: [left, 697, right, 711], QuadPoints: [left, 711, right, 711, left, 697, right, 697], C: [1, 0, 0] }); // prettier-ignore
    });
    expect(text).toBe('Give atenolol 50 mg once a day.');
  });

  it('the words of a stamp and what was chosen from a list, and nothing typed that is hidden', async () => {
    const { text } = await read((sheet, font, pdf) => {
      sheet.drawText('Order of the ward', { x: LEFT, y: 700 });
      const look = pdf.context.register(pdf.context.stream('BT /F 12 Tf 2 5 Td (WITHDRAWN 3 May) Tj ET', { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 200, 20], Resources: { Font: { F: font.ref } } })); // prettier-ignore
      annotate(sheet, pdf, { Subtype: 'Stamp', Rect: [LEFT, 600, 272, 620], AP: { N: look } });
      annotate(sheet, pdf, { Subtype: 'FreeText', Rect: [LEFT, 560, 272, 580], F: 2, Contents: PDFString.of('Hidden 8 mg'), DA: PDFString.of('/Helv 10 Tf') }); // prettier-ignore
      const list = pdf.getForm().createDropdown('route');
      list.addToPage(sheet, { x: LEFT, y: 520, width: 200, height: 20 });
      list.acroField.dict.set(PDFName.of('Opt'), pdf.context.obj([[PDFString.of('iv'), PDFString.of('Into a vein')]]));
      list.acroField.dict.set(PDFName.of('V'), PDFString.of('iv'));
    });
    expect(text.split(/\n+/)).toEqual(['Order of the ward', 'WITHDRAWN 3 May', 'Into a vein']);
  });

  it('once what is drawn again for a shadow or to look bold: letters, words, a line', async () => {
    const { text, account } = await read((sheet, font) => {
      const row = (parts: readonly string[], y: number, space: number) => {
        let x = LEFT;
        for (const part of parts) {
          for (const dx of [0, 0.3]) if (part.trim() !== '') sheet.drawText(part, { x: x + dx, y, size: 14 });
          x += font.widthOfTextAtSize(part, 14) + space;
        }
      };
      row([...'Warning of overdose'], 700, 0);
      row('Never more than 55 mg'.split(' '), 660, font.widthOfTextAtSize(' ', 14));
      sheet.drawText('Shadow of 11 mg', { x: LEFT + 1.5, y: 618.5, size: 14 });
      sheet.drawText('Shadow of 11 mg', { x: LEFT, y: 620, size: 14 });
      sheet.drawText('11 mg 11 mg, aa, 1100 ml', { x: LEFT, y: 580 });
    });
    expect(text.split(/\n+/)).toEqual(['Warning of overdose', 'Never more than 55 mg', 'Shadow of 11 mg', '11 mg 11 mg, aa, 1100 ml']); // prettier-ignore
    expect(account?.aside).toEqual([]);
  });

  it('words whose letters are drawn one by one with gaps, and scales as they are', async () => {
    const { text } = await read((sheet, font) => {
      const apart = (words: string, y: number, gap: number) => {
        let x = LEFT;
        for (const letter of words) {
          if (letter !== ' ') sheet.drawText(letter, { x, y, size: 14 });
          x += font.widthOfTextAtSize(letter, 14) + gap;
        }
      };
      apart('Overdose signs', 700, 6);
      apart('Tracked text of 5 mg here.', 660, 2.5);
      sheet.drawText('S T O R A G E   O F   P A C K S', { x: LEFT, y: 620, size: 14 });
      for (let step = 0; step < 8; step++) sheet.drawText(String(step), { x: LEFT + step * 14, y: 580, size: 14 });
    });
    expect(text.replace(/\s+/g, ' ')).toMatch(/^Overdose signs Tracked text of 5 mg here\. STORAGE OF PACKS 0 1 2 3/);
  });

  it('the heads of columns that are set on their side, over their columns', async () => {
    const { text } = await read((sheet) => {
      const at = [LEFT, 200, 280, 360];
      sheet.drawText('Drug', { x: LEFT, y: 640 });
      for (const [index, head] of ['Start dose', 'Highest dose', 'Dose in renal failure'].entries()) {
        sheet.drawText(head, { x: (at[index + 1] ?? 0) + 12, y: 640, rotate: degrees(90) });
      }
      const rows = [['Aspirin', '75 mg', '300 mg', 'none'], ['Warfarin', '5 mg', '10 mg', '3 mg'], ['Digoxin', '62 mcg', '250 mcg', '31 mcg']]; // prettier-ignore
      for (const [row, cells] of rows.entries()) {
        for (const [column, cell] of cells.entries()) sheet.drawText(cell, { x: at[column] ?? 0, y: 618 - row * 18 });
      }
      sheet.drawText('All doses are by mouth, and once a day.', { x: LEFT, y: 500 });
    });
    expect(text.split(/\n+/)).toEqual([
      'Drug | Start dose | Highest dose | Dose in renal failure',
      'Aspirin | 75 mg | 300 mg | none',
      'Warfarin | 5 mg | 10 mg | 3 mg',
      'Digoxin | 62 mcg | 250 mcg | 31 mcg',
      'All doses are by mouth, and once a day.',
    ]);
  });

  it('text on its side that heads no columns behind the text of the page', async () => {
    const { text } = await read((sheet) => {
      for (const [index, line] of ['Sepsis kills when it is seen late.', 'Take blood for culture first.'].entries()) sheet.drawText(line, { x: LEFT, y: 700 - index * 15 }); // prettier-ignore
      sheet.drawText('Draft of May', { x: 40, y: 600, rotate: degrees(90) });
      sheet.drawText('Not for use', { x: 560, y: 600, rotate: degrees(90) });
    });
    expect(text).toMatch(/^Sepsis kills when it is seen late\.\s+Take blood for culture first\.\s+/);
    expect(text).toMatch(/Draft of May[^]*Not for use$/);
  });

  it('two columns of text without the numbers that count the lines of each', async () => {
    const lines = ['Sepsis kills when it is seen late', 'and the first hour counts most of', 'all, so give 30 ml per kg of fluid', 'in the first 3 hours, then look at', 'the lactate and the pressure', 'again after each of the litres.']; // prettier-ignore
    const { text } = await read((sheet, font) => {
      for (const [column, x] of [80, 340].entries()) {
        for (const [index, line] of lines.entries()) {
          const number = String(column * 6 + index + 7);
          sheet.drawText(line, { x, y: 740 - index * 16 });
          sheet.drawText(number, { x: x - 12 - font.widthOfTextAtSize(number, 7), y: 740 - index * 16, size: 7 });
        }
      }
    });
    expect(text.replace(/\s+/g, ' ')).toBe(`${lines.join(' ')} ${lines.join(' ')}`);
  });
});
