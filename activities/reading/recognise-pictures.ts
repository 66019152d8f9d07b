import { Failure } from '../../core/contract/failures.js';
import type { DocumentReader, ReadLimits } from '../../core/ports/document-reader.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { withPictureText, type ReadPicture } from '../../core/reading/recognition/picture-text.js';
import type { PageReading } from '../../core/contract/reading.js';

/** A page has a handful of pictures, each of them read in seconds. */
const PICTURES_BUDGET_MS = 3 * 60_000;

export interface RecognisePicturesInput {
  /** 1-based; a page that is read by its text layer. */
  readonly page: number;
  readonly path: string;
  readonly draw: { readonly dpi: number; readonly maxPixels: number };
  readonly reader: DocumentReader;
  readonly ocr: OcrEngine;
  /** Tesseract's codes. */
  readonly ocrLanguages: readonly string[];
  readonly limits: ReadLimits;
}

/**
 * A page by its text layer, read once more (10–40 ms), with the text of its pictures by OCR. Pictures alone are drawn, not
 * the page around them. Errors: those of the reader and the engine.
 */
export async function recognisePictures(input: RecognisePicturesInput): Promise<PageReading> {
  const { page, path, draw, reader, ocr, ocrLanguages, limits } = input;
  const { signal } = limits;
  const endsAt = Date.now() + PICTURES_BUDGET_MS;
  const [reading] = await reader.readPages(path, { from: page, to: page }, limits);
  if (reading?.outcome !== 'native') throw new Failure('PAGE_UNREADABLE');
  const pictures: ReadPicture[] = [];
  for (const box of reading.pictures ?? []) {
    if (Date.now() >= endsAt) throw new Failure('OCR_FAILED', { detail: 'the pictures of a page took too long' });
    const image = await reader.renderPage(path, { page, ...draw, region: box }, limits);
    pictures.push({
      box,
      ocr: await ocr.recognise({ image, languages: ocrLanguages, ...(signal ? { signal } : {}) }),
      dpi: image.dpi,
    });
  }
  return withPictureText(reading, pictures);
}
