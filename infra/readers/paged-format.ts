import { open } from 'node:fs/promises';
import type { PagedFormat } from '../../core/contract/states.js';

/** The specification lets other bytes stand before `%PDF-` as long as it starts within the first 1,024. */
const PDF_MAGIC = '%PDF-';
const PDF_MAGIC_WITHIN = 1024;
const HEAD_BYTES = PDF_MAGIC_WITHIN + PDF_MAGIC.length;

const PICTURE_MAGIC: readonly (readonly [string, PagedFormat])[] = [
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['\xFF\xD8\xFF', 'jpeg'],
  ['II*\0', 'tiff'],
  ['MM\0*', 'tiff'],
];

/** Archives, compressed files and old Office files are what they are, whatever lies inside of them. */
const WRAPPED_MAGIC = ['PK\x03\x04', '\xD0\xCF\x11\xE0', '\x1F\x8B'];

/** What a file with pages is, from its first bytes; `undefined` for all others. */
export function pagedFormatOf(head: Buffer): PagedFormat | undefined {
  const start = head.toString('latin1', 0, HEAD_BYTES);
  if (WRAPPED_MAGIC.some((magic) => start.startsWith(magic))) return undefined;
  return (
    PICTURE_MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ?? (start.includes(PDF_MAGIC) ? 'pdf' : undefined)
  );
}

/** The same of a file. Nothing is parsed and a kilobyte is read, so that no child process is needed for it. */
export async function pagedFormat(path: string): Promise<PagedFormat | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return pagedFormatOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
