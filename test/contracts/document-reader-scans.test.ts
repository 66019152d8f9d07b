import { createCanvas, loadImage } from '@napi-rs/canvas';
import { PDFDocument, type PDFPage, rgb, setTextRenderingMode, TextRenderingMode } from 'pdf-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import { greyPage } from '../../infra/readers/page-image/grey-page.js';
import { drawPageImage } from '../fixtures/documents/page-image.js';
import { A4 } from '../fixtures/documents/typeset-pdf.js';
import { pixelScanPdf } from '../fixtures/documents/pixel-scan.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const SCAN_DPI = 200;
const SCAN = { width: 1656, height: 2340 };
const COLOUR = { ColorSpace: 'DeviceRGB', BitsPerComponent: 8, bitsPerPixel: 24, byte: 240 } as const;
const BLACK_AND_WHITE = { ColorSpace: 'DeviceGray', BitsPerComponent: 1, bitsPerPixel: 1, byte: 0xff } as const;
type PaperColours = typeof COLOUR | typeof BLACK_AND_WHITE;
const STAMP = { x: 300, y: 300, width: 100, height: 40 };

describe('a page that is one scanned picture', () => {
  const { reader, files } = childReader();
  const scan = drawPageImage(['Give 0.5 mg/kg twice daily', 'and measure again after a week.']);
  let scanned: Uint8Array;
  beforeAll(async () => {
    const picture = await loadImage(scan);
    const canvas = createCanvas(picture.width, picture.height);
    canvas.getContext('2d').drawImage(picture, 0, 0);
    scanned = greyPage(canvas).levels;
  });

  async function pageOf(add: (page: PDFPage) => void = () => undefined, width = A4.width): Promise<string> {
    const pdf = await PDFDocument.create();
    const page = pdf.addPage([A4.width, A4.height]);
    page.drawImage(await pdf.embedPng(scan), { x: 0, y: 0, width, height: A4.height });
    add(page);
    return files.write(`${crypto.randomUUID()}.pdf`, await pdf.save());
  }

  async function drawnAt(path: string, dpi: number) {
    const input = { page: 1, dpi, maxPixels: 20e6, forReading: 'found' } as const;
    const image = await reader.renderPage(path, input, LIMITS);
    const { widthPixels: width, heightPixels: height } = image;
    return { width, dpi: image.dpi, levels: image.bytes.subarray(-width * height) };
  }

  it.each([
    ['alone', () => undefined],
    [
      'under hidden text',
      (page: PDFPage) => {
        page.pushOperators(setTextRenderingMode(TextRenderingMode.Invisible));
        page.drawText('G1ve O.5 rng/kg', { x: 72, y: 700, size: 12 });
      },
    ],
  ])('is read as it was scanned, pixel by pixel: %s', async (_, add) => {
    const { levels, dpi } = await drawnAt(await pageOf(add), SCAN_DPI);
    expect(dpi).toBeCloseTo(SCAN_DPI, 0);
    expect(Buffer.compare(levels, scanned)).toBe(0);
  });

  /** Of A4 at 200 dpi; the file has so many of its rows. */
  async function evenScan(rows: number, colours: PaperColours): Promise<string> {
    const { bitsPerPixel, byte, ...space } = colours;
    const pixels = new Uint8Array((SCAN.width * rows * bitsPerPixel) / 8).fill(byte);
    return files.write(`${crypto.randomUUID()}.pdf`, await pixelScanPdf([{ ...SCAN, ...space, pixels }]));
  }

  it.each([
    ['in colour', COLOUR, 240],
    ['in black and white', BLACK_AND_WHITE, 255],
  ])('is white where it was cut off: %s', async (_, colours, level) => {
    const { levels } = await drawnAt(await evenScan(SCAN.height / 2, colours), SCAN_DPI);
    expect(new Set(levels.subarray(0, levels.length / 2))).toEqual(new Set([level]));
    expect(new Set(levels.subarray(levels.length / 2))).toEqual(new Set([255]));
  });

  it.each([
    ['in colour', COLOUR],
    ['in black and white', BLACK_AND_WHITE],
  ])('fails where much of it is missing, and not for a row of its margin: %s', async (_, colours) => {
    const read = async (rows: number) => {
      const [page] = await reader.readPages(await evenScan(rows, colours), { from: 1, to: 1 }, LIMITS);
      return page;
    };
    expect(await read(SCAN.height)).toMatchObject({ outcome: 'pending', reason: 'images and no text layer' });
    expect(await read(SCAN.height - 1)).toMatchObject({ outcome: 'pending' });
    expect(await read(SCAN.height / 2)).toMatchObject({
      outcome: 'failed',
      failureCode: 'PAGE_UNREADABLE',
      reason: PAGE_REASONS.cutOffFailed,
    });
  });

  it('is drawn where something stands on it', async () => {
    const stamped = await pageOf((page) => page.drawRectangle({ ...STAMP, color: rgb(0, 0, 0) }));
    const { levels, width, dpi } = await drawnAt(stamped, SCAN_DPI);
    const pixel = (points: number) => Math.round((points / 72) * dpi);
    const middle = pixel(A4.height - STAMP.y - STAMP.height / 2) * width + pixel(STAMP.x + STAMP.width / 2);
    expect(levels[middle]).toBe(0);
    const visible = await pageOf((page) => page.drawText('COPY', { x: 300, y: 300, size: 40 }));
    expect(Buffer.compare((await drawnAt(visible, SCAN_DPI)).levels, scanned)).not.toBe(0);
  });

  it('is drawn where it does not fill the page, or was scanned much finer or coarser than is asked for', async () => {
    const half = await drawnAt(await pageOf(undefined, A4.width / 2), SCAN_DPI);
    expect(half.levels.subarray(half.width / 2 + 10, half.width).every((level) => level === 255)).toBe(true);
    for (const dpi of [100, 300]) {
      const drawn = await drawnAt(await pageOf(), dpi);
      expect(drawn.dpi).toBe(dpi);
      expect(drawn.width).toBe(Math.floor((A4.width / 72) * dpi));
    }
  });
});
