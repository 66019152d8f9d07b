import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { OcrEngine, OcrPage, PageImage } from '../../core/ports/ocr-engine.js';
import { greyPage } from '../../infra/readers/page-image/grey-page.js';
import { tiffOf } from '../../infra/readers/page-image/grey-tiff.js';

const DPI = 300;
const WIDTH = 1748;
const HEIGHT = 1240;

/** What was drawn into which picture: from here a fake engine knows what it "reads". */
const drawn = new WeakMap<Uint8Array, readonly string[]>();

/** The lines that {@link drawPage} put into a picture; `null` for bytes that it did not make. */
export function drawnLines({ bytes }: PageImage): readonly string[] | null {
  return drawn.get(bytes) ?? null;
}

/** An A6 page at 300 dpi with lines of 12 pt text. */
export function drawPage(lines: readonly string[], format: PageImage['format'] = 'png'): PageImage {
  const paint = (context: SKRSContext2D) => {
    context.font = '50px sans-serif';
    lines.forEach((line, index) => context.fillText(line, 120, 160 + index * 90));
  };
  return draw(lines, paint, format);
}

/** A page with nothing on it but dust: what a scanner makes of an empty sheet. */
export function drawSpecks(): PageImage {
  return draw([], (context) => {
    for (let speck = 0; speck < 300; speck++) {
      context.fillRect((speck * 7919) % WIDTH, (speck * 104_729) % HEIGHT, 1 + (speck % 5), 1 + (speck % 3));
    }
  });
}

function draw(
  lines: readonly string[],
  paint: (context: SKRSContext2D) => void,
  format: PageImage['format'] = 'png',
): PageImage {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = 'black';
  paint(context);
  const bytes = format === 'png' ? canvas.toBuffer('image/png') : tiffOf(greyPage(canvas));
  drawn.set(bytes, lines);
  return { format, bytes, widthPixels: WIDTH, heightPixels: HEIGHT, dpi: DPI };
}

export function pageText(page: OcrPage): string {
  const lines = page.paragraphs.flatMap((paragraph) => paragraph.lines);
  return lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n');
}

const LINES = ['Metformin 500 mg twice daily', 'Stop when eGFR falls below 30', 'Review after three months'];

const PORTUGUESE_LINES = [
  'Não administrar em crianças',
  'Dose máxima: 40 mg por injeção',
  'Reavaliação após três sessões',
];

const QUANTITIES = ['Neutrophils below 1.5 × 10⁹/L', 'Body surface area of 1.73 m²', 'Ferritin ≤ 30 µg/L on admission'];

/** Raised digits as word processors set them: small, and off the line. */
function drawQuantities(): PageImage {
  return draw(QUANTITIES, (context) => {
    QUANTITIES.forEach((line, index) => {
      let x = 120;
      for (const [at, part] of line.split(/([⁹²])/u).entries()) {
        const raised = at % 2 === 1;
        context.font = `${raised ? 31 : 50}px sans-serif`;
        const shown = part.normalize(raised ? 'NFKC' : 'NFC');
        context.fillText(shown, x, 160 + index * 90 - (raised ? 17 : 0));
        x += context.measureText(shown).width;
      }
    });
  });
}

/**
 * What every {@link OcrEngine} promises. `open` gives a new one each time, set up for `eng` and `por`; with a deadline of a
 * millisecond every page takes too long.
 */
export function ocrEngineContract(
  name: string,
  open: (options?: { readonly pageTimeoutMs: number }) => Promise<OcrEngine>,
): void {
  describe(`OcrEngine: ${name}`, () => {
    let engine: OcrEngine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    const read = (image: PageImage, signal?: AbortSignal): Promise<OcrPage> =>
      engine.recognise({ image, languages: ['eng'], ...(signal ? { signal } : {}) });
    const isOcrFailed = (error: unknown): boolean => error instanceof Failure && error.code === 'OCR_FAILED';

    it('has a name', () => {
      expect(engine.name).not.toBe('');
    });

    it('reads the words of a page in order, sure of them', async () => {
      const page = await read(drawPage(LINES));
      expect(pageText(page)).toBe(LINES.join('\n'));
      expect(page.confidence).toBeGreaterThan(80);
      expect(page.confidence).toBeLessThanOrEqual(100);
    });

    it('reads Portuguese with its accents', async () => {
      const page = await engine.recognise({ image: drawPage(PORTUGUESE_LINES), languages: ['por'] });
      expect(pageText(page)).toBe(PORTUGUESE_LINES.join('\n'));
    });

    it('reads powers, bounds and units as they are drawn', async () => {
      expect(pageText(await read(drawQuantities()))).toBe(QUANTITIES.join('\n'));
    });

    it('gives every word a box inside the image and below the words of the line before', async () => {
      const image = drawPage(LINES);
      const lines = (await read(image)).paragraphs.flatMap((paragraph) => paragraph.lines);
      expect(lines).toHaveLength(LINES.length);
      for (const { box, confidence } of lines.flatMap((line) => line.words)) {
        expect(confidence).toBeGreaterThan(0);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.width).toBeGreaterThan(0);
        expect(box.height).toBeGreaterThan(0);
        expect(box.x + box.width).toBeLessThanOrEqual(image.widthPixels);
        expect(box.y + box.height).toBeLessThanOrEqual(image.heightPixels);
      }
      const tops = lines.map((line) => line.box.y);
      expect(tops).toEqual([...tops].sort((a, b) => a - b));
    });

    it('answers an empty page and a dusty one with nothing', async () => {
      for (const image of [drawPage([]), drawSpecks()]) {
        expect(await read(image)).toEqual({ paragraphs: [], confidence: 0 });
      }
    });

    it('reads a picture that is not packed as it reads a packed one', async () => {
      expect(await read(drawPage(LINES, 'tiff'))).toEqual(await read(drawPage(LINES)));
    });

    it('reads several pages at once, each its own', async () => {
      const texts = ['Aspirin', 'Warfarin', 'Insulin', 'Heparin'];
      const pages = await Promise.all(texts.map((text) => read(drawPage([`${text} overdose`]))));
      expect(pages.map(pageText)).toEqual(texts.map((text) => `${text} overdose`));
    });

    it('fails on what is no picture, and reads the next page', async () => {
      const broken = { ...drawPage(LINES), bytes: new TextEncoder().encode('no picture at all') };
      await expect(read(broken)).rejects.toSatisfy(isOcrFailed);
      await expect(read({ ...broken, bytes: new Uint8Array() })).rejects.toSatisfy(isOcrFailed);
      expect(pageText(await read(drawPage(['still here'])))).toBe('still here');
    });

    it('fails on a language that it was not set up for', async () => {
      const image = drawPage(LINES);
      await expect(engine.recognise({ image, languages: ['tlh'] })).rejects.toSatisfy(isOcrFailed);
    });

    it('stops at an abort, waiting pages too, and reads the next page', async () => {
      const reason = new Error('stopped by the test');
      await expect(read(drawPage(LINES), AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const pages = Array.from({ length: 12 }, () => read(drawPage(LINES), controller.signal));
      controller.abort(reason);
      const outcomes = await Promise.allSettled(pages);
      for (const outcome of outcomes) expect(outcome).toEqual({ status: 'rejected', reason });
      expect(pageText(await read(drawPage(['after the abort'])))).toBe('after the abort');
    });

    it('gives a page up at its deadline, and its slot with it', async () => {
      const hanging = await open({ pageTimeoutMs: 1 });
      const pages = Array.from({ length: 3 }, () => hanging.recognise({ image: drawPage(LINES), languages: ['eng'] }));
      for (const outcome of await Promise.allSettled(pages)) {
        expect(outcome).toEqual({ status: 'rejected', reason: expect.toSatisfy(isOcrFailed) as unknown });
      }
      await hanging.close();
    });

    it('fails what it was reading when it is closed, and all that comes later', async () => {
      const closing = await open();
      const running = closing.recognise({ image: drawPage(LINES), languages: ['eng'] });
      const failed = expect(running).rejects.toSatisfy(isOcrFailed);
      await closing.close();
      await failed;
      await closing.close();
      await expect(closing.recognise({ image: drawPage(LINES), languages: ['eng'] })).rejects.toSatisfy(isOcrFailed);
    });
  });
}
