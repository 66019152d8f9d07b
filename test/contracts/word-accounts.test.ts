import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WordAccount } from '../../core/contract/word-account.js';
import type { Reading } from '../../core/contract/reading.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { GUIDELINE_HTML } from '../fixtures/documents/guideline-html.js';
import { GUIDELINE_MARKDOWN } from '../fixtures/documents/guideline-markdown.js';
import { bookFile, pathwaySlidesFile, slidesFile, wordFile, workedOnWordFile } from '../fixtures/documents/office-files.js'; // prettier-ignore
import { portuguesePdf } from '../fixtures/documents/portuguese-guideline.js';
import { pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { guidelinePdf, manyPagesPdf, mixedPdf } from '../fixtures/documents/typeset-pdf.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const CASES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'cases');
const DEMO = join(PROJECT_ROOT, 'infra/local/demo/corpus');
/** Pages of explanation. */
const NO_DOCUMENTS = /\.tsv$|README\.md$/;

const { reader, files } = childReader();

async function readingsOf(path: string): Promise<readonly Reading[]> {
  const { format, pageCount = 0 } = await reader.inspect(path, LIMITS);
  if (format === 'pdf' || format === 'png' || format === 'jpeg' || format === 'tiff') {
    const pages = await reader.readPages(path, { from: 1, to: pageCount }, { ...LIMITS, deadlineMs: 300_000 });
    return [assemblePages(pages, {})];
  }
  if (format === 'pubmed-xml' || format === 'pmc-xml') {
    const { records } = await reader.readRecords(path, { fromIndex: 0, limit: 1_000 }, LIMITS);
    return records.map(({ reading }) => reading);
  }
  return [await reader.readText(path, format, LIMITS)];
}

function accountOf({ account }: Reading): WordAccount {
  if (!account) throw new Error('a reading without an account');
  return account;
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return NO_DOCUMENTS.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

describe('every word that can be seen in a file is accounted for', () => {
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
    ['doses.csv', () => 'drug;dose\r\nA;10 mg\r\nB;20 mg\r\nC;30 mg\r\n'],
    ['plain.txt', () => 'FEVER\n\nOffer flu-\nids.\n\n- one\n- two\n'],
  ])('%s', async (name, make) => {
    for (const reading of await readingsOf(files.write(name, await make()))) {
      expect(accountOf(reading).aside.filter(({ fate }) => fate === 'lost')).toEqual([]);
      expect(accountOf(reading).words).toBeGreaterThan(0);
    }
  });

  it('running lines are furniture of their pages', async () => {
    const [reading] = await readingsOf(files.write('long.pdf', await manyPagesPdf(12)));
    const running = accountOf(reading!).aside.filter(({ why }) => why === 'running-line');
    expect(running.length === 0 || running.every(({ place }) => place.part === 'page')).toBe(true);
  });

  it.each(readdirSync(DEMO))('every file of the demo’s %s', async (folder) => {
    for (const path of filesIn(join(DEMO, folder))) {
      for (const reading of await readingsOf(path))
        expect([path, wordCounts(accountOf(reading)).lost]).toEqual([path, 0]);
    }
  });

  /** The samples: document-reader-samples.test.ts, which reads them all. */
  it.skipIf(!existsSync(CASES))('../shared/cases: none loses a word', async () => {
    let lost = 0;
    const beyond: unknown[] = [];
    for (const path of filesIn(CASES)) {
      // What cannot be read at all has its own tests.
      for (const reading of await readingsOf(path).catch(() => [])) {
        const counts = wordCounts(accountOf(reading));
        lost += counts.lost;
        if (counts.lostAt.length > 0) beyond.push([path, counts.lostAt]);
      }
    }
    expect(beyond).toEqual([]);
    expect(lost).toBe(0);
  });
});
