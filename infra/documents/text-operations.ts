import { readFile } from 'node:fs/promises';
import { Failure } from '../../core/contract/failures.js';
import { detectFormat } from './detect-format.js';
import { readMarkdown } from './markdown/read-markdown.js';
import type { Operation } from './reader-protocol.js';
import { decodeText } from './text/decode-text.js';
import { readPlainText } from './text/read-plain-text.js';

/** What the child for formats without pages can do. */
export function textOperations(): Record<string, Operation> {
  return {
    detectFormat: (path) => detectFormat(path),
    readText: async (path, input) => {
      const { format } = input as { format: 'markdown' | 'text' };
      const bytes = await readFile(path);
      if (bytes.length === 0) throw new Failure('EMPTY_FILE');
      const text = decodeText(bytes);
      return format === 'markdown' ? readMarkdown(text) : readPlainText(text);
    },
  };
}
