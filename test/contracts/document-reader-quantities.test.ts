import { PDFDocument, StandardFonts } from 'pdf-lib';
import { expect, it } from 'vitest';
import { DOUBTFUL_QUANTITY } from '../../core/reading/recognition/doubtful-quantity.js';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { LIMITS } from './document-reader.contract.js';

it('says of a text layer that an exponent stands on the line, and nothing of one that is raised', async () => {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const raisedBy of [0, 4]) {
    const page = pdf.addPage([595, 842]);
    page.drawText('Transfuse below 50 x 10', { x: 60, y: 700, size: 11, font });
    const size = raisedBy === 0 ? 11 : 7;
    const x = 60 + font.widthOfTextAtSize('Transfuse below 50 x 10', 11);
    page.drawText('9', { x, y: 700 + raisedBy, size, font });
    page.drawText('/L of platelets.', { x: x + font.widthOfTextAtSize('9', size), y: 700, size: 11, font });
  }
  const files = tempFiles();
  const reader = new ChildProcessDocumentReader();
  try {
    const path = files.write('quantities.pdf', await pdf.save());
    const pages = await reader.readPages(path, { from: 1, to: 2 }, LIMITS);
    expect(pages.map(({ reason, blocks }) => [blocks[0]?.text, reason])).toEqual([
      ['Transfuse below 50 x 109/L of platelets.', `${PAGE_REASONS.textLayer}; ${DOUBTFUL_QUANTITY}`],
      ['Transfuse below 50 x 10⁹/L of platelets.', PAGE_REASONS.textLayer],
    ]);
    const [asked] = await reader.readPages(path, { from: 1, to: 1, native: true }, LIMITS);
    expect(asked?.reason).toBe(`${PAGE_REASONS.askedNative}; ${DOUBTFUL_QUANTITY}`);
  } finally {
    await reader.close();
    files.remove();
  }
});
