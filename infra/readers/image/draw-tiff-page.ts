import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { Failure } from '../../../core/contract/failures.js';
import { openPdf, warningCount } from '../pdf/pdf-engine.js';
import { isBlank } from './blank-page.js';
import { uprightMatrix, type ImageHeader } from './image-page.js';
import { withFile } from './random-access.js';
import { bandAround, tiffBandPdf, type Band } from './tiff-band-pdf.js';
import { tiffCoding } from './tiff-coding.js';
import type { TiffDirectory } from './tiff-directories.js';
import { bandsOf, tiffParts } from './tiff-parts.js';

/**
 * Draws a TIFF page, upright, over a page. Errors: `IMAGE_DAMAGED`, `IMAGE_UNSUPPORTED`, `PAGE_RENDER_FAILED` where
 * nothing of it could be unpacked: the engine leaves that out, which must not be taken for an empty sheet.
 */
export async function drawTiffPage(
  path: string,
  { directory, header, page }: { directory: TiffDirectory; header: ImageHeader; page: Canvas },
): Promise<void> {
  const { widthPixels, heightPixels, orientation } = header;
  const context = page.getContext('2d');
  const [a, b, c, d, e, f] = uprightMatrix(orientation);
  const { width, height } = page;
  context.setTransform(a * width, b * height, c * width, d * height, e * width, f * height);
  const warningsBefore = warningCount();
  await withFile(path, async (file) => {
    const coding = await tiffCoding(file, directory);
    for (const parts of bandsOf(await tiffParts(file, directory, header), widthPixels)) {
      const band = bandAround(parts, header);
      const drawn = await drawBand(await tiffBandPdf(file, { coding, parts, band }), band);
      context.drawImage(drawn, 0, band.y / heightPixels, 1, band.rows / heightPixels);
    }
  });
  if (warningCount() > warningsBefore && isBlank(page)) throw new Failure('PAGE_RENDER_FAILED');
}

/** At its own pixels: parts meet at whole pixels, and no edge shows. */
async function drawBand(pdf: Uint8Array, { width, rows }: Band): Promise<Canvas> {
  const document = await openPdf(pdf);
  try {
    const page = await document.getPage(1);
    const canvas = createCanvas(width, rows);
    // The package's types ask for the browser's canvas; @napi-rs/canvas is what it uses itself under Node.
    const viewport = page.getViewport({ scale: 1 });
    await page.render({ canvas: canvas as never, viewport, background: '#ffffff' }).promise;
    return canvas;
  } finally {
    await document.loadingTask.destroy();
  }
}
