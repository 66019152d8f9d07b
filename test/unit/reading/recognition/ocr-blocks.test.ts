import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../../../core/contract/failures.js';
import type { OcrPage, OcrParagraph } from '../../../../core/ports/ocr-engine.js';
import { ocrPageReading } from '../../../../core/reading/recognition/ocr-blocks.js';

/** Lines of words 40 pixels high, 60 apart. */
function paragraph(top: number, texts: readonly string[], height = 40): OcrParagraph {
  const lines = texts.map((text, index) => {
    const box = { x: 300, y: top + index * 60, width: text.length * 20, height };
    return { words: text.split(' ').map((word) => ({ text: word, confidence: 90, box })), box };
  });
  return { lines, box: { x: 300, y: top, width: 1000, height: lines.length * 60 } };
}

const read = (ocr: OcrPage) =>
  ocrPageReading({ page: 3, ocr, dpi: 300, width: 595, height: 842, reason: 'images and no text layer', scores: { imageArea: 1 } }); // prettier-ignore

describe('ocrPageReading', () => {
  it('makes blocks with boxes in points and keeps reason, scores and confidence', () => {
    const page = read({
      paragraphs: [
        paragraph(300, ['Treatment'], 60),
        paragraph(450, ['Give fictamycin to adults', 'twice a day.', '• with food', '• with water']),
      ],
      confidence: 91.5,
    });
    expect(page).toMatchObject({
      page: 3,
      outcome: 'ocr',
      reason: 'images and no text layer',
      scores: { imageArea: 1, ocrConfidence: 91.5 },
    });
    expect(page.blocks.map((block) => [block.kind, block.text])).toEqual([
      ['heading', 'Treatment'],
      ['paragraph', 'Give fictamycin to adults\ntwice a day.'],
      ['list', '• with food\n• with water'],
    ]);
    expect(page.blocks[0]?.boxes).toEqual([{ x: 72, y: 69.4, width: 43.2, height: 22 }]);
  });

  it('fails a page of noise, and keeps nothing of it but its scores', () => {
    const noise = paragraph(300, ['~| ny rn', 'oO l| Give']);
    const unsure = noise.lines.map((line) => ({
      ...line,
      words: line.words.map((word) => ({ ...word, confidence: word.text === 'Give' ? 91 : 35 })),
    }));
    expect(read({ paragraphs: [{ ...noise, lines: unsure }], confidence: 43 })).toEqual({
      page: 3,
      outcome: 'failed',
      reason: FAILURES.PAGE_ILLEGIBLE.message,
      failureCode: 'PAGE_ILLEGIBLE',
      scores: { imageArea: 1, ocrConfidence: 43 },
      width: 595,
      height: 842,
      blocks: [],
    });
  });

  it('keeps the rows of a table together, in whatever order the engine gives its columns', () => {
    const column = (x: number, texts: readonly string[]): OcrParagraph => {
      const lines = texts.map((text, index) => {
        const box = { x, y: 400 + index * 60, width: text.length * 20, height: 36 };
        let at = x;
        const words = text.split(' ').map((word) => {
          const own = { ...box, x: at, width: word.length * 20 - 4, height: /[gpy]/.test(word) ? 36 : 29 };
          at += word.length * 20 + 10;
          return { text: word, confidence: 90, box: own };
        });
        return { words, box };
      });
      return { lines, box: { x, y: 400, width: 300, height: 240 } };
    };
    const ages = column(300, ['Age', '1 to 4 years', '5 to 9 years', '10 to 15 years']);
    const doses = column(900, ['Dose', '62.5 mg', '125 mg', '250 mg']);
    expect(read({ paragraphs: [ages, doses], confidence: 90 }).blocks.map((block) => [block.kind, block.text])).toEqual(
      [['table', 'Age | Dose\n1 to 4 years | 62.5 mg\n5 to 9 years | 125 mg\n10 to 15 years | 250 mg']],
    );
  });

  it('calls a page without words blank', () => {
    const empty = {
      lines: [{ words: [], box: { x: 0, y: 0, width: 9, height: 9 } }],
      box: { x: 0, y: 0, width: 9, height: 9 },
    };
    expect(read({ paragraphs: [empty], confidence: 0 })).toMatchObject({
      outcome: 'blank',
      reason: 'no text in the page image',
      blocks: [],
    });
  });
});
