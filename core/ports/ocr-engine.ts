import type { Box } from '../contract/block.js';

/** A page drawn as a picture. */
export interface PageImage {
  /** `tiff`: one strip of grey levels of 8 bits, which end the file; nothing is packed, for an engine on the same machine. */
  readonly format: 'png' | 'tiff';
  readonly bytes: Uint8Array;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Pixels an inch at which the page was drawn; turns pixel boxes into points. */
  readonly dpi: number;
  /** Degrees clockwise by which the page was turned about its middle before it was handed out; absent: not at all. */
  readonly turnedDegrees?: number;
}

export interface OcrWord {
  readonly text: string;
  /** 0–100. */
  readonly confidence: number;
  /** A quantity of which a sign could not be told for certain: an exponent, `µ`, `≤`. Its text is what was read. */
  readonly doubtful?: true;
  /** Pixels of the image. */
  readonly box: Box;
}

export interface OcrLine {
  readonly words: readonly OcrWord[];
  readonly box: Box;
}

/** Lines that the engine holds to belong together, in reading order. */
export interface OcrParagraph {
  readonly lines: readonly OcrLine[];
  readonly box: Box;
}

export interface OcrPage {
  readonly paragraphs: readonly OcrParagraph[];
  /** Mean word confidence, 0–100; 0 when there is no word. */
  readonly confidence: number;
}

export interface RecogniseInput {
  readonly image: PageImage;
  /** Tesseract's language codes, e.g. `['eng']`. */
  readonly languages: readonly string[];
  /** Aborting stops the work within a second or two and frees the engine. */
  readonly signal?: AbortSignal;
}

/**
 * Reads pictures. A page that takes longer than the engine's deadline for one fails alone and gives its slot back.
 * Errors: `Failure OCR_FAILED`. An empty page is a result without paragraphs, not an error.
 */
export interface OcrEngine {
  readonly name: string;
  recognise(input: RecogniseInput): Promise<OcrPage>;
  close(): Promise<void>;
}
