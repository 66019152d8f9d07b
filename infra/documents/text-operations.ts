import { readFile } from 'node:fs/promises';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import { Failure } from '../../core/contract/failures.js';
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
    detectFormat: (path) => detectFormat(path),
    readText: async (path, input) => {
      const { format } = input as { format: TextFormat };
      const bytes = await readFile(path);
      if (bytes.length === 0) throw new Failure('EMPTY_FILE');
      switch (format) {
        case 'html':
          return readHtml(decodeHtml(bytes));
        case 'markdown':
          return readMarkdown(decodeText(bytes));
        case 'text':
          return readPlainText(decodeText(bytes));
      }
    },
  };
}
