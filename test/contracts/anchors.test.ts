import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedPage } from '../../bench/setting/finished-page.js';
import { KNOWN_DOCUMENTS } from '../../bench/setting/typeset/known-documents.js';
import { typeset } from '../../bench/setting/typeset/typesetter.js';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { Failure } from '../../core/contract/failures.js';
import { isPaged } from '../../core/contract/states.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { PageReading, Reading } from '../../core/contract/reading.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { GUIDELINE_HTML } from '../fixtures/documents/guideline-html.js';
import { GUIDELINE_MARKDOWN } from '../fixtures/documents/guideline-markdown.js';
import { GUIDELINE_PAGES } from '../fixtures/documents/guideline-text.js';
import { jatsArticle, jatsFile } from '../fixtures/documents/jats-xml.js';
import { type MarkedPagesOptions, markedPagesPdf, pagesSaid } from '../fixtures/documents/marked-pages.js';
import { bookFile, slidesFile, wordFile } from '../fixtures/documents/office-files.js';
import { picturePath } from '../fixtures/documents/pictures.js';
import { pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { guidelinePdf, manyPagesPdf, mixedPdf, scannedPdf, twoColumnPdf } from '../fixtures/documents/typeset-pdf.js';
import { brokenAnchors, MAX_TOKENS } from './anchor-promises.js';
import { LIMITS } from './document-reader.contract.js';

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples');
const LANGUAGES = ['eng'];

interface Read {
  readonly reading: Reading;
  readonly pages: readonly PageReading[];
}

describe('anchors: every chunk leads back to where its text stands', () => {
  const files = tempFiles();
  let reader: ChildProcessDocumentReader;
  let ocr: TesseractJsEngine;
  beforeAll(() => {
    reader = new ChildProcessDocumentReader();
    ocr = new TesseractJsEngine({ languages: LANGUAGES, threads: 2 });
  });
  afterAll(async () => {
    await Promise.all([reader.close(), ocr.close()]);
    files.remove();
  });

  /** Everything that a file holds, as one reading or many. */
  async function read(path: string): Promise<Read[]> {
    const { format, pageCount = 0, metadata } = await reader.inspect(path, LIMITS);
    if (isPaged(format)) {
      const found = await reader.readPages(path, { from: 1, to: pageCount }, LIMITS);
      const pages = await Promise.all(
        found.map((page) => finishedPage({ path, page, reader, ocr, languages: LANGUAGES, limits: LIMITS })),
      );
      return [{ reading: assemblePages(pages, metadata), pages }];
    }
    if (format === 'pubmed-xml' || format === 'pmc-xml') {
      const { records } = await reader.readRecords(path, { fromIndex: 0, limit: 100 }, LIMITS);
      return records.map(({ reading }) => ({ reading, pages: [] }));
    }
    return [{ reading: await reader.readText(path, format, LIMITS), pages: [] }];
  }

  /** What is broken in any chunk of a file, whatever its length. */
  async function brokenIn(path: string): Promise<string[]> {
    const broken: string[] = [];
    let chunked = 0;
    for (const { reading, pages } of await read(path)) {
      const found = await brokenAnchors({ reading, pages });
      chunked += found.chunked;
      broken.push(...found.broken);
    }
    expect(chunked).toBeGreaterThan(0);
    return broken;
  }

  it.each(KNOWN_DOCUMENTS.map(({ name }) => name))('in a typeset PDF: %s', async (name) => {
    const document = KNOWN_DOCUMENTS.find((known) => known.name === name);
    if (!document) throw new Error('no such document');
    const path = files.write(`${name.replace(/\W+/g, '-')}.pdf`, (await typeset(document)).bytes);
    expect(await brokenIn(path)).toEqual([]);
  });

  const paragraphs = GUIDELINE_PAGES.flatMap((page) => page.paragraphs.map((text) => text.replaceAll('≥', '>')));
  const FIXTURES: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array | string>> = {
    'guideline.pdf': guidelinePdf,
    'two-columns.pdf': () => twoColumnPdf(paragraphs.slice(0, 3), paragraphs.slice(3)),
    'mixed.pdf': mixedPdf,
    'scanned.pdf': () => scannedPdf(GUIDELINE_PAGES.map(({ heading, paragraphs }) => [heading, ...paragraphs.map((text) => text.slice(0, 60))])), // prettier-ignore
    'many-pages.pdf': () => manyPagesPdf(40),
    'guideline.html': () => GUIDELINE_HTML,
    'guideline.md': () => GUIDELINE_MARKDOWN,
    'plain.txt': () => `${paragraphs.join('\n\n')}\n\n😀 ${'sans espaces'.repeat(300)} 🩺\n`,
    'doses.csv': () => `Age,Dose,Interval\n${Array.from({ length: 60 }, (_, age) => `${age} years,${age * 5} mg,"every\n12 hours"`).join('\n')}\n`, // prettier-ignore
    'guideline.docx': () => wordFile(),
    'slides.pptx': slidesFile,
    'book.epub': bookFile,
    'records.xml': () => pubmedXml(12),
    'article.nxml': () => jatsFile(jatsArticle({ abstract: '<abstract><p>What was done.</p></abstract>', body: `<body><sec><title>Methods</title>${paragraphs.map((text) => `<p>${text}</p>`).join('')}</sec></body>` })), // prettier-ignore
  };

  it.each(Object.keys(FIXTURES))('in %s', async (name) => {
    const content = await FIXTURES[name]?.();
    expect(await brokenIn(files.write(name, content ?? ''))).toEqual([]);
  });

  it.each(readdirSync(picturePath('.')).filter((name) => /\.(?:png|jpg|tif)$/.test(name)))(
    'in the picture %s',
    async (name) => {
      // One of them is packed as nobody packs pages, and refused; what is refused has no anchors.
      const broken = await brokenIn(picturePath(name)).catch((error: unknown) =>
        error instanceof Failure ? error.code : Promise.reject(error as Error),
      );
      expect(broken).toEqual(name === 'rgb-planes.tif' ? 'IMAGE_UNSUPPORTED' : []);
    },
  );

  const MARKED: Readonly<Record<string, MarkedPagesOptions>> = {
    'a paragraph over pages': { pages: 6, columns: 1, sentenceWords: 9 },
    'a paragraph over columns and pages': { pages: 4, columns: 2, sentenceWords: 14 },
    'one endless sentence': { pages: 3, columns: 1, sentenceWords: 10_000 },
    'a table over pages': { pages: 5, columns: 1, sentenceWords: 1, table: true },
  };

  it.each(Object.keys(MARKED))('names the pages that the words themselves name, in %s', async (name) => {
    const options = MARKED[name] ?? { pages: 1, columns: 1, sentenceWords: 1 };
    const path = files.write(`${name.replaceAll(' ', '-')}.pdf`, await markedPagesPdf(options));
    for (const { reading } of await read(path)) {
      expect(reading.blocks.some((block) => new Set(block.boxes.map((box) => box.page)).size > 1)).toBe(true);
      for (const maxTokens of MAX_TOKENS) {
        const chunks = await chunkReading(reading, { maxTokens, tokenizer: new EstimatingTokenizer() });
        expect(chunks.length).toBeGreaterThan(options.pages);
        expect(chunks.map((chunk) => chunk.pages)).toEqual(chunks.map((chunk) => pagesSaid(chunk.text)));
      }
    }
  });

  /** Every file of the samples, OCR aside: document-reader-samples.test.ts, which reads them all. */
  describe.skipIf(!existsSync(SAMPLES))('in ../shared/samples (skipped: the folder is not on this machine)', () => {
    /** Pages that lean, and that lie and lean: what OCR makes of more is what it makes of these. */
    const READ_BY_OCR = ['ocr--skew.pdf', 'ocr--rotated_skew.pdf'];

    it.each(READ_BY_OCR)('in the scan %s', async (name) => {
      expect(await brokenIn(join(SAMPLES, 'pdf', name))).toEqual([]);
    });
  });
});
