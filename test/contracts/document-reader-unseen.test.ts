import { PDFDocument, PDFName, PDFString, StandardFonts, TextRenderingMode, setTextRenderingMode } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { screenDocument } from '../../core/screening/screen-document.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { wordLists } from '../../infra/screening/word-lists.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { LIMITS } from './document-reader.contract.js';

const LINES = Array.from({ length: 12 }, (_, line) => `Line ${line} of a page about the care of diabetes in adults.`);

/** Three pages whose text says nothing of anybody; the rest of the file does. */
async function guidelineOfSecrets(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  pdf.setTitle('Care of diabetes');
  pdf.setSubject('Patient: Rosa Lopez, DOB 03/02/1950');
  for (const number of [1, 2, 3]) {
    const page = pdf.addPage([595, 842]);
    LINES.forEach((line, index) => page.drawText(`${line} ${number}`, { x: 60, y: 700 - index * 24, size: 11, font }));
    page.drawText('Patient name: Chidi Okafor   MRN 4821973', { x: 60, y: 30, size: 8, font });
    if (number !== 2) continue;
    page.pushOperators(setTextRenderingMode(TextRenderingMode.Invisible));
    page.drawText('SSN 536-22-8101', { x: 60, y: 380, size: 9, font });
    page.pushOperators(setTextRenderingMode(TextRenderingMode.Fill));
    const note = pdf.context.obj({
      ...{ Type: 'Annot', Subtype: 'Text', Rect: [400, 400, 420, 420] },
      Contents: PDFString.of('Called patient, phone (617) 555-0133, MRN 7714320'),
    });
    page.node.set(PDFName.of('Annots'), pdf.context.obj([pdf.context.register(note)]));
  }
  return pdf.save();
}

describe('what a PDF holds beside its text', () => {
  it('is read for screening, stays out of the text, and is found', async () => {
    const files = tempFiles();
    const reader = new ChildProcessDocumentReader();
    try {
      const path = files.write('guideline.pdf', await guidelineOfSecrets());
      const { metadata, properties } = await reader.inspect(path, LIMITS);
      expect(properties).toContain('Subject: Patient: Rosa Lopez, DOB 03/02/1950');
      const reading = assemblePages(await reader.readPages(path, { from: 1, to: 3 }, LIMITS), metadata);
      for (const secret of ['Okafor', '536-22', '7714320']) expect(reading.text).not.toContain(secret);
      const unseen = (reading.unseen ?? []).map(({ from, page, text }) => [from, page, text]);
      expect(unseen).toEqual(
        expect.arrayContaining([
          ['hidden', 2, 'SSN 536-22-8101'],
          ['annotation', 2, 'Called patient, phone (617) 555-0133, MRN 7714320'],
          ['running-line', 1, expect.stringContaining('Chidi Okafor')],
        ]),
      );
      const findings = await screenDocument(reading, null, { words: wordLists, detector: null });
      const held = findings.filter(({ score }) => score >= 0.6);
      expect(new Set(held.map(({ field }) => field))).toEqual(new Set(['unseen']));
      expect(new Set(held.map(({ category }) => category))).toEqual(new Set(['ssn', 'mrn', 'patient_name', 'phone']));
    } finally {
      await reader.close();
      files.remove();
    }
  });
});
