import { UNSEEN_FLAGS } from './form-values.js';
import type { PDFPageProxy } from './pdf-engine.js';

/** As pdfjs gives it; the package's types stop at `any`. */
interface Annotation {
  readonly subtype?: string;
  readonly fieldType?: string;
  readonly fieldValue?: unknown;
  readonly hidden?: boolean;
  readonly annotationFlags?: number;
  readonly contentsObj?: { readonly str?: unknown };
  readonly titleObj?: { readonly str?: unknown };
  readonly alternativeText?: unknown;
  readonly url?: unknown;
  readonly unsafeUrl?: unknown;
}

const MAX_ANNOTATIONS = 500;
const MAX_CHARACTERS = 4_000;

/**
 * Texts of a page's annotations that stand not on the page itself: comments and who made them, values of hidden fields,
 * descriptions, addresses that links lead to by e-mail.
 */
export async function annotationTexts(page: PDFPageProxy): Promise<string[]> {
  // Damaged annotations say nothing about the text around them.
  const annotations = await page.getAnnotations({ intent: 'any' }).then(
    (found) => found as Annotation[],
    () => [],
  );
  const texts = annotations.slice(0, MAX_ANNOTATIONS).flatMap((annotation) => {
    const { subtype, fieldValue, hidden, contentsObj, alternativeText, url, unsafeUrl } = annotation;
    const isOnPage = subtype === 'FreeText' && ((annotation.annotationFlags ?? 0) & UNSEEN_FLAGS) === 0;
    const link = [url, unsafeUrl].find((address) => typeof address === 'string' && address.startsWith('mailto:'));
    return [
      isOnPage ? undefined : contentsObj?.str,
      ...(subtype === 'Widget' && hidden ? [fieldValue].flat() : []),
      alternativeText,
      typeof link === 'string' ? link.slice('mailto:'.length) : undefined,
    ].flatMap((text) => (typeof text === 'string' && text.trim() !== '' ? [text.slice(0, MAX_CHARACTERS)] : []));
  });
  return [...new Set(texts)];
}
