import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentReader } from '../../core/ports/document-reader.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { Reading } from '../../core/contract/reading.js';
import { encryptedPdf } from '../fixtures/documents/encrypted-pdf.js';
import { GUIDELINE_HTML } from '../fixtures/documents/guideline-html.js';
import { GUIDELINE_MARKDOWN } from '../fixtures/documents/guideline-markdown.js';
import { GUIDELINE_PAGES, GUIDELINE_TITLE, RUNNING_HEADER } from '../fixtures/documents/guideline-text.js';
import { jatsArticle, jatsFile, pmcArticleSet } from '../fixtures/documents/jats-xml.js';
import { pmidAt, pubmedRecord, pubmedSet, pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { A4, guidelinePdf, mixedPdf, pdfText, scannedPdf } from '../fixtures/documents/typeset-pdf.js';

/** Generous: what bounds a test is the test run, and a busy machine must not fail it. */
export const LIMITS = { deadlineMs: 120_000 };

/** Every block's offsets give its text, in order, a blank line apart. */
export function expectExactOffsets(reading: Reading): void {
  expect(reading.text).toBe(reading.text.normalize('NFC'));
  let end = 0;
  for (const [index, block] of reading.blocks.entries()) {
    expect(block.start).toBe(index === 0 ? 0 : end + 2);
    if (index > 0) expect(reading.text.slice(end, block.start)).toBe('\n\n');
    const text = reading.text.slice(block.start, block.end);
    expect(text).not.toBe('');
    if (block.kind !== 'code' && block.kind !== 'list') expect(text).toBe(text.trim());
    end = block.end;
  }
  expect(end).toBe(reading.text.length);
}

/** What every `DocumentReader` must do; run by each adapter from a file of its own. */
export function describeDocumentReader(name: string, create: () => DocumentReader): void {
  describe(`DocumentReader: ${name}`, () => {
    const files = tempFiles();
    let reader: DocumentReader;
    beforeAll(() => {
      reader = create();
    });
    afterAll(async () => {
      await reader.close();
      files.remove();
    });

    const failure = (code: string) => expect.objectContaining({ name: 'Failure', code }) as unknown;

    describe('inspect', () => {
      it('tells formats from bytes, whatever the name says', async () => {
        const pdf = files.write('a.txt', await guidelinePdf());
        const markdown = files.write('b.pdf', GUIDELINE_MARKDOWN);
        const text = files.write('c.xml', 'Plain words.\n\nMore plain words.\n');
        const xml = files.write('d.md', pubmedXml(1));
        const packed = files.write('e', gzipSync(pubmedXml(1)));
        const utf16 = files.write('f', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Olá mundo', 'utf16le')]));
        expect(await reader.inspect(pdf, LIMITS)).toEqual({
          format: 'pdf',
          compressed: false,
          pageCount: GUIDELINE_PAGES.length,
          metadata: { title: GUIDELINE_TITLE, authors: ['Imaginary Health Board'] },
          properties: [`Title: ${GUIDELINE_TITLE}`, 'Author: Imaginary Health Board'],
        });
        expect(await reader.inspect(markdown, LIMITS)).toMatchObject({ format: 'markdown', compressed: false });
        expect(await reader.inspect(text, LIMITS)).toMatchObject({ format: 'text' });
        expect(await reader.inspect(xml, LIMITS)).toMatchObject({ format: 'pubmed-xml', compressed: false });
        expect(await reader.inspect(packed, LIMITS)).toMatchObject({ format: 'pubmed-xml', compressed: true });
        expect(await reader.inspect(utf16, LIMITS)).toMatchObject({ format: 'text' });
      });

      it('refuses what it cannot read, with the reason', async () => {
        const cases: [string, string | Uint8Array, string][] = [
          ['empty', '', 'EMPTY_FILE'],
          ['empty-gz', gzipSync(''), 'EMPTY_FILE'],
          ['zip.md', Buffer.from('PK\x03\x04rest of an archive', 'latin1'), 'ARCHIVE_DAMAGED'],
          ['noise', createHash('sha512').update('noise').digest(), 'UNSUPPORTED_TYPE'],
          ['other.xml', '<?xml version="1.0"?><rss><channel/></rss>', 'XML_NOT_PUBMED'],
          ['docbook.xml', '<?xml version="1.0"?><article xmlns="http://docbook.org/ns/docbook"/>', 'XML_NOT_PUBMED'],
          ['latin1.txt', Buffer.from('Dose: 5 \xB5g, M\xFCller', 'latin1'), 'TEXT_UNREADABLE'],
          ['folder.tar', tarFile(), 'ARCHIVE_OF_FILES'],
          ['folder.tar.gz', gzipSync(tarFile()), 'ARCHIVE_OF_FILES'],
          ['folder.7z', Buffer.from('7z\xBC\xAF\x27\x1C and what is packed', 'latin1'), 'ARCHIVE_OF_FILES'],
          ['folder.rar', Buffer.from('Rar!\x1A\x07\x01 and what is packed', 'latin1'), 'ARCHIVE_OF_FILES'],
          ['packed-text', gzipSync('just text'), 'UNSUPPORTED_TYPE'],
          ['bad.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255, 255]), 'ARCHIVE_DAMAGED'],
          ['locked.pdf', encryptedPdf('secret', { user: 'open', owner: 'own' }), 'PDF_ENCRYPTED'],
          ['cut.pdf', '%PDF-1.7 cut off', 'PDF_DAMAGED'],
        ];
        for (const [file, content, code] of cases) {
          await expect(reader.inspect(files.write(file, content), LIMITS), file).rejects.toEqual(failure(code));
        }
      });

      it('opens a PDF that only its owner locked', async () => {
        const path = files.write('owner.pdf', encryptedPdf('Readable by all', { user: '', owner: 'own' }));
        expect(await reader.inspect(path, LIMITS)).toMatchObject({ format: 'pdf', pageCount: 1 });
        const [page] = await reader.readPages(path, { from: 1, to: 1 }, LIMITS);
        expect(page?.blocks.map((block) => block.text)).toEqual(['Readable by all']);
      });
    });

    describe('readPages', () => {
      it('reads the text layer into blocks with places', async () => {
        const path = files.write('guideline.pdf', await guidelinePdf());
        const pages = await reader.readPages(path, { from: 1, to: 3 }, LIMITS);
        expect(pages.map(({ page, outcome }) => [page, outcome])).toEqual([[1, 'native'], [2, 'native'], [3, 'native']]); // prettier-ignore
        for (const page of pages) {
          expect([page.width, page.height]).toEqual([A4.width, A4.height]);
          for (const block of page.blocks) {
            for (const box of block.boxes) {
              expect(box.x).toBeGreaterThanOrEqual(0);
              expect(box.y + box.height).toBeLessThanOrEqual(A4.height);
            }
          }
        }
        const reading = assemblePages(pages, {});
        expectExactOffsets(reading);
        for (const page of GUIDELINE_PAGES) {
          for (const paragraph of page.paragraphs) expect(reading.text).toContain(pdfText(paragraph));
        }
        expect(reading.text).not.toContain(RUNNING_HEADER);
        expect(reading.text).not.toMatch(/Page \d of 3/);
      });

      it('answers exactly the pages asked for', async () => {
        const path = files.write('some.pdf', await guidelinePdf());
        const pages = await reader.readPages(path, { from: 2, to: 3 }, LIMITS);
        expect(pages.map((page) => page.page)).toEqual([2, 3]);
      });

      it('decides for each page by itself, and says why', async () => {
        const path = files.write('mixed.pdf', await mixedPdf());
        const pages = await reader.readPages(path, { from: 1, to: 4 }, LIMITS);
        expect(pages.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
          'native: text layer covers the page',
          'pending: images and no text layer',
          'blank: nothing is drawn on the page',
          'pending: hidden text over a page image',
        ]);
        expect(pages.slice(1).every((page) => page.blocks.length === 0)).toBe(true);
        expect(pages[1]?.scores.imageArea).toBe(1);
      });
    });

    describe('renderPage', () => {
      it('draws a page at the asked resolution', async () => {
        const path = files.write('scan.pdf', await scannedPdf([['One line of a scan']]));
        const image = await reader.renderPage(path, { page: 1, dpi: 150, maxPixels: 40e6 }, LIMITS);
        expect(image).toMatchObject({ widthPixels: 1239, heightPixels: 1754, dpi: 150 });
        expect(image.format).toBe('png');
        expect(Buffer.from(image.bytes).subarray(1, 4).toString()).toBe('PNG');
      });

      it('draws a page for text recognition in grey, unpacked', async () => {
        const path = files.write('scan.pdf', await scannedPdf([['One line of a scan']]));
        const input = { page: 1, dpi: 150, maxPixels: 40e6, forReading: 'found' } as const;
        const image = await reader.renderPage(path, input, LIMITS);
        expect(image).toMatchObject({ format: 'tiff', widthPixels: 1239, heightPixels: 1754, dpi: 150 });
        const levels = image.bytes.subarray(-1239 * 1754);
        const ink = levels.filter((level) => level < 128).length;
        expect(ink / levels.length).toBeGreaterThan(0.0001);
        expect(ink / levels.length).toBeLessThan(0.01);
      });

      it('lowers the resolution to keep the number of pixels', async () => {
        const path = files.write('big.pdf', await scannedPdf([['One line of a scan']]));
        const image = await reader.renderPage(path, { page: 1, dpi: 600, maxPixels: 1e6 }, LIMITS);
        expect(image.widthPixels * image.heightPixels).toBeLessThanOrEqual(1e6);
        expect(image.widthPixels * image.heightPixels).toBeGreaterThan(0.98e6);
        expect((image.widthPixels / image.dpi) * 72).toBeCloseTo(A4.width, 0);
      });

      it('fails for a page that is not there', async () => {
        const path = files.write('one.pdf', await scannedPdf([['One line']]));
        await expect(reader.renderPage(path, { page: 2, dpi: 72, maxPixels: 1e6 }, LIMITS)).rejects.toEqual(
          failure('PAGE_RENDER_FAILED'),
        );
      });
    });

    describe('readText', () => {
      it('reads Markdown by its structure', async () => {
        const path = files.write('guide.md', GUIDELINE_MARKDOWN);
        const reading = await reader.readText(path, 'markdown', LIMITS);
        expectExactOffsets(reading);
        expect(reading.metadata).toEqual({
          title: 'Imaginary cough: quick reference',
          authors: ['Erika Muster', 'John Doe'],
          publishedOn: '2023-05-17',
        });
        expect(reading.blocks.map((block) => [block.kind, reading.text.slice(block.start, block.end)])).toEqual([
          ['heading', 'Imaginary cough'],
          ['paragraph', 'Offer honey first. See the full guideline for details.'],
          ['heading', 'When to treat'],
          ['list', '1. Cough for more than 3 weeks\n2. Any of:\n  - weight loss\n  - night sweats'],
          ['table', 'Medicine | Dose\nFictamycin | 0.5 mg/kg\nPlacebarone | 2–4 mg'],
          ['heading', 'Code for the calculator'],
          ['code', 'dose = weight * 0.5\n    if renal: dose / 2'],
          ['paragraph', 'Take care with children.'],
          ['paragraph', 'Quoted advice stays advice.'],
        ]);
        expect(reading.blocks.at(-1)?.sectionPath).toEqual([
          'Imaginary cough',
          'When to treat',
          'Code for the calculator',
        ]);
        expect(reading.pages).toEqual([]);
      });

      it('reads HTML by its structure, without the site around it', async () => {
        const path = files.write('guide.txt', GUIDELINE_HTML);
        expect(await reader.inspect(path, LIMITS)).toMatchObject({ format: 'html', compressed: false });
        const reading = await reader.readText(path, 'html', LIMITS);
        expectExactOffsets(reading);
        expect(reading.language).toBe('en');
        expect(reading.metadata).toEqual({
          title: 'Imaginary fever in adults',
          authors: ['Erika Muster', 'John Doe'],
          publishedOn: '2023-05-17',
          issuer: 'Imaginary Health Board',
        });
        expect(reading.blocks.map((block) => [block.kind, reading.text.slice(block.start, block.end)])).toEqual([
          ['heading', 'Imaginary fever in adults'],
          ['paragraph', 'Offer fictamycin 0.5 mg/kg when platelets are below 100 × 10⁹/L, unless eGFR is < 30 mL/min/1.73 m² or SpO2 is low^a.'],
          ['heading', 'Dosing'],
          ['list', '- Adults:\n  3. by mouth\n  4. by vein\n- Children see below'],
          ['caption', 'Table 1. Doses by age'],
          ['table', 'Age | Medicine | Dose\n1 to 4 years | Fictamycin | 5 mg\n1 to 4 years | Placebarone | 2 mg\nOlder | | 10 mg'],
          ['heading', 'Monitoring'],
          ['paragraph', 'Take care.\nTwice.'],
          ['code', 'dose = weight * 0.5\n  if renal: dose / 2'],
        ]); // prettier-ignore
        expect(reading.blocks.at(-1)?.sectionPath).toEqual(['Imaginary fever in adults', 'Dosing', 'Monitoring']);
      });

      it('reads plain text carefully', async () => {
        const path = files.write('note', 'DOSING\r\n\r\nTake 0.5 mg/kg of ficta-\r\nmycin twice\r\na day.\0\r\n\r\n- with food\r\n- with water\r\n'); // prettier-ignore
        const reading = await reader.readText(path, 'text', LIMITS);
        expectExactOffsets(reading);
        expect(reading.text).toBe('DOSING\n\nTake 0.5 mg/kg of fictamycin twice a day.\n\n- with food\n- with water');
        expect(reading.blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list']);
      });

      it('reads UTF-16 by its mark and refuses broken UTF-8', async () => {
        const mark = Buffer.from([0xfe, 0xff]);
        const utf16 = files.write('be.txt', Buffer.concat([mark, Buffer.from('Größe ≥ 5 µg', 'utf16le').swap16()]));
        expect((await reader.readText(utf16, 'text', LIMITS)).text).toBe('Größe ≥ 5 µg');
        const broken = files.write('broken.txt', Buffer.from([0x41, 0xc3, 0x28, 0x42]));
        await expect(reader.readText(broken, 'text', LIMITS)).rejects.toEqual(failure('TEXT_UNREADABLE'));
      });
    });

    describe('readRecords', () => {
      it('reads a record field by field', async () => {
        const raw = pubmedRecord(7);
        const path = files.write('one.xml', pubmedSet([raw]));
        const { records, failures, nextIndex, damage } = await reader.readRecords(
          path,
          { fromIndex: 0, limit: 10 },
          LIMITS,
        );
        expect({ failures, nextIndex, damage }).toEqual({ failures: [], nextIndex: null, damage: undefined });
        const [record] = records;
        expect(record).toMatchObject({ index: 0, externalId: `pmid:${pmidAt(7)}` });
        expect(record?.recordSha256).toBe(createHash('sha256').update(raw).digest('hex'));
        const reading = record?.reading as Reading;
        expectExactOffsets(reading);
        expect(reading.language).toBe('en');
        expect(reading.metadata).toEqual({
          title: 'Effect of fictamycin on imaginary fever, trial number 7.',
          authors: ['Erika Muster', 'Imaginary Fever Group'],
          publishedOn: '2021-03-09',
          pmid: pmidAt(7),
          doi: `10.0000/jim.${pmidAt(7)}`,
          pmcid: 'PMC7',
          journal: 'Journal of Imaginary Medicine',
          publicationTypes: ['Journal Article'],
          meshTerms: ['Fever', 'Humans'],
          meshHeadings: ['*Fever/drug therapy', 'Humans'],
          journalAbbreviation: 'J Imag Med',
          issn: '0000-0000',
          volume: '1',
          issue: '2',
          pmidVersion: 1,
        });
        expect(reading.text).toBe(
          [
            'Effect of fictamycin on imaginary fever, trial number 7.',
            'BACKGROUND',
            'Imaginary fever is common. Study 7 asked whether fictamycin 0.5 mg/kg helps.',
            'RESULTS',
            'Platelets rose to 250 × 10⁹/L (P < 0.05) in 7 of 120 adults.',
            'CONCLUSIONS',
            'Fictamycin works in stories & tests.',
          ].join('\n\n'),
        );
        expect(reading.blocks[2]?.sectionPath).toEqual([reading.metadata.title, 'BACKGROUND']);
      });

      it.each([['plain'], ['packed']])(
        'reads %s files in batches that go on where the last one stopped',
        async (form) => {
          const xml = pubmedXml(250);
          const path = files.write(`set-${form}`, form === 'packed' ? gzipSync(xml) : xml);
          const ids: string[] = [];
          for (let next: number | null = 0; next !== null;) {
            const page = await reader.readRecords(path, { fromIndex: next, limit: 100 }, LIMITS);
            ids.push(...page.records.map((record) => record.externalId));
            next = page.nextIndex;
          }
          expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => `pmid:${pmidAt(index)}`));
          const again = await reader.readRecords(path, { fromIndex: 120, limit: 2 }, LIMITS);
          expect(again.records.map((record) => record.index)).toEqual([120, 121]);
          expect(again.nextIndex).toBe(122);
          const exactEnd = await reader.readRecords(path, { fromIndex: 248, limit: 2 }, LIMITS);
          expect([exactEnd.records.length, exactEnd.nextIndex]).toEqual([2, null]);
          expect(await reader.readRecords(path, { fromIndex: 900, limit: 2 }, LIMITS)).toEqual({ records: [], withdrawals: [], repeated: [], failures: [], total: 250, nextIndex: null }); // prettier-ignore
        },
      );

      it('lets a broken record fail alone', async () => {
        const records = [
          pubmedRecord(0),
          pubmedRecord(1).replace('</ArticleTitle>', ''),
          pubmedRecord(2).replace(/<PMID[^>]*>\d+<\/PMID>/, ''),
          pubmedRecord(3, { abstract: '' }),
          pubmedRecord(4, { title: '', abstract: '' }),
        ];
        const path = files.write('broken.xml', pubmedSet(records));
        const page = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
        expect(page.records.map((record) => record.index)).toEqual([0, 3]);
        expect(page.records[1]?.reading.text).toBe('Effect of fictamycin on imaginary fever, trial number 3.');
        expect(page.failures).toEqual([
          { index: 1, reason: 'the record is not well-formed XML' },
          { index: 2, reason: 'the record has no PMID' },
          { index: 4, externalId: `pmid:${pmidAt(4)}`, reason: 'the record has neither title nor abstract' },
        ]);
        expect(page.nextIndex).toBeNull();
      });

      it.each([['plain'], ['packed']])(
        'counts the later of two records with one PMID, and the higher version, whatever the batch (%s)',
        async (form) => {
          const versioned = (xml: string, version: number) => xml.replace('Version="1"', `Version="${version}"`);
          const records = [
            pubmedRecord(0, { title: 'Early.' }),
            versioned(pubmedRecord(1, { title: 'Second version.' }), 2),
            pubmedRecord(2),
            pubmedRecord(1, { title: 'First version, though behind.' }),
            pubmedRecord(3, { title: 'To be deleted.' }),
            pubmedRecord(0, { title: 'Late.' }),
          ];
          const deletions = `<DeleteCitation>\n<PMID Version="1">${pmidAt(3)}</PMID>\n<PMID Version="1">77</PMID>\n<PMID Version="1">${pmidAt(1)}</PMID></DeleteCitation>`;
          const xml = pubmedSet([...records, deletions]);
          const path = files.write(`twice-${form}`, form === 'packed' ? gzipSync(xml) : xml);
          for (const limit of [1, 2, 100]) {
            const seen: string[] = [];
            for (let next: number | null = 0; next !== null;) {
              const page = await reader.readRecords(path, { fromIndex: next, limit }, LIMITS);
              expect([page.failures, page.damage, page.total]).toEqual([[], undefined, 9]);
              for (const { index, reading } of page.records) seen[index] = reading.metadata.title ?? '';
              for (const { index } of page.repeated) seen[index] = 'repeated';
              for (const { index, externalId, cause } of page.withdrawals) seen[index] = `${externalId} ${cause}`;
              next = page.nextIndex;
            }
            expect(seen).toEqual([
              'repeated',
              'Second version.',
              'Effect of fictamycin on imaginary fever, trial number 2.',
              'repeated',
              'repeated',
              'Late.',
              `pmid:${pmidAt(3)} deleted_at_source`,
              'pmid:77 deleted_at_source',
              'repeated',
            ]);
          }
        },
      );

      it.each([['plain'], ['packed']])('reads PMC articles, one by one or several in a file (%s)', async (form) => {
        const numbered = (pmc: number, text: string) =>
          jatsArticle({
            meta: `<article-id pub-id-type="pmc">${pmc}</article-id><title-group><article-title>T${pmc}</article-title></title-group>`,
            body: `<sec><title>Results</title><p>${text}</p></sec>`,
          });
        const write = (name: string, xml: string) =>
          files.write(`${name}-${form}`, form === 'packed' ? gzipSync(xml) : xml);
        const one = write('one.nxml', jatsFile(numbered(1, 'alone')));
        const many = write('many.xml', pmcArticleSet([numbered(1, 'early'), numbered(2, 'two'), numbered(1, 'late')]));
        for (const path of [one, many]) {
          expect(await reader.inspect(path, LIMITS)).toMatchObject({
            format: 'pmc-xml',
            compressed: form === 'packed',
          });
        }
        const alone = await reader.readRecords(one, { fromIndex: 0, limit: 10 }, LIMITS);
        expect(alone.records.map(({ externalId, reading }) => [externalId, reading.text])).toEqual([
          ['pmcid:PMC1', 'T1\n\nResults\n\nalone'],
        ]);
        expect([alone.nextIndex, alone.damage, alone.failures]).toEqual([null, undefined, []]);
        const page = await reader.readRecords(many, { fromIndex: 0, limit: 10 }, LIMITS);
        expect(page.records.map(({ index, externalId }) => [index, externalId])).toEqual([
          [1, 'pmcid:PMC2'],
          [2, 'pmcid:PMC1'],
        ]);
        expect(page.repeated).toEqual([{ index: 0, externalId: 'pmcid:PMC1' }]);
        const cut = files.write('cut.nxml', jatsFile(numbered(1, 'cut')).replace('</article>', ''));
        expect(await reader.readRecords(cut, { fromIndex: 0, limit: 10 }, LIMITS)).toMatchObject({ records: [], damage: 'XML_DAMAGED' }); // prettier-ignore
      });

      it('gives out large articles a few at a time', async () => {
        const body = `<p>${'Fictamycin helps in imaginary fever. '.repeat(80_000)}</p>`;
        const article = (pmc: number) =>
          jatsArticle({ meta: `<article-id pub-id-type="pmc">${pmc}</article-id>`, body });
        const path = files.write('large.xml', pmcArticleSet([1, 2, 3, 4].map(article)));
        const first = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
        expect([first.records.length, first.nextIndex, first.total]).toEqual([3, 3, 4]);
        const rest = await reader.readRecords(path, { fromIndex: 3, limit: 10 }, LIMITS);
        expect([rest.records.length, rest.nextIndex]).toEqual([1, null]);
      });

      it('says which papers were retracted, and reads the notices', async () => {
        const links = (xml: string, type: string) =>
          xml.replace(
            '<MeshHeadingList>',
            `<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><PMID Version="1">5</PMID></CommentsCorrections>
            <CommentsCorrections RefType="${type}"><RefSource>J Imag Med. 2022;2:3</RefSource><PMID Version="1">6</PMID></CommentsCorrections></CommentsCorrectionsList><MeshHeadingList>`,
          );
        const retype = (xml: string, type: string) => xml.replace('>Journal Article<', `>${type}<`);
        const path = files.write(
          'retractions.xml',
          pubmedSet([
            links(pubmedRecord(0), 'RetractionIn'),
            retype(pubmedRecord(1), 'Retracted Publication'),
            links(retype(pubmedRecord(2), 'Retraction of Publication'), 'RetractionOf'),
            links(pubmedRecord(3), 'ErratumIn'),
          ]),
        );
        const page = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
        expect(page.withdrawals).toEqual([
          { index: 0, externalId: `pmid:${pmidAt(0)}`, cause: 'retracted', revision: { version: 1 } },
          { index: 1, externalId: `pmid:${pmidAt(1)}`, cause: 'retracted', revision: { version: 1 } },
        ]);
        expect(page.records.map(({ index, reading }) => [index, reading.metadata.relatedRecords])).toEqual([
          [2, [{ type: 'RetractionOf', pmid: '6', citation: 'J Imag Med. 2022;2:3' }]],
          [3, [{ type: 'ErratumIn', pmid: '6', citation: 'J Imag Med. 2022;2:3' }]],
        ]);
      });

      it('gives out what stands before a cut, and says that the file is cut', async () => {
        const xml = pubmedXml(20);
        const plain = files.write('cut.xml', xml.slice(0, xml.length - 2000));
        const packed = gzipSync(xml);
        const archive = files.write('cut.gz', packed.subarray(0, packed.length - 40));
        const page = await reader.readRecords(plain, { fromIndex: 0, limit: 100 }, LIMITS);
        expect([page.records.length, page.nextIndex, page.damage]).toEqual([19, null, 'XML_DAMAGED']);
        const rest = await reader.readRecords(archive, { fromIndex: 0, limit: 100 }, LIMITS);
        expect(rest.damage).toBe('ARCHIVE_DAMAGED');
        expect(rest.records.length).toBeGreaterThan(10);
      });
    });

    it('stops at an abort signal and reads the next file', async () => {
      const path = files.write('abort.xml', pubmedXml(3000));
      const controller = new AbortController();
      const reading = reader.readRecords(path, { fromIndex: 0, limit: 3000 }, { ...LIMITS, signal: controller.signal });
      controller.abort();
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
      expect((await reader.readRecords(path, { fromIndex: 2999, limit: 1 }, LIMITS)).records).toHaveLength(1);
    });

    it('serves many calls at once', async () => {
      const pdf = files.write('many.pdf', await guidelinePdf());
      const note = files.write('many.md', GUIDELINE_MARKDOWN);
      const results = await Promise.all([
        ...Array.from({ length: 5 }, () => reader.readPages(pdf, { from: 1, to: 3 }, LIMITS)),
        ...Array.from({ length: 5 }, () => reader.readText(note, 'markdown', LIMITS)),
      ]);
      expect(results).toHaveLength(10);
      expect(new Set(results.slice(0, 5).map((pages) => JSON.stringify(pages))).size).toBe(1);
    });
  });
}

/** The header of one file, as POSIX writes it, and its content. */
function tarFile(): Buffer {
  const file = Buffer.alloc(1024);
  file.write('fever.txt', 0, 'latin1');
  file.write('ustar', 257, 'latin1');
  file.write('Offer fluids.', 512, 'latin1');
  return file;
}
