import { PDFDocument, StandardFonts } from 'pdf-lib';
import { expect, it } from 'vitest';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { LIMITS } from './document-reader.contract.js';

it('reads what was filled into a form at its place, and no password', async () => {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([595, 842]);
  const form = pdf.getForm();
  const field = (name: string, value: string, y: number) => {
    page.drawText(`${name}:`, { x: 60, y: y + 6, size: 11, font });
    const text = form.createTextField(name);
    text.setText(value);
    text.addToPage(page, { x: 130, y, width: 200, height: 20 });
    return text;
  };
  field('Medicine', 'Fictamycin 50 mg', 700);
  field('Interval', 'every 12 hours', 660);
  field('Secret', 'open sesame', 620).enablePassword();
  page.drawText('Sign below.', { x: 60, y: 560, size: 11, font });

  const files = tempFiles();
  const reader = new ChildProcessDocumentReader();
  try {
    const path = files.write('form.pdf', await pdf.save());
    const { text } = assemblePages(await reader.readPages(path, { from: 1, to: 1 }, LIMITS), {});
    const words = text.replace(/[|\s]+/g, ' ');
    expect(words).toBe('Medicine: Fictamycin 50 mg Interval: every 12 hours Secret: Sign below.');
  } finally {
    await reader.close();
    files.remove();
  }
});
