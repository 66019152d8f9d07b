import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isFailureCode } from '../../core/contract/failures.js';
import { ocrPageReading } from '../../core/reading/recognition/ocr-blocks.js';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { inkDifference, PICTURE_LINES, picturePath, plainPng, turnedJpeg } from '../fixtures/documents/pictures.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const DRAW = { dpi: 200, maxPixels: 17_400_000 };
/** Rounding at the edges of letters (.02, of few colours .19) stays below; a missing line of text is a third. */
const SAME_INK = 0.25;

describe('pictures as documents', () => {
  const { reader, files } = childReader();

  const failure = (code: string) => expect.objectContaining({ name: 'Failure', code }) as unknown;
  const original = readFileSync(picturePath('page.png'));

  it.each([
    ['page.png', 'png', 1],
    ['page.jpg', 'jpeg', 1],
    ['fax-g4.tif', 'tiff', 2],
    ['bilevel-bigendian.tif', 'tiff', 1],
  ])('%s is a %s of %i pages', async (name, format, pageCount) => {
    expect(await reader.inspect(picturePath(name), LIMITS)).toEqual({
      format,
      compressed: false,
      pageCount,
      metadata: {},
    });
  });

  it('leaves every page to OCR, its size in points from the resolution of the file', async () => {
    const pages = await reader.readPages(picturePath('fax-g4.tif'), { from: 1, to: 2 }, LIMITS);
    const size = { width: (864 / 200) * 72, height: 180 };
    const pending = { outcome: 'pending', reason: PAGE_REASONS.picture, blocks: [] };
    expect(pages).toMatchObject([
      { page: 1, ...pending, scores: { imageArea: 1 } },
      { page: 2, ...pending },
    ]);
    for (const { width, height } of pages) {
      expect(width).toBeCloseTo(size.width, 1);
      expect(height).toBeCloseTo(size.height, 1);
    }
  });

  it.each([
    'page.jpg',
    'fax-g4.tif',
    'fax-g3.tif',
    'fax-g3-2d.tif',
    'bilevel-bigendian.tif',
    'gray-packbits.tif',
    'gray-tiled.tif',
    'palette.tif',
    'rgb-lzw-predictor.tif',
    'rgb-deflate.tif',
    'rgb-jpeg.tif',
  ])('draws %s as what was packed into it', async (name) => {
    const image = await reader.renderPage(picturePath(name), { page: 1, ...DRAW }, LIMITS);
    expect(await inkDifference(original, image.bytes)).toBeLessThan(SAME_INK);
  });

  it('draws a standard fax, whose lines stand further apart than its columns, in its true shape', async () => {
    const image = await reader.renderPage(picturePath('fax-standard.tif'), { page: 1, ...DRAW }, LIMITS);
    expect(image.widthPixels / image.heightPixels).toBeCloseTo(864 / 204 / (250 / 98), 1);
    expect(await inkDifference(original, image.bytes)).toBeLessThan(SAME_INK * 2);
  });

  it('reads the words of both pages of a fax', async () => {
    const engine = new TesseractJsEngine({ languages: ['eng'], threads: 1 });
    try {
      for (const [index, lines] of PICTURE_LINES.entries()) {
        const page = index + 1;
        const image = await reader.renderPage(picturePath('fax-g4.tif'), { page, ...DRAW, dpi: 300 }, LIMITS);
        const ocr = await engine.recognise({ image, languages: ['eng'] });
        const { blocks } = ocrPageReading({ page, ocr, dpi: image.dpi, width: 311, height: 180, reason: '' });
        expect(blocks.map((block) => block.text).join('\n')).toBe(lines.join('\n'));
      }
    } finally {
      await engine.close();
    }
  });

  it('turns a photograph as its EXIF data say', async () => {
    for (const orientation of [1, 3, 6, 8]) {
      const path = files.write(`turned-${orientation}.jpg`, turnedJpeg(orientation));
      const [page] = await reader.readPages(path, { from: 1, to: 1 }, LIMITS);
      const image = await reader.renderPage(path, { page: 1, ...DRAW }, LIMITS);
      const onItsSide = orientation >= 5;
      expect((page?.height ?? 0) > (page?.width ?? 0)).toBe(onItsSide);
      expect(image.heightPixels > image.widthPixels).toBe(onItsSide);
    }
  });

  it('turns a TIFF page as its tag says', async () => {
    const upright = readFileSync(picturePath('bilevel-bigendian.tif'));
    const directory = upright.readUInt32BE(4);
    const entries = upright.readUInt16BE(directory);
    for (let index = 0; index < entries; index++) {
      const at = directory + 2 + index * 12;
      if (upright.readUInt16BE(at) === 274) upright.writeUInt16BE(3, at + 8);
    }
    const turned = files.write('turned.tif', upright);
    const image = await reader.renderPage(turned, { page: 1, ...DRAW }, LIMITS);
    expect(await inkDifference(original, image.bytes)).toBeGreaterThan(0.5);
  });

  it('keeps the pixel cap by drawing at fewer dpi', async () => {
    const image = await reader.renderPage(picturePath('page.png'), { page: 1, dpi: 600, maxPixels: 100_000 }, LIMITS);
    expect(image.widthPixels * image.heightPixels).toBeLessThanOrEqual(101_000);
    const page = (await reader.readPages(picturePath('page.png'), { from: 1, to: 1 }, LIMITS))[0];
    expect(image.widthPixels).toBeCloseTo(((page?.width ?? 0) / 72) * image.dpi, 0);
  });

  it('refuses a picture bomb by its header', async () => {
    const bomb = files.write('bomb.png', plainPng(60_000, 60_000, { rows: 100 }));
    await expect(reader.inspect(bomb, LIMITS)).rejects.toEqual(failure('IMAGE_TOO_LARGE'));
    const fax = readFileSync(picturePath('fax-g4.tif'));
    const wide = files.write('wide.tif', withTag(fax, 256, 65_000, withTag(fax, 257, 65_000)));
    const [first, second] = await reader.readPages(wide, { from: 1, to: 2 }, LIMITS);
    expect(first).toMatchObject({ outcome: 'failed', failureCode: 'IMAGE_TOO_LARGE' });
    expect(second).toMatchObject({ outcome: 'pending' });
  });

  it('says which packing it cannot read', async () => {
    const path = picturePath('rgb-planes.tif');
    await expect(reader.renderPage(path, { page: 1, ...DRAW }, LIMITS)).rejects.toEqual(failure('IMAGE_UNSUPPORTED'));
  });

  it.each(['page.png', 'page.jpg', 'gray-packbits.tif'])(
    'never takes %s, cut off, for a page that ends white',
    async (name) => {
      const whole = readFileSync(picturePath(name));
      for (const share of [0.001, 0.1, 0.5, 0.9, 0.99]) {
        const path = files.write(`cut-${share}-${name}`, whole.subarray(0, Math.max(12, whole.length * share)));
        const read = reader.inspect(path, LIMITS).then(() => reader.renderPage(path, { page: 1, ...DRAW }, LIMITS));
        await expect(read).rejects.toMatchObject({
          code: expect.stringMatching(/^(IMAGE_DAMAGED|UNSUPPORTED_TYPE)$/) as unknown,
        });
      }
    },
  );

  it('reads or refuses pictures with flipped bytes, and reads the next one', async () => {
    for (const name of ['page.jpg', 'fax-g4.tif', 'fax-g3-2d.tif', 'rgb-jpeg.tif', 'rgb-lzw-predictor.tif']) {
      const whole = readFileSync(picturePath(name));
      for (let round = 0; round < 8; round++) {
        const broken = Buffer.from(whole);
        for (let flip = 0; flip < 12; flip++) {
          const at = 8 + ((round * 7919 + flip * 104_729) % (broken.length - 8));
          broken[at] = (broken[at] ?? 0) ^ (1 << (flip & 7));
        }
        const path = files.write(`flip-${round}-${name}`, broken);
        const outcome = await reader
          .inspect(path, LIMITS)
          .then(() => reader.renderPage(path, { page: 1, ...DRAW }, LIMITS))
          .then(
            () => 'drawn',
            (error: { code?: unknown }) => (isFailureCode(error.code) ? 'refused' : error),
          );
        expect(['drawn', 'refused']).toContain(outcome);
      }
    }
    expect((await reader.inspect(picturePath('page.png'), LIMITS)).pageCount).toBe(1);
  });

  it('refuses a TIFF whose directories lead in a circle', async () => {
    const fax = readFileSync(picturePath('fax-g4.tif'));
    const first = fax.readUInt32LE(4);
    fax.writeUInt32LE(first, first + 2 + fax.readUInt16LE(first) * 12);
    const path = files.write('circle.tif', fax);
    await expect(reader.inspect(path, LIMITS)).rejects.toEqual(failure('IMAGE_DAMAGED'));
  });
});

/** A little-endian TIFF whose first directory has another value for a tag. */
function withTag(tiff: Buffer, tag: number, value: number, base: Buffer = tiff): Buffer {
  const changed = Buffer.from(base);
  const directory = changed.readUInt32LE(4);
  for (let index = 0; index < changed.readUInt16LE(directory); index++) {
    const at = directory + 2 + index * 12;
    if (changed.readUInt16LE(at) !== tag) continue;
    changed.writeUInt16LE(4, at + 2);
    changed.writeUInt32LE(value, at + 8);
  }
  return changed;
}
