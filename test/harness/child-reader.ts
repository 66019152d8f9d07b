import { afterAll } from 'vitest';
import {
  ChildProcessDocumentReader,
  type ChildProcessDocumentReaderOptions,
} from '../../infra/readers/child-process-document-reader.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';

/** The real reader, whose children start with its first call, and files for it; both are gone after the suite around it. */
export function childReader(options: ChildProcessDocumentReaderOptions = {}) {
  const reader = new ChildProcessDocumentReader(options);
  const files = tempFiles();
  afterAll(async () => {
    await reader.close();
    files.remove();
  });
  return { reader, files };
}
