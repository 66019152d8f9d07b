import { describe, expect, it } from 'vitest';
import type { OcrPage } from '../../../../core/ports/ocr-engine.js';
import type { Box } from '../../../../core/contract/block.js';
import { DOUBTFUL_QUANTITY } from '../../../../core/reading/recognition/doubtful-quantity.js';
import { PAGE_REASONS } from '../../../../core/reading/recognition/page-decision.js';
import { withPictureText } from '../../../../core/reading/recognition/picture-text.js';
import { blockOf, pageOf } from '../page-fixtures.js';

const DPI = 72;

/** One line of words, in the middle of its picture. */
function ocrOf(text: string, confidence = 90): OcrPage {
  const words = text.split(' ').map((word, index) => ({
    text: word,
    confidence,
    box: { x: index * 40, y: 10, width: 30, height: 10 },
  }));
  const box = { x: 0, y: 10, width: words.length * 40, height: 10 };
  return { paragraphs: words.length > 0 ? [{ lines: [{ words, box }], box }] : [], confidence };
}

const at = (x: number, y: number, width: number): Box => ({ x, y, width, height: 40 });
const text = (page: ReturnType<typeof withPictureText>) => page.blocks.map((block) => block.text);
const column = (name: string, x: number, top: number) =>
  blockOf('paragraph', name, { boxes: [{ x, y: top, width: 240, height: 60 }] });

describe('withPictureText', () => {
  it('puts the text of a picture behind what stands above it', () => {
    const page = pageOf(1, [blockOf('paragraph', 'above', { top: 100 }), blockOf('paragraph', 'below', { top: 300 })]);
    const read = withPictureText({ ...page, pictures: [at(60, 200, 300)] }, [
      { box: at(60, 200, 300), ocr: ocrOf('Dose 50 mg daily'), dpi: DPI },
    ]);
    expect(text(read)).toEqual(['above', 'Dose 50 mg daily', 'below']);
    expect(read).not.toHaveProperty('pictures');
    expect(read.scores.ocrConfidence).toBe(90);
    expect(read.blocks[1]?.boxes[0]).toMatchObject({ x: 60 });
  });

  it('keeps to its column, at its top and at its foot, before the footnotes', () => {
    const title = blockOf('heading', 'title', { top: 50 });
    const note = blockOf('paragraph', '¹ note', { top: 700, note: true });
    const page = pageOf(1, [title, column('left', 50, 100), column('right', 310, 300), note]);
    const picture = (box: Box) => text(withPictureText(page, [{ box, ocr: ocrOf('Dose 50 mg daily'), dpi: DPI }]));
    expect(picture(at(310, 150, 200))).toEqual(['title', 'left', 'Dose 50 mg daily', 'right', '¹ note']);
    expect(picture(at(50, 400, 200))).toEqual(['title', 'left', 'Dose 50 mg daily', 'right', '¹ note']);
    expect(picture(at(310, 500, 200))).toEqual(['title', 'left', 'right', 'Dose 50 mg daily', '¹ note']);
  });

  it('says that a quantity in a picture is in doubt, and keeps what was said of the text layer', () => {
    const box = at(60, 400, 300);
    const sure = ocrOf('Platelets above 50 daily');
    const doubtful: OcrPage = structuredClone(sure);
    Object.assign(doubtful.paragraphs[0]?.lines[0]?.words[2] ?? {}, { doubtful: true });
    const reasonOf = (reason: string, ocr: OcrPage) =>
      withPictureText({ ...pageOf(1, [blockOf('paragraph', 'above')]), reason }, [{ box, ocr, dpi: DPI }]).reason;
    const { textLayer, pictures } = PAGE_REASONS;
    expect(reasonOf(textLayer, sure)).toBe(pictures);
    expect(reasonOf(textLayer, doubtful)).toBe(`${pictures}; ${DOUBTFUL_QUANTITY}`);
    expect(reasonOf(`${textLayer}; ${DOUBTFUL_QUANTITY}`, sure)).toBe(`${pictures}; ${DOUBTFUL_QUANTITY}`);
    expect(reasonOf(`${textLayer}; ${DOUBTFUL_QUANTITY}`, doubtful)).toBe(`${pictures}; ${DOUBTFUL_QUANTITY}`);
  });

  it('leaves a page alone whose pictures carry no text', () => {
    const page = pageOf(1, [blockOf('paragraph', 'above')]);
    const box = at(60, 400, 300);
    for (const ocr of [ocrOf('', 0), ocrOf('| ~ ; : -'), ocrOf('H N C NH HCI'), ocrOf('Dose of 50 mg', 45)]) {
      expect(withPictureText({ ...page, pictures: [box] }, [{ box, ocr, dpi: DPI }])).toEqual(page);
    }
  });
});
