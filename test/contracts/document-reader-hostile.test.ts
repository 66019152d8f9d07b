import { randomFillSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isFailureCode } from '../../core/contract/failures.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import {
  entityBombXml,
  externalEntityXml,
  pmidAt,
  pubmedRecord,
  pubmedSet,
  pubmedXml,
} from '../fixtures/documents/pubmed-xml.js';
import { guidelinePdf } from '../fixtures/documents/typeset-pdf.js';
import { largeScansPdf } from '../fixtures/documents/pixel-scan.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const MEGABYTE = 1024 * 1024;

describe('hostile files', () => {
  const { reader, files } = childReader({ maxUnpackedBytes: 32 * MEGABYTE });

  /** Reads a PDF as far as it goes: the number of pages answered, or the code of the failure. */
  async function outcomeOf(path: string): Promise<number | string> {
    try {
      const { format, pageCount = 0 } = await reader.inspect(path, LIMITS);
      if (format !== 'pdf') return format;
      return (await reader.readPages(path, { from: 1, to: pageCount }, LIMITS)).length;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      return isFailureCode(code) ? code : `unexpected: ${String(error)}`;
    }
  }

  it('reads or refuses a PDF that is cut anywhere', async () => {
    const whole = await guidelinePdf();
    for (const share of [0.02, 0.3, 0.6, 0.9, 0.99]) {
      const path = files.write(`cut-${share}.pdf`, whole.subarray(0, Math.floor(whole.length * share)));
      expect([3, 2, 1, 'PDF_DAMAGED']).toContain(await outcomeOf(path));
    }
  });

  it('holds the pictures of one page at a time, however many pages are scans', async () => {
    const small = new ChildProcessDocumentReader({ childrenPerKind: 1, maxResidentBytes: 480 * MEGABYTE });
    try {
      const path = files.write('scans.pdf', await largeScansPdf(14));
      const pages = await small.readPages(path, { from: 1, to: 14 }, LIMITS);
      expect(pages.map(({ outcome }) => outcome)).toEqual(Array<string>(14).fill('pending'));
      for (const page of [1, 14]) {
        const drawn = await small.renderPage(path, { page, dpi: 300, maxPixels: 10_000_000 }, LIMITS);
        expect(drawn.widthPixels).toBeGreaterThan(2_400);
      }
    } finally {
      await small.close();
    }
  });

  it('reads or refuses PDFs with flipped bytes', async () => {
    const whole = Buffer.from(await guidelinePdf());
    for (let round = 0; round < 20; round++) {
      const broken = Buffer.from(whole);
      for (let flip = 0; flip < 30; flip++) {
        // A fixed walk over the file, so that a failing round can be seen again.
        const at = (round * 7919 + flip * 104_729) % broken.length;
        broken[at] = (broken[at] ?? 0) ^ (1 << (flip & 7));
      }
      const outcome = await outcomeOf(files.write(`flip-${round}.pdf`, broken));
      expect(String(outcome)).toMatch(/^(?:[1-3]|PDF_DAMAGED|PDF_ENCRYPTED|UNSUPPORTED_TYPE|TEXT_UNREADABLE)$/);
    }
  });

  it('refuses random bytes, also behind the magic of a PDF', async () => {
    const noise = randomFillSync(Buffer.alloc(200_000));
    noise[0] = 0;
    expect(await outcomeOf(files.write('noise', noise))).toBe('UNSUPPORTED_TYPE');
    const magic = Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]);
    expect(await outcomeOf(files.write('noise.pdf', magic))).toBe('PDF_DAMAGED');
  });

  it('stops unpacking a gzip bomb at the cap, having given out what came before', async () => {
    const xml = pubmedXml(3).replace('</PubmedArticleSet>', `${' '.repeat(64 * MEGABYTE)}</PubmedArticleSet>`);
    const path = files.write('bomb.xml.gz', gzipSync(xml));
    const page = await reader.readRecords(path, { fromIndex: 0, limit: 100 }, LIMITS);
    expect([page.records.length, page.nextIndex, page.damage]).toEqual([3, null, 'ARCHIVE_TOO_LARGE']);
  });

  it('does not take a bomb of zeros for anything', async () => {
    const path = files.write('zeros.gz', gzipSync(Buffer.alloc(64 * MEGABYTE)));
    expect(await outcomeOf(path)).toBe('UNSUPPORTED_TYPE');
  });

  it('never expands entities: the record that uses one fails, its neighbours are read', async () => {
    for (const [name, xml] of [
      ['laughs.xml', entityBombXml()],
      ['external.xml', externalEntityXml(files.write('secret.txt', 'SECRET CONTENT'))],
    ] as const) {
      const path = files.write(name, xml);
      expect(await reader.inspect(path, LIMITS)).toMatchObject({ format: 'pubmed-xml' });
      const page = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
      expect(page.records.map((record) => record.externalId)).toEqual([`pmid:${pmidAt(0)}`, `pmid:${pmidAt(2)}`]);
      expect(page.failures).toEqual([{ index: 1, reason: 'the record is not well-formed XML' }]);
      expect(JSON.stringify(page)).not.toContain('SECRET CONTENT');
    }
  });

  it('refuses entity bombs that are no PubMed', async () => {
    const bomb = entityBombXml().replaceAll('PubmedArticleSet', 'lolz');
    expect(await outcomeOf(files.write('lolz.xml', bomb))).toBe('XML_NOT_PUBMED');
  });

  it('is not fooled by records in comments, CDATA or a DOCTYPE', async () => {
    const fake = pubmedRecord(9);
    const inside = pubmedRecord(1, {
      title: 'A title <!-- </PubmedArticle> --> with <![CDATA[</PubmedArticle>]]> inside',
    });
    const xml = pubmedSet([`<!-- ${fake} -->`, pubmedRecord(0), `<Other><![CDATA[${fake}]]></Other>`, inside]).replace(
      /<!DOCTYPE[^>]*>/,
      `<!DOCTYPE PubmedArticleSet [<!ENTITY e '${fake}'>]>`,
    );
    const page = await reader.readRecords(files.write('fake.xml', xml), { fromIndex: 0, limit: 10 }, LIMITS);
    expect(page.records.map((record) => record.externalId)).toEqual([`pmid:${pmidAt(0)}`, `pmid:${pmidAt(1)}`]);
    expect(page.records[1]?.reading.metadata.title).toBe('A title with </PubmedArticle> inside');
    expect([page.failures, page.nextIndex, page.damage]).toEqual([[], null, undefined]);
  });

  it('gives up a record without end, and nothing before it', async () => {
    const endless = pubmedRecord(1).replace('</PubmedArticle>', 'x'.repeat(17 * MEGABYTE));
    const path = files.write('endless.xml', pubmedSet([pubmedRecord(0), endless]));
    const page = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
    expect([page.records.length, page.nextIndex, page.damage]).toEqual([1, null, 'XML_DAMAGED']);
  });

  it('reads UTF-16 XML as what it is', async () => {
    const xml = pubmedXml(2).replace('encoding="UTF-8"', 'encoding="UTF-16"');
    const path = files.write('utf16.xml', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]));
    expect(await reader.inspect(path, LIMITS)).toMatchObject({ format: 'pubmed-xml' });
    const page = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
    expect(page.records).toHaveLength(2);
  });

  it('reads deeply nested Markdown or kills its reader, and lives on', async () => {
    const path = files.write('deep.md', `# Title\n\n${'> '.repeat(20_000)}deep\n\n${'[('.repeat(20_000)}`);
    const outcome = await reader.readText(path, 'markdown', LIMITS).then(
      (reading) => reading.blocks.length > 0,
      (error: { code?: unknown }) => isFailureCode(error.code),
    );
    expect(outcome).toBe(true);
    const plain = files.write('plain.txt', 'Still here.');
    expect((await reader.readText(plain, 'text', LIMITS)).text).toBe('Still here.');
  });

  it('survives children that are killed between calls', async () => {
    const path = files.write('again.pdf', await guidelinePdf());
    expect(await outcomeOf(path)).toBe(3);
    for (const pid of reader.childPids) process.kill(pid, 'SIGKILL');
    expect([3, 'PARSER_CRASHED']).toContain(await outcomeOf(path));
    expect(await outcomeOf(path)).toBe(3);
  });
});
