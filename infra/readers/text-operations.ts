import { readFile } from 'node:fs/promises';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import { Failure } from '../../core/contract/failures.js';
import type { Reading } from '../../core/contract/reading.js';
import type { ArchiveFormat } from './archive/archive-format.js';
import { withArchive } from './archive/open-archive.js';
import { readCsv } from './csv/read-csv.js';
import { readDocx } from './office/read-docx.js';
import { readEpub } from './office/read-epub.js';
import { readPptx } from './office/read-pptx.js';
import { detectFormat } from './detect-format.js';
import { decodeHtml } from './html/decode-html.js';
import { readHtml } from './html/read-html.js';
import { readMarkdown } from './markdown/read-markdown.js';
import type { Operation } from './reader-protocol.js';
import { decodeText } from './text/decode-text.js';
import { readPlainText } from './text/read-plain-text.js';

/** What the child for formats without pages can do. */
export function textOperations(): Record<string, Operation> {
  return {
    detectFormat: ({ path }) => detectFormat(path),
    readText: async ({ path }, input) => {
      const { format } = input as { format: TextFormat };
      switch (format) {
        case 'docx':
          return withArchive(path, (archive) => readDocx(archive));
        case 'pptx':
          return withArchive(path, readPptx);
        case 'epub':
          return withArchive(path, readEpub);
        case 'html':
        case 'markdown':
        case 'csv':
        case 'text':
          return readWholeText(path, format);
      }
    },
  };
}

/** Formats that are one text from the first byte to the last. */
async function readWholeText(path: string, format: Exclude<TextFormat, ArchiveFormat>): Promise<Reading> {
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new Failure('EMPTY_FILE');
  switch (format) {
    case 'html':
      return readHtml(decodeHtml(bytes));
    case 'markdown':
      return readMarkdown(decodeText(bytes));
    case 'csv':
      return readCsv(decodeText(bytes));
    case 'text':
      return readPlainText(decodeText(bytes));
  }
}
