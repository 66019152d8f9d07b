import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../core/contract/reading.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { GUIDELINE_HTML } from '../fixtures/documents/guideline-html.js';
import { GUIDELINE_MARKDOWN } from '../fixtures/documents/guideline-markdown.js';
import {
  bookFile,
  pathwaySlidesFile,
  slidesFile,
  wordFile,
  workedOnWordFile,
} from '../fixtures/documents/office-files.js';
import { portuguesePdf } from '../fixtures/documents/portuguese-guideline.js';
import { pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { guidelinePdf, manyPagesPdf, mixedPdf } from '../fixtures/documents/typeset-pdf.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';
import { lostWords } from './lost-words.js';

const DEMO = join(PROJECT_ROOT, 'infra/local/demo/corpus');

const { reader, files } = childReader();

async function readingsOf(path: string): Promise<readonly Reading[]> {
  const { format, pageCount = 0 } = await reader.inspect(path, LIMITS);
  switch (format) {
    case 'pdf':
    case 'png':
    case 'jpeg':
    case 'tiff':
      return [assemblePages(await reader.readPages(path, { from: 1, to: pageCount }, LIMITS), {})];
    case 'pubmed-xml':
    case 'pmc-xml': {
      const { records } = await reader.readRecords(path, { fromIndex: 0, limit: 100 }, LIMITS);
      return records.map(({ reading }) => reading);
    }
    case 'docx':
    case 'pptx':
    case 'epub':
    case 'csv':
    case 'html':
    case 'markdown':
    case 'text':
      return [await reader.readText(path, format, LIMITS)];
  }
}

const LENGTHS = [64, 256];

describe('no word of a text is lost to search', () => {
  it.each<[string, () => string | Uint8Array | Promise<Uint8Array>]>([
    ['guideline.html', () => GUIDELINE_HTML],
    ['guideline.md', () => GUIDELINE_MARKDOWN],
    ['guideline.pdf', guidelinePdf],
    ['portuguese.pdf', () => portuguesePdf()],
    ['mixed.pdf', mixedPdf],
    ['many.pdf', () => manyPagesPdf(12)],
    ['word.docx', () => wordFile()],
    ['worked-on.docx', () => workedOnWordFile()],
    ['slides.pptx', () => slidesFile()],
    ['pathway.pptx', () => pathwaySlidesFile()],
    ['book.epub', () => bookFile()],
    ['records.xml', () => pubmedXml(5)],
  ])('%s', async (name, make) => {
    for (const reading of await readingsOf(files.write(name, await make())))
      expect(await lostWords(reading, LENGTHS)).toEqual([]);
  });

  /** Real files: document-reader-samples.test.ts, which reads them all. */
  it.each(readdirSync(DEMO))('every file of the demo’s %s', async (folder) => {
    for (const name of readdirSync(join(DEMO, folder))) {
      for (const reading of await readingsOf(join(DEMO, folder, name)))
        expect([name, ...(await lostWords(reading, LENGTHS))]).toEqual([name]);
    }
  });
});
