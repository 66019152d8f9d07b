import type { OcrPage, OcrWord } from '../../ports/ocr-engine.js';
import type { Box, DraftBlock } from '../../contract/block.js';
import { hasDoubtfulWord, withDoubt } from './doubtful-quantity.js';
import { accountFor } from '../witness/account-for.js';
import { joinAccounts } from '../witness/join-accounts.js';
import { ocrBlocks, wordsSeen } from './ocr-blocks.js';
import { PAGE_REASONS } from './page-decision.js';
import type { PageReading } from '../../contract/reading.js';

/** A picture on a page that is read by its text layer, as OCR read it. */
export interface ReadPicture {
  /** On the page, in points. */
  readonly box: Box;
  readonly ocr: OcrPage;
  readonly dpi: number;
}

/**
 * Photographs, formulas and drawings are read as scraps. Measured on pictures of two drug labels: formulas have 0 to 3 sure
 * words and 62 of mean confidence, photographed packages 66, drawn packages 77, tables above 85.
 */
const MIN_SURE_WORDS = 4;
const MIN_SURE_SHARE = 0.6;
const SURE_CONFIDENCE = 70;
/** Words and lines below are what rules, bar codes and edges were taken for. */
const MIN_WORD_CONFIDENCE = 40;
const MIN_LINE_CONFIDENCE = 60;

/**
 * A page by its text layer together with the text in its pictures, each at its place in the reading order. A page whose
 * pictures carry no text is given back as it is.
 */
export function withPictureText(page: PageReading, pictures: readonly ReadPicture[]): PageReading {
  const bare = withoutPictures(page);
  const withText = pictures
    .map((picture) => ({ ...picture, ocr: withoutScraps(picture.ocr) }))
    .filter(({ ocr }) => carriesText(ocr));
  if (withText.length === 0) return bare;
  let blocks = page.blocks;
  const accounts = page.account ? [page.account] : [];
  for (const { box, ocr, dpi } of withText) {
    const text = ocrBlocks({ ocr, dpi, x: box.x, y: box.y, width: page.width, height: page.height });
    blocks = insertAt(blocks, text.map(asContent), box);
    const seen = [{ text: wordsSeen(ocr), place: { part: 'page' as const, number: page.page } }];
    accounts.push(accountFor({ seen, read: text.map((block) => block.text).join('\n') }));
  }
  const words = withText.reduce((sum, { ocr }) => sum + wordsOf(ocr).length, 0);
  const confidence = withText.reduce((sum, { ocr }) => sum + ocr.confidence * wordsOf(ocr).length, 0) / words;
  const read = page.reason.replace(PAGE_REASONS.textLayer, PAGE_REASONS.pictures);
  const reason = withDoubt(
    read,
    withText.some(({ ocr }) => hasDoubtfulWord(ocr)),
  );
  const account = page.account ? { account: joinAccounts(accounts) } : {};
  return { ...bare, blocks, reason, scores: { ...page.scores, ocrConfidence: confidence }, ...account };
}

function withoutPictures({ pictures: _pictures, ...page }: PageReading): PageReading {
  return page;
}

function wordsOf(ocr: OcrPage): OcrWord[] {
  return ocr.paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words));
}

/** Large letters in a picture open no section of the document around it, and small ones are no footnote of its page. */
function asContent({ note: _note, ...block }: DraftBlock): DraftBlock {
  return block.kind === 'heading' ? { ...block, kind: 'paragraph' } : block;
}

function withoutScraps(ocr: OcrPage): OcrPage {
  const paragraphs = ocr.paragraphs.map((paragraph) => ({
    ...paragraph,
    lines: paragraph.lines
      .map((line) => ({ ...line, words: line.words.filter((word) => word.confidence >= MIN_WORD_CONFIDENCE) }))
      .filter(({ words }) => words.length > 0 && meanConfidence(words) >= MIN_LINE_CONFIDENCE),
  }));
  const cleaned = { paragraphs, confidence: 0 };
  return { ...cleaned, confidence: meanConfidence(wordsOf(cleaned)) };
}

function carriesText(ocr: OcrPage): boolean {
  const words = wordsOf(ocr);
  const sure = words.filter(({ text, confidence }) => confidence >= SURE_CONFIDENCE && /\p{L}{2}|\d/u.test(text));
  return sure.length >= MIN_SURE_WORDS && sure.length >= words.length * MIN_SURE_SHARE;
}

function meanConfidence(words: readonly OcrWord[]): number {
  return words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(words.length, 1);
}

/** Behind the nearest block above the picture in its column, or before the nearest below; else before the footnotes. */
function insertAt(blocks: readonly DraftBlock[], text: readonly DraftBlock[], picture: Box): DraftBlock[] {
  const flow = blocks.filter((block) => !block.note);
  const placed = flow.flatMap((block, index) => {
    const [box] = block.boxes;
    return box && overlap(box, picture) ? [{ box, index, isAbove: middle(box) < middle(picture) }] : [];
  });
  const above = placed.filter((block) => block.isAbove).sort((a, b) => bottom(b.box) - bottom(a.box))[0];
  const below = placed.filter((block) => !block.isAbove).sort((a, b) => a.box.y - b.box.y)[0];
  // A title over all columns is above the right one too: there the text below says better where the picture belongs.
  const byBelow = below && (!above || (above.index + 1 !== below.index && above.box.width > below.box.width * 1.5));
  const at = byBelow ? below.index : above ? above.index + 1 : flow.length;
  return [...flow.slice(0, at), ...text, ...flow.slice(at), ...blocks.filter((block) => block.note)];
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && a.x + a.width > b.x;
}

function middle(box: Box): number {
  return box.y + box.height / 2;
}

function bottom(box: Box): number {
  return box.y + box.height;
}
