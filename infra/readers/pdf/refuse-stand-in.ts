import { Failure } from '../../../core/contract/failures.js';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** A cover, and perhaps the way to a newer viewer on a second page. */
const MAX_COVER_PAGES = 2;
/** Of Adobe, in place of each form that only its own programs can draw. */
const NOTICE = /if this message is not eventually replaced/i;

/**
 * Refuses a file whose pages are not its content: a form that is made up when it is opened (dynamic XFA), a portfolio, whose
 * content is in attached files. Published, a notice to get another viewer would stand for the document.
 * Errors: `PDF_XFA_FORM`, `PDF_PORTFOLIO`.
 */
export async function refuseStandIn(document: PDFDocumentProxy): Promise<void> {
  // Damaged metadata says nothing about the pages.
  const info = await document.getMetadata().then(
    (metadata) => metadata.info as Readonly<Record<string, unknown>>,
    () => undefined,
  );
  if (info?.['IsCollectionPresent'] === true && document.numPages <= MAX_COVER_PAGES) {
    if (await hasAttachments(document)) throw new Failure('PDF_PORTFOLIO');
  }
  if (info?.['IsXFAPresent'] !== true) return;
  if (info['IsAcroFormPresent'] !== true || (await isDrawnWhenOpened(document))) throw new Failure('PDF_XFA_FORM');
}

async function hasAttachments(document: PDFDocumentProxy): Promise<boolean> {
  const attachments = (await document.getAttachments().catch(() => null)) as object | null;
  return attachments !== null && Object.keys(attachments).length > 0;
}

async function isDrawnWhenOpened(document: PDFDocumentProxy): Promise<boolean> {
  if (Buffer.from(await document.getData()).includes('/NeedsRendering true')) return true;
  const page = await document.getPage(1).catch(() => undefined);
  const content = await page?.getTextContent().catch(() => undefined);
  return NOTICE.test((content?.items ?? []).map((item) => ('str' in item ? item.str : '')).join(' '));
}
