import { PDFDocument, StandardFonts } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recognisePictures } from '../../activities/reading/recognise-pictures.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { drawTableImage } from '../fixtures/documents/page-image.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { A4 } from '../fixtures/documents/typeset-pdf.js';
import { LIMITS } from './document-reader.contract.js';

const ROWS = [
  ['Weight', 'Dose', 'Interval'],
  ['Under 6 kg', '62.5 mg', 'every 12 hours'],
  ['6 to 10 kg', '125 mg', 'every 12 hours'],
  ['10 to 15 kg', '187.5 mg', 'every 8 hours'],
];
const ABOVE = 'The dose of fictamycin depends on the weight of the child and is shown below.';
const BELOW = 'Round the dose to the nearest tablet that can be broken, and weigh the child again.';
const MARGIN = 72;

/** Text, a picture of a table, more text; a logo in the corner and a tinted background, which carry no text. */
async function labelPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([A4.width, A4.height]);
  const blank = await pdf.embedPng(drawTableImage([[]], 100, []).png);
  page.drawImage(blank, { x: 0, y: 0, width: A4.width, height: A4.height });
  page.drawImage(blank, { x: 500, y: 800, width: 30, height: 30 });
  const table = drawTableImage(ROWS, 400, [0, 130, 250]);
  const picture = await pdf.embedPng(table.png);
  page.drawText(ABOVE, { x: MARGIN, y: 700, size: 11, font });
  page.drawImage(picture, { x: MARGIN, y: 560, width: table.widthPoints, height: table.heightPoints });
  page.drawText(BELOW, { x: MARGIN, y: 520, size: 11, font });
  page.drawText('Store below 25 degrees, in the original package, and out of reach of children.', { x: MARGIN, y: 506, size: 11, font }); // prettier-ignore
  return pdf.save();
}

describe('pictures on pages with a text layer', () => {
  const files = tempFiles();
  const reader = new ChildProcessDocumentReader();
  let ocr: TesseractJsEngine;
  let path: string;
  beforeAll(async () => {
    ocr = new TesseractJsEngine({ languages: ['eng'], threads: 1 });
    path = files.write('label.pdf', await labelPdf());
  });
  afterAll(async () => {
    await reader.close();
    await ocr.close();
    files.remove();
  });

  it('are told from backgrounds and logos', async () => {
    const [page] = await reader.readPages(path, { from: 1, to: 1 }, LIMITS);
    expect(page?.outcome).toBe('native');
    expect(page?.pictures).toEqual([{ x: MARGIN, y: A4.height - 560 - 80, width: 400, height: 80 }]);
  });

  it('can be drawn alone', async () => {
    const region = { x: MARGIN, y: A4.height - 640, width: 400, height: 80 };
    const image = await reader.renderPage(path, { page: 1, dpi: 144, maxPixels: 40e6, region }, LIMITS);
    expect(image).toMatchObject({ widthPixels: 800, heightPixels: 160, dpi: 144 });
  });

  it('are read by OCR, rows as rows, between the text above and below', async () => {
    const page = await recognisePictures({
      page: 1, path, draw: { dpi: 300, maxPixels: 17_400_000 }, reader, ocr, ocrLanguages: ['eng'],
      limits: LIMITS,
    }); // prettier-ignore
    expect(page).toMatchObject({ outcome: 'native', reason: 'text layer, and OCR for the text in its pictures' });
    expect(page.scores.ocrConfidence).toBeGreaterThan(70);
    const { text, blocks, pages } = assemblePages([page], {});
    const table = blocks.find((block) => block.kind === 'table');
    expect(text.slice(table?.start, table?.end)).toBe(ROWS.map((row) => row.join(' | ')).join('\n'));
    expect(text.indexOf(ABOVE)).toBe(0);
    expect(text.indexOf('Weight | Dose')).toBeGreaterThan(0);
    expect(text.indexOf(BELOW)).toBeGreaterThan(text.indexOf('187.5 mg'));
    expect(pages[0]).not.toHaveProperty('pictures');
    const [box] = table?.boxes ?? [];
    expect(box?.x).toBeGreaterThanOrEqual(MARGIN);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(A4.height - 550);
  }, 120_000);
});
