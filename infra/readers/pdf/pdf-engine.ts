import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { createInflate } from 'node:zlib';
// pdfjs itself, the engine that pdf-parse wraps: pdf-parse joins text without positions and keeps its document private,
// so text, evidence and pictures of one file would each parse it again. Same package, same version (5.4.296).
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { Failure } from '../../../core/contract/failures.js';

export type { PDFDocumentProxy, PDFPageProxy };
export const OPS = pdfjs.OPS;

const PDFJS_FOLDER = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
/** pdfjs wants folders with a trailing slash, and reads them with `fs` under Node. */
const asset = (folder: string) => `${join(PDFJS_FOLDER, folder)}/`;

let warnings = 0;
// pdfjs tells of objects that it had to leave out on the console only. The text may quote the document, so only the
// number is kept; this module is loaded in the PDF child process alone, where nobody else writes to the console.
console.warn = () => void warnings++;

/** Node's own stream unpacks 16 kB at a time, 1,600 for a scanned page, and pdfjs' main thread is asked for each of them. */
const UNPACKED_CHUNK_BYTES = 256 * 1024;
globalThis.DecompressionStream = class implements DecompressionStream {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;

  /** pdfjs asks for nothing but `deflate`. */
  constructor() {
    ({ readable: this.readable, writable: this.writable } = Duplex.toWeb(
      createInflate({ chunkSize: UNPACKED_CHUNK_BYTES }),
    ));
  }
};

/** How often the engine had to leave something out, so far. */
export function warningCount(): number {
  return warnings;
}

/**
 * Opens a PDF from memory. Nothing of it is executed (no eval, no scripting, no XFA) and nothing is fetched: fonts,
 * character maps and decoders come from the installed package.
 * Errors: `PDF_ENCRYPTED`, `PDF_DAMAGED`.
 */
export async function openPdf(data: Uint8Array): Promise<PDFDocumentProxy> {
  const loading = pdfjs.getDocument({
    data,
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    standardFontDataUrl: asset('standard_fonts'),
    cMapUrl: asset('cmaps'),
    cMapPacked: true,
    wasmUrl: asset('wasm'),
    iccUrl: asset('iccs'),
    verbosity: pdfjs.VerbosityLevel.WARNINGS,
  });
  try {
    const document = await loading.promise;
    if (document.numPages > 0) return document;
  } catch (cause) {
    await loading.destroy();
    throw new Failure(isNamed(cause, 'PasswordException') ? 'PDF_ENCRYPTED' : 'PDF_DAMAGED', { cause });
  }
  await loading.destroy();
  throw new Failure('PDF_DAMAGED', { detail: 'pages=0' });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
