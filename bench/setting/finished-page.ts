import { recognisePage, WHOLE_PAGE } from '../../activities/reading/recognise-page.js';
import { recognisePictures } from '../../activities/reading/recognise-pictures.js';
import type { DocumentReader, ReadLimits } from '../../core/ports/document-reader.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { ocrPageReading } from '../../core/reading/recognition/ocr-blocks.js';
import type { PageReading } from '../../core/contract/reading.js';

export interface FinishedPageInput {
  readonly path: string;
  /** As its text layer left it. */
  readonly page: PageReading;
  readonly reader: DocumentReader;
  readonly ocr: OcrEngine;
  /** Tesseract's codes. */
  readonly languages: readonly string[];
  readonly limits: ReadLimits;
}

/** A page finished by OCR where it needs that, by the calls that the activity makes, without the workflow around them. */
export async function finishedPage(input: FinishedPageInput): Promise<PageReading> {
  const { page, path, reader, ocr, languages, limits } = input;
  if (page.outcome === 'pending') {
    const read = await recognisePage({ path, page: page.page, reader, ocr, languages, available: languages, limits });
    return ocrPageReading({ ...page, ...read });
  }
  if (!page.pictures) return page;
  return recognisePictures({ path, page: page.page, reader, ocr, ocrLanguages: languages, draw: WHOLE_PAGE, limits });
}
