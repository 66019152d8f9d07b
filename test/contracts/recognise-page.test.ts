import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, describe, expect, it } from 'vitest';
import { recognisePage } from '../../activities/reading/recognise-page.js';
import type { OcrPage } from '../../core/ports/ocr-engine.js';
import { isIllegible } from '../../core/reading/recognition/ocr-confidence.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { drawPageImage } from '../fixtures/documents/page-image.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const LANGUAGES = ['eng'];
const LINES = ['Give 0.5 mg/kg twice daily', 'and measure again after a week.'];

describe('a scanned page with little on it', () => {
  const { reader, files } = childReader();
  const engine = new TesseractJsEngine({ languages: LANGUAGES, threads: 1 });
  afterAll(() => engine.close());

  const read = (picture: Buffer) =>
    recognisePage({
      reader,
      ocr: engine,
      path: files.write(`${crypto.randomUUID()}.png`, picture),
      page: 1,
      languages: LANGUAGES,
      available: LANGUAGES,
      limits: LIMITS,
    });

  // Its lines are too few to show how it lies: the surest of all turns counts.
  it.each([0, 90, 180, 270])('is read however it lies: turned by %i degrees', async (degrees) => {
    const { ocr } = await read(await turned(drawPageImage(LINES), degrees));
    expect(wordsOf(ocr)).toEqual(LINES.join(' ').split(' '));
    expect(isIllegible(ocr)).toBe(false);
  });

  it('is noise where it holds lines that are no letters', async () => {
    const { ocr } = await read(scribble());
    expect(wordsOf(ocr).length).toBeGreaterThan(0);
    expect(isIllegible(ocr)).toBe(true);
  });
});

function wordsOf({ paragraphs }: OcrPage): string[] {
  return paragraphs.flatMap(({ lines }) => lines.flatMap(({ words }) => words.map(({ text }) => text)));
}

async function turned(picture: Buffer, degrees: number): Promise<Buffer> {
  const image = await loadImage(picture);
  const onItsSide = degrees % 180 !== 0;
  const canvas = createCanvas(onItsSide ? image.height : image.width, onItsSide ? image.width : image.height);
  const context = canvas.getContext('2d');
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(image, -image.width / 2, -image.height / 2);
  return canvas.toBuffer('image/png');
}

/** Strokes in all directions on half of A4, the same each time. */
function scribble(): Buffer {
  const canvas = createCanvas(1654, 1170);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  let seed = 7;
  const below = (bound: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed / 2_147_483_648) * bound;
  };
  for (let stroke = 0; stroke < 200; stroke++) {
    context.beginPath();
    context.moveTo(below(canvas.width), below(canvas.height));
    context.lineTo(below(canvas.width), below(canvas.height));
    context.lineWidth = 1 + below(6);
    context.stroke();
  }
  return canvas.toBuffer('image/png');
}
