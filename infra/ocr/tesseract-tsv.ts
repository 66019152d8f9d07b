import { Failure } from '../../core/contract/failures.js';
import type { RecognisedPage, RecognisedWord } from './ocr-page.js';

/** Of the column `level`: what a row of the table describes. */
const LEVEL = { block: 2, paragraph: 3, line: 4, word: 5 } as const;
const COLUMNS = 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext';

type Bbox = RecognisedWord['bbox'];
interface Block {
  readonly paragraphs: {
    readonly lines: { readonly words: RecognisedWord[]; readonly bbox: Bbox }[];
    readonly bbox: Bbox;
  }[];
}

/** Tesseract's table of what stands on a page, as the tree that tesseract.js gives. Errors: `OCR_FAILED` for another table. */
export function pageOfTsv(tsv: string): RecognisedPage {
  const [head, ...rows] = tsv.split('\n');
  if (head?.trimEnd() !== COLUMNS) throw new Failure('OCR_FAILED', { detail: 'unknown output' });
  const blocks: Block[] = [];
  for (const row of rows) {
    const [level, , , , , , left, top, width, height, confidence, ...text] = row.split('\t');
    const [x0, y0] = [Number(left), Number(top)];
    const bbox = { x0, y0, x1: x0 + Number(width), y1: y0 + Number(height) };
    const paragraphs = blocks.at(-1)?.paragraphs;
    const lines = paragraphs?.at(-1)?.lines;
    switch (Number(level)) {
      case LEVEL.block:
        blocks.push({ paragraphs: [] });
        break;
      case LEVEL.paragraph:
        paragraphs?.push({ lines: [], bbox });
        break;
      case LEVEL.line:
        lines?.push({ words: [], bbox });
        break;
      case LEVEL.word:
        lines?.at(-1)?.words.push({ text: text.join('\t').trimEnd(), confidence: Number(confidence), bbox });
    }
  }
  return { blocks };
}
