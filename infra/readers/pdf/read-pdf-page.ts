import { hasFlatPower, withDoubt } from '../../../core/reading/recognition/doubtful-quantity.js';
import { decidePage, PAGE_REASONS } from '../../../core/reading/recognition/page-decision.js';
import { layOutPage } from '../../../core/reading/layout/pdf-layout.js';
import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { PageReading, UnseenText } from '../../../core/contract/reading.js';
import { accountFor, type PutAside } from '../../../core/reading/witness/account-for.js';
import { witnessPdfPage } from '../witness/pdf-witness.js';
import { asPicture, isCutOff } from './decoded-picture.js';
import { withoutDrawnAgain } from './drawn-again.js';
import { evidenceOf } from './page-evidence.js';
import { walkOperators, type Matrix } from './graphics-walk.js';
import { annotationTexts } from './annotation-texts.js';
import { buttonsOf, textOnPage } from './form-values.js';
import { letPixelsGo } from './let-pixels-go.js';
import { failedPage } from './isolate-pages.js';
import { withoutStruck } from './struck-text.js';
import { picturesOf } from './page-pictures.js';
import { pageText } from './page-text.js';
import { objectsOf } from './page-objects.js';
import { warningCount, type PDFDocumentProxy, type PDFPageProxy } from './pdf-engine.js';

/**
 * One page by its text layer, or the reason why it has to go to OCR; a page that cannot be parsed is `failed`. `native`: by
 * the text layer whatever it is like, hidden text too.
 */
export async function readPdfPage(
  document: PDFDocumentProxy,
  pageNumber: number,
  { native }: { native: boolean },
): Promise<PageReading> {
  let page: PDFPageProxy | undefined;
  let hasPictures = false;
  let size: { width: number; height: number } | undefined;
  try {
    const warningsBefore = warningCount();
    page = await document.getPage(pageNumber);
    const viewport = page.getViewport({ scale: 1 });
    size = { width: viewport.width, height: viewport.height };
    const matrix = viewport.transform as unknown as Matrix;
    // Operators first: they make the fonts' names known.
    const operators = await page.getOperatorList();
    const layers = await document.getOptionalContentConfig({ intent: 'display' });
    const drawn = walkOperators(operators, matrix, (layer) => layers.isVisible(layer) === true);
    hasPictures = drawn.images.length > 0;
    const isCut = hasCutPicture(await objectsOf(page, operators));
    const { visible, hidden } = await pageText(page, matrix, drawn);
    const { items: unstruck, struck } = withoutStruck(visible, drawn.runs, drawn.rules);
    const text = { visible: [...unstruck, ...(await textOnPage(page, matrix, drawn.runs))], hidden };
    const unseen = unseenOf(pageNumber, text.hidden, await annotationTexts(page), size);
    const evidence = evidenceOf(text, drawn, size);
    const { outcome, reason } = decidePage(evidence);
    // A page on which something was drawn that could not be decoded is not blank.
    if (outcome === 'blank' && warningCount() > warningsBefore) return failedPage(pageNumber, 'PAGE_UNREADABLE', size);
    // Nobody would miss what is not there of a scan. OCR that is asked for reads what is.
    if (outcome === 'pending' && isCut && !native) {
      return { ...failedPage(pageNumber, 'PAGE_UNREADABLE', size), reason: PAGE_REASONS.cutOffFailed };
    }
    const buttons = drawn.runs.some((run) => run.annotation !== undefined) ? await buttonsOf(page) : new Set<string>();
    const putAside: PutAside[] = struck.map((text) => ({ fate: 'struck', why: 'struck', text }));
    const area = size;
    const layOut = (items: readonly PositionedText[]) =>
      layOutPage({ items, ...area }, (text) => putAside.push({ fate: 'furniture', why: 'line-number', text }));
    const account = (blocks: readonly DraftBlock[]) => ({
      account: accountFor({
        seen: witnessPdfPage(withoutDrawnAgain(drawn.runs), pageNumber, buttons),
        read: blocks.map((block) => block.text).join('\n'),
        putAside,
      }),
    });
    const { textCoverage, garbageRatio, imageArea } = evidence;
    const scores = { textCoverage, garbageRatio, imageArea };
    if (native) {
      const blocks = layOut([...text.visible, ...text.hidden]);
      const asked = withDoubt(PAGE_REASONS.askedNative, hasFlatPower(blocks));
      return blocks.length > 0
        ? { page: pageNumber, outcome: 'native', reason: asked, scores, ...size, blocks, ...unseen, ...account(blocks) }
        : { ...failedPage(pageNumber, 'PAGE_UNREADABLE', size), reason: PAGE_REASONS.noTextLayer, scores };
    }
    const blocks = outcome === 'native' ? layOut(text.visible) : [];
    const pictures = outcome === 'native' ? picturesOf(drawn.images, text.visible, size) : [];
    return {
      page: pageNumber,
      outcome,
      reason: withDoubt(reason, hasFlatPower(blocks)),
      scores,
      ...size,
      blocks,
      ...(pictures.length > 0 ? { pictures } : {}),
      ...unseen,
      ...(outcome === 'native' ? account(blocks) : {}),
    };
  } catch {
    // The engine's message may quote the page; the ledger says only that the page is damaged.
    return failedPage(pageNumber, 'PAGE_UNREADABLE', size);
  } finally {
    page?.cleanup();
    if (hasPictures) await letPixelsGo(document);
  }
}

/** What the page holds and its text will not: invisible text, laid out as if it were seen, and annotations. */
function unseenOf(
  page: number,
  hidden: readonly PositionedText[],
  annotations: readonly string[],
  size: { width: number; height: number },
): Pick<PageReading, 'unseen'> {
  const text = hidden.length === 0 ? '' : layOutPage({ items: hidden, ...size }).map((block) => block.text).join('\n'); // prettier-ignore
  const unseen: UnseenText[] = [
    ...(text.trim() === '' ? [] : [{ page, from: 'hidden' as const, text }]),
    ...annotations.map((comment): UnseenText => ({ page, from: 'annotation', text: comment })),
  ];
  return unseen.length > 0 ? { unseen } : {};
}

function hasCutPicture(objects: ReadonlyMap<string, unknown>): boolean {
  return [...objects.values()].some((object) => {
    const picture = asPicture(object);
    return picture !== undefined && isCutOff(picture);
  });
}
