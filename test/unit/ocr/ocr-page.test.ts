import { describe, expect, it } from 'vitest';
import { ocrPage } from '../../../infra/ocr/ocr-page.js';

const bbox = { x0: 10, y0: 20, x1: 40, y1: 30 };

/** One block of one paragraph; a line is a list of words with their confidences. */
function page(...lines: Record<string, number>[]): Parameters<typeof ocrPage>[0] {
  const made = lines.map((line) => ({
    words: Object.entries(line).map(([text, confidence]) => ({ text, confidence, bbox })),
    bbox,
  }));
  return { blocks: [{ paragraphs: [{ lines: made, bbox }] }] };
}

describe('what Tesseract saw', () => {
  it('keeps unsure words of a line that is read', () => {
    const { paragraphs, confidence } = ocrPage(page({ Take: 95, '5O0': 35, mg: 90 }));
    expect(paragraphs[0]?.lines[0]?.words.map((word) => word.text)).toEqual(['Take', '5O0', 'mg']);
    expect(confidence).toBeCloseTo(220 / 3);
    expect(paragraphs[0]?.box).toEqual({ x: 10, y: 20, width: 30, height: 10 });
  });

  it('drops rejected words, blank words and lines made of specks', () => {
    const read = ocrPage(page({ Take: 95, '~': 0, ' ': 90 }, { '—': 12, '|': 60, a: 20 }));
    expect(read.paragraphs.flatMap((p) => p.lines.flatMap((line) => line.words.map((word) => word.text)))).toEqual([
      'Take',
    ]);
  });

  it('has no paragraphs and no confidence where nothing is left', () => {
    const nothing = { paragraphs: [], confidence: 0 };
    expect(ocrPage(page({ ee: 20 }, { a: 0 }))).toEqual(nothing);
    expect(ocrPage({ blocks: null })).toEqual(nothing);
    expect(ocrPage(page())).toEqual(nothing);
  });
});
