import type { DrawPassageInput, RenderInput } from '../../../core/ports/document-reader.js';
import type { Operation, PagesInput } from '../reader-protocol.js';
import { markPassage } from './draw-passage.js';
import { OpenPdfFile } from './open-pdf-file.js';
import { pdfLanguage, pdfMetadata, pdfProperties } from './pdf-metadata.js';
import { pdfOutline } from './pdf-outline.js';
import { refuseStandIn } from './refuse-stand-in.js';
import { readPdfPage } from './read-pdf-page.js';
import { renderPdfPage } from './render-pdf-page.js';

/** pdfjs keeps fonts and pictures that pages share; letting go this often bounds them and costs a page's time. */
const PAGES_BETWEEN_CLEANUPS = 64;

/** What the PDF child can do. One file stays open between calls. */
export function pdfOperations(): Record<string, Operation> {
  // pdfjs drops promises of damaged objects, and of work that goes on after its file was closed; every call ends by its
  // own promise or by its deadline, so a dropped one need not end the process (and the next file with it).
  process.on('unhandledRejection', () => undefined);
  const pdf = new OpenPdfFile();
  let pagesRead = 0;
  return {
    inspectPdf: async (file) => {
      const document = await pdf.open(file);
      await refuseStandIn(document);
      const outline = await pdfOutline(document);
      const claimedLanguage = await pdfLanguage(document);
      const properties = await pdfProperties(document);
      return {
        pageCount: document.numPages,
        metadata: await pdfMetadata(document),
        ...(properties.length > 0 ? { properties } : {}),
        ...(outline.length > 0 ? { outline } : {}),
        ...(claimedLanguage === undefined ? {} : { claimedLanguage }),
      };
    },
    readPdfPages: async (file, input, emit) => {
      const { from, to, native, budgetMs } = input as PagesInput;
      const document = await pdf.open(file);
      await emit(null);
      const endsAt = Date.now() + budgetMs;
      for (let page = from; page <= Math.min(to, document.numPages); page++) {
        if (page > from && Date.now() >= endsAt) break;
        await emit(await readPdfPage(document, page, { native }));
        if (++pagesRead % PAGES_BETWEEN_CLEANUPS === 0) await document.cleanup();
      }
      return null;
    },
    drawPdfPassage: async (file, input) => {
      const document = await pdf.open(file);
      const passage = input as DrawPassageInput;
      return renderPdfPage(document, passage, (canvas, dpi) => markPassage(canvas, passage.boxes, dpi));
    },
    renderPdfPage: async (file, input) => {
      const document = await pdf.open(file);
      return renderPdfPage(document, input as RenderInput);
    },
  };
}
