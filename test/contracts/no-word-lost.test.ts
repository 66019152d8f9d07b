import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { isBoilerplate } from '../../core/chunking/boilerplate.js';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { type Chunk, CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
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
      for (const chunk of chunks) {
        const [told, meant] = [tablesOf(chunk.markdown ?? ''), rowsOfTables(reading, chunk)];
        if (told.join() !== meant.join())
          lost.push(`${strategy} ${maxTokens}: tables of ${told.join()} rows, not ${meant.join()}`);
      }
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

/** Rows of each table of a Markdown text, as any GFM parser sees them. */
function tablesOf(markdown: string): number[] {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return tree.children.flatMap((node) => (node.type === 'table' ? [node.children.length] : []));
}

/** Rows of each table that a passage holds, or a part of, the header that is repeated for a part included. */
function rowsOfTables({ blocks, text }: Reading, { start, end, tableHeader }: Chunk): number[] {
  const tables = blocks.filter((block) => block.kind === 'table' && block.start < end && block.end > start);
  return tables.map((table) => {
    const rows = text.slice(Math.max(table.start, start), Math.min(table.end, end)).split('\n').length;
    return rows + (table.start < start && tableHeader !== undefined ? 1 : 0);
  });
}

describe('no word of a text is lost to search, and no table to Markdown', () => {
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
