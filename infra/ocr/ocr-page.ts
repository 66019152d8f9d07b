import type { Bbox, Page } from 'tesseract.js';
import type { OcrLine, OcrPage, OcrParagraph, OcrWord } from '../../core/ports/ocr-engine.js';
import type { Box } from '../../core/reading/block.js';

/** See docs/decisions.md: what specks, rules and stains are read as lies below, words of bad scans lie above. */
const MIN_WORD_CONFIDENCE = 10;

/** What Tesseract saw, without what is no text. */
export function ocrPage({ blocks }: Pick<Page, 'blocks'>): OcrPage {
  const paragraphs: OcrParagraph[] = [];
  for (const block of blocks ?? []) {
    for (const paragraph of block.paragraphs) {
      const lines: OcrLine[] = [];
      for (const line of paragraph.lines) {
        const words = line.words.filter(isText).map(toWord);
        if (words.length > 0) lines.push({ words, box: toBox(line.bbox) });
      }
      if (lines.length > 0) paragraphs.push({ lines, box: toBox(paragraph.bbox) });
    }
  }
  const words = paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words));
  const sum = words.reduce((total, word) => total + word.confidence, 0);
  return { paragraphs, confidence: words.length === 0 ? 0 : sum / words.length };
}

interface RecognisedWord {
  readonly text: string;
  readonly confidence: number;
  readonly bbox: Bbox;
}

function isText({ text, confidence }: RecognisedWord): boolean {
  return text.trim() !== '' && confidence >= MIN_WORD_CONFIDENCE;
}

function toWord({ text, confidence, bbox }: RecognisedWord): OcrWord {
  return { text: text.trim(), confidence, box: toBox(bbox) };
}

function toBox({ x0, y0, x1, y1 }: Bbox): Box {
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}
