import type { DocumentMetadata } from '../../../core/reading/reading.js';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** What office programs and typesetters put in when nobody gave a title. */
const NO_TITLE =
  /^(?:microsoft (?:word|powerpoint|excel) - |untitled\b|document ?\d*$|slide ?\d*$)|\.(?:docx?|pptx?|pdf|indd|tex|dvi|rtf|qxd)$/i;

/** Title and authors as the file names them; a date of creation is no date of publication and stays out. */
export async function pdfMetadata(document: PDFDocumentProxy): Promise<DocumentMetadata> {
  try {
    const { info, metadata } = await document.getMetadata();
    const fields = info as { readonly Title?: unknown; readonly Author?: unknown };
    const title = text(fields.Title) ?? text(metadata?.get('dc:title'));
    const creators: unknown = metadata?.get('dc:creator') ?? fields.Author;
    const authors = (Array.isArray(creators) ? creators : [creators])
      .flatMap((name) => text(name)?.split(/\s*;\s*/) ?? [])
      .filter((name) => name !== '');
    return {
      ...(title !== undefined && !NO_TITLE.test(title) ? { title } : {}),
      ...(authors.length > 0 ? { authors } : {}),
    };
  } catch {
    // Damaged metadata says nothing about the pages.
    return {};
  }
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return clean === '' ? undefined : clean;
}
