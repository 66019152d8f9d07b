import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBoilerplate } from '../../core/chunking/boilerplate.js';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
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

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples');
const DEMO = join(PROJECT_ROOT, 'infra/local/demo/corpus');
const FOLDERS = [
  ...readdirSync(DEMO).map((name) => join(DEMO, name)),
  ...['pdf', 'guidelines', 'drug-labels', 'pubmed', 'pmc', 'consumer-health'].map((name) => join(SAMPLES, name)),
];

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

/** Words of the text that no chunk has, nor the prefix of one; a passage of boilerplate alone is furniture. */
async function lostWords(reading: Reading): Promise<string[]> {
  const lost: string[] = [];
  for (const strategy of CHUNKING_STRATEGIES) {
    for (const maxTokens of [64, 256]) {
      const chunks = await chunkReading(reading, { strategy, maxTokens, tokenizer: new EstimatingTokenizer() });
      const covered = new Uint8Array(reading.text.length);
      for (const { start, end } of chunks) covered.fill(1, start, end);
      const inPrefixes = new Set(chunks.flatMap(({ prefix }) => prefix.split(/\s+/)));
      for (const { kind, start, end } of reading.blocks) {
        const text = reading.text.slice(start, end);
        for (const { 0: word, index } of text.matchAll(/\S+/g)) {
          const isCovered = covered.subarray(start + index, start + index + word.length).every((once) => once === 1);
          if (isCovered || (kind === 'heading' && inPrefixes.has(word)) || isBoilerplate(text)) continue;
          lost.push(`${strategy} ${maxTokens}: ${word}`);
        }
      }
    }
  }
  return lost;
}

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
      expect(await lostWords(reading)).toEqual([]);
  });

  for (const folder of FOLDERS) {
    it.skipIf(!existsSync(folder))(`every file of ${folder.slice(folder.lastIndexOf('/') + 1)}`, async () => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        // Some of the samples are damaged on purpose.
        const readings = await readingsOf(path).catch(() => []);
        for (const reading of readings) expect([name, ...(await lostWords(reading))]).toEqual([name]);
      }
    });
  }
});
