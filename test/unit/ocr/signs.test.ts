import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { OcrPage, OcrWord, PageImage } from '../../../core/ports/ocr-engine.js';
import { DOUBTFUL_QUANTITY } from '../../../core/reading/recognition/doubtful-quantity.js';
import { ocrPageReading } from '../../../core/reading/recognition/ocr-blocks.js';
import { greyPage } from '../../../infra/readers/page-image/grey-page.js';
import { tiffOf } from '../../../infra/readers/page-image/grey-tiff.js';
import type { RecognisedPage } from '../../../infra/ocr/ocr-page.js';
import { doubtOf } from '../../../infra/ocr/signs/doubtful-words.js';
import { readSigns } from '../../../infra/ocr/signs/read-signs.js';

const FONT = createRequire(import.meta.url).resolve('pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf');
GlobalFonts.registerFromPath(FONT, 'Signs');
const SIZE = 46;

/** What is drawn, `^` before a raised digit, and what Tesseract makes of it. */
type Seen = readonly [drawn: string, read: string];

/** One line of words, 11 points at 300 dpi, with the boxes that an engine gives. */
function lineOf(...seen: readonly Seen[]): { page: OcrPage; image: PageImage } {
  const canvas = createCanvas(1800, 160);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  let x = 40;
  const words: OcrWord[] = seen.map(([drawn, text]) => {
    const left = x;
    for (const [part, raised] of drawn
      .split(/(\^[\d-]+)/)
      .map((piece) => [piece.replace('^', ''), piece.startsWith('^')] as const)) {
      // prettier-ignore
      context.font = `${raised ? SIZE * 0.62 : SIZE}px Signs`;
      context.fillText(part, x, raised ? 100 - SIZE * 0.34 : 100);
      x += context.measureText(part).width;
    }
    const box = { x: Math.round(left), y: 62, width: Math.round(x - left), height: 50 };
    x += SIZE * 0.3;
    return { text, confidence: 80, box };
  });
  const box = { x: 40, y: 60, width: 1700, height: 50 };
  const image = {
    format: 'tiff',
    bytes: tiffOf(greyPage(canvas)),
    widthPixels: 1800,
    heightPixels: 160,
    dpi: 300,
  } as const;
  return { page: { paragraphs: [{ lines: [{ words, box }], box }], confidence: 80 }, image };
}

/** A reader that finds the same number wherever it is shown a strip of one. */
const always =
  (number: string, confidence = 96) =>
  (strip: PageImage): Promise<RecognisedPage> => {
    const rows = Math.floor((strip.heightPixels - 80) / 84);
    const words = Array.from({ length: rows }, (_, row) => ({
      text: number.repeat(3),
      confidence,
      bbox: { x0: 40, x1: 140, y0: 45 + row * 84, y1: 75 + row * 84 },
    }));
    const bbox = { x0: 0, y0: 0, x1: 1, y1: 1 };
    return Promise.resolve({
      blocks: [{ paragraphs: [{ lines: words.map((word) => ({ words: [word], bbox })), bbox }] }],
    });
  };
const never = (): Promise<RecognisedPage> => Promise.reject(new Error('nothing was to be read again'));

async function signs(
  seen: readonly Seen[],
  readDigits = never as (strip: PageImage) => Promise<RecognisedPage>,
): Promise<OcrWord[]> {
  const { page, image } = lineOf(...seen);
  return (await readSigns(page, image, readDigits)).paragraphs.flatMap((p) => p.lines.flatMap((line) => line.words));
}
const texts = (words: readonly OcrWord[]) => words.map((word) => `${word.text}${word.doubtful ? ' ?' : ''}`);

describe('signs of quantities', () => {
  it.each(['10°/L', '100/L', '10/L,', '105/L', '10//L'])('are told where an exponent was read %s', async (read) => {
    const tail = read.endsWith(',') ? ',' : '';
    const words = await signs(
      [
        ['1.5', '1.5'],
        ['×', 'x'],
        [`10^9/L${tail}`, read],
      ],
      always('9'),
    );
    expect(texts(words)).toEqual(['1.5', '×', `10⁹/L${tail}`]);
  });

  it('are told in negative powers and in squares', async () => {
    expect(
      texts(
        await signs(
          [
            ['2.5', '2.5'],
            ['×', 'x'],
            ['10^-3', '10°'],
          ],
          always('3'),
        ),
      )[2],
    ).toBe('10⁻³');
    expect(
      texts(
        await signs(
          [
            ['1.73', '1.73'],
            ['m^2', 'm?'],
          ],
          always('2'),
        ),
      )[1],
    ).toBe('m²');
    expect(texts(await signs([['kg/m^2,', 'kg/m’,']], always('2')))[0]).toBe('kg/m²,');
  });

  it.each([
    ['unsure', always('9', 20)],
    ['unlike', always('')],
    ['no square', always('7')],
  ] as const)('stay as they were read and are in doubt when the digit is %s', async (_, readDigits) => {
    expect(
      texts(
        await signs(
          [
            ['1.73', '1.73'],
            ['m^2', 'm?'],
          ],
          readDigits,
        ),
      )[1],
    ).toBe('m? ?');
  });

  it('are in doubt where a power cannot be taken apart', async () => {
    expect(
      texts(
        await signs([
          ['3', '3'],
          ['x', 'x'],
          ['1000 g', '10°'],
        ]),
      )[2],
    ).toBe('10° ?');
  });

  it('are in doubt where a minus may have faded', async () => {
    const words = await signs([['2.5', '2.5'], ['×', 'x'], ['10 ^3', '10°']], always('3')); // prettier-ignore
    expect(texts(words)[2]).toBe('10° ?');
  });

  it('are told by their bars and stems', async () => {
    const words = await signs([['≥', '>'], ['30', '30'], ['≤', '<'], ['5', '5'], ['>', '>'], ['7', '7'], ['<', '<'], ['9', '9']]); // prettier-ignore
    expect(texts(words)).toEqual(['≥', '30', '≤', '5', '>', '7', '<', '9']);
    expect(
      texts(
        await signs([
          ['25', '25'],
          ['µg', 'pg'],
          ['30', '30'],
          ['pg', 'pg'],
          ['4', '4'],
          ['ug', 'ug'],
        ]),
      ),
    ).toEqual(['25', 'µg', '30', 'pg', '4', 'ug']);
  });

  it('stay what they are where nothing is raised', async () => {
    const drawn = [['2', '2'], ['x', 'x'], ['100', '100'], ['mg', 'mg'], ['100/L', '100/L'], ['5', '5'], ['m2', 'm2'], ['2', '2'], ['30', '30'], ['=', '='], ['4', '4']] as const; // prettier-ignore
    expect(texts(await signs(drawn))).toEqual(drawn.map(([, read]) => read));
  });

  it('cost nothing where there are none', async () => {
    const { page } = lineOf(['Take', 'Take'], ['500', '500'], ['mg', 'mg']);
    const unreadable = { format: 'png', bytes: new Uint8Array(), widthPixels: 1, heightPixels: 1, dpi: 300 } as const;
    expect(await readSigns(page, unreadable, never)).toBe(page);
    expect(
      doubtOf({ text: 'mg/kg', confidence: 90, box: { x: 0, y: 0, width: 1, height: 1 } }, undefined, undefined),
    ).toBeNull();
  });

  it('that could not be told are in the ledger', () => {
    const { page } = lineOf(['10^9/L', '10°/L']);
    const doubtful = { ...page, paragraphs: page.paragraphs.map((p) => ({ ...p, lines: p.lines.map((line) => ({ ...line, words: line.words.map((word) => ({ ...word, doubtful: true as const })) })) })) }; // prettier-ignore
    const input = { page: 1, dpi: 300, width: 595, height: 842, reason: 'images and no text layer' };
    expect(ocrPageReading({ ...input, ocr: doubtful }).reason).toBe(`${input.reason}; ${DOUBTFUL_QUANTITY}`);
    expect(ocrPageReading({ ...input, ocr: page }).reason).toBe(input.reason);
  });
});
