import { writePdf, type PdfStream } from './pdf-objects.js';
import type { RandomAccess } from './random-access.js';
import type { TiffCoding } from './tiff-coding.js';
import type { TiffPart } from './tiff-parts.js';

const [PAGES, PAGE, CONTENTS, FIRST_IMAGE] = [2, 3, 4, 5];

/** Where a band lies in its picture, in pixels. */
export interface Band {
  readonly y: number;
  readonly width: number;
  readonly rows: number;
}

/** What of the picture these parts cover; a tile that reaches over its edge ends there. */
export function bandAround(parts: readonly TiffPart[], picture: { widthPixels: number; heightPixels: number }): Band {
  const y = parts[0]?.y ?? 0;
  const bottom = Math.min(Math.max(...parts.map((part) => part.y + part.rows)), picture.heightPixels);
  return { y, width: picture.widthPixels, rows: bottom - y };
}

/**
 * A band of a TIFF page as a PDF of one page, a point a pixel: each part is an image with its bytes as they are, in its
 * place. So the decoders of the PDF engine, which are kept against hostile input, read the codings of TIFF.
 * Errors: `IMAGE_DAMAGED`, `IMAGE_UNSUPPORTED`.
 */
export async function tiffBandPdf(
  file: RandomAccess,
  { coding, parts, band }: { coding: TiffCoding; parts: readonly TiffPart[]; band: Band },
): Promise<Uint8Array> {
  const images: PdfStream[] = [];
  for (const { columns, rows, offset, length } of parts) {
    const size = `/Width ${columns} /Height ${rows}`;
    const bytes = coding.prepare(await file.read(offset, length));
    images.push({ entries: `/Type /XObject /Subtype /Image ${size} ${coding.entries(columns, rows)}`, bytes });
  }
  const names = parts.map((_, index) => `/I${index} ${FIRST_IMAGE + index} 0 R`).join(' ');
  // PDF counts from the bottom.
  const places = parts.map(({ x, y, columns, rows }, index) => {
    return `q ${columns} 0 0 ${rows} ${x} ${band.rows - (y - band.y) - rows} cm /I${index} Do Q\n`;
  });
  return writePdf([
    `<< /Type /Catalog /Pages ${PAGES} 0 R >>`,
    `<< /Type /Pages /Kids [${PAGE} 0 R] /Count 1 >>`,
    `<< /Type /Page /Parent ${PAGES} 0 R /MediaBox [0 0 ${band.width} ${band.rows}] /Contents ${CONTENTS} 0 R /Resources << /XObject << ${names} >> >> >>`,
    { entries: '', bytes: Buffer.from(places.join('')) },
    ...images,
  ]);
}
