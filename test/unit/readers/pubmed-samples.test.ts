import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { RecordReading } from '../../../core/ports/document-reader.js';
import { RecordCursor } from '../../../infra/readers/pubmed/record-cursor.js';
import type { RecordPart } from '../../../infra/readers/reader-protocol.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples', 'pubmed');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The same fields by another parser and in the plainest way: what the reader says is held against this. */
describe.skipIf(!existsSync(SAMPLES))('PubMed samples (skipped: ../shared is not on this machine)', () => {
  for (const name of existsSync(SAMPLES) ? readdirSync(SAMPLES).sort() : []) {
    it(`every record of ${name}, field by field`, async () => {
      const path = join(SAMPLES, name);
      const document = new DOMParser().parseFromString(readFileSync(path, 'utf8'), 'text/xml');
      const records = [...document.getElementsByTagName('PubmedArticle')];
      const read = await readAll(path);
      expect(read.length).toBe(records.length);
      for (const [index, record] of records.entries()) compare(record, read[index]);
    });
  }
});

async function readAll(path: string): Promise<RecordReading[]> {
  const parts: RecordPart[] = [];
  const cursor = await RecordCursor.atStart(path, 1e9);
  const end = await cursor.read(
    path,
    { fromIndex: 0, limit: 1000, oneByOne: false, budgetMs: Infinity },
    async (some) => void parts.push(...some),
  );
  expect(end).toEqual({ total: parts.length, nextIndex: null });
  return parts.map((part) => {
    if (!('record' in part)) throw new Error('no reading');
    return part.record;
  });
}

function compare(record: Element, read: RecordReading | undefined): void {
  const { metadata, blocks, text } = read?.reading ?? expect.fail('a record is missing');
  // References carry ids and titles of other papers.
  for (const list of all(record, 'ReferenceList')) list.parentNode?.removeChild(list);
  const article = one(record, 'Article');
  const citation = one(record, 'MedlineCitation');
  const pmid = content(one(citation, 'PMID'));
  expect(read?.externalId).toBe(`pmid:${pmid}`);
  expect(metadata.pmid).toBe(pmid);
  expect(metadata.pmidVersion).toBe(Number(one(citation, 'PMID')?.getAttribute('Version')));
  expect(fold(metadata.title)).toBe(fold(content(one(article, 'ArticleTitle'))));
  expect(metadata.authors ?? []).toEqual(
    all(one(article, 'AuthorList'), 'Author').map(
      (author) =>
        content(one(author, 'CollectiveName')) ||
        `${content(one(author, 'ForeName'))} ${content(one(author, 'LastName'))}`,
    ),
  );
  expect(metadata.journal).toBe(content(one(one(article, 'Journal'), 'Title')));
  expect(metadata.journalAbbreviation).toBe(content(one(article, 'ISOAbbreviation')));
  expect(metadata.issn).toBe(content(one(article, 'ISSN')));
  expect(metadata.volume).toBe(content(one(article, 'Volume')));
  expect(metadata.issue ?? '').toBe(content(one(article, 'Issue')));
  expect(metadata.pageRange).toBe(content(one(article, 'MedlinePgn')));
  expect(metadata.doi ?? '').toBe(
    idOf(article, 'ELocationID', 'EIdType', 'doi') || idOf(record, 'ArticleId', 'IdType', 'doi'),
  );
  expect(metadata.pmcid ?? '').toBe(idOf(record, 'ArticleId', 'IdType', 'pmc'));
  expect(metadata.publicationTypes).toEqual(all(article, 'PublicationType').map(content));
  expect(metadata.meshTerms ?? []).toEqual(all(record, 'DescriptorName').map(content));
  expect((metadata.meshHeadings ?? []).map((heading) => heading.replaceAll('*', ''))).toEqual(
    all(record, 'MeshHeading').map((heading) =>
      [...all(heading, 'DescriptorName'), ...all(heading, 'QualifierName')].map(content).join('/'),
    ),
  );
  expect((metadata.meshHeadings ?? []).join('').replaceAll(/[^*]/g, '').length).toBe(
    all(record, 'MeshHeading').flatMap((heading) => [...all(heading, 'DescriptorName'), ...all(heading, 'QualifierName')])
      .filter((topic) => topic.getAttribute('MajorTopicYN') === 'Y').length,
  ); // prettier-ignore
  expect(metadata.substances ?? []).toEqual(all(record, 'NameOfSubstance').map(content));
  expect((metadata.keywords ?? []).map(fold)).toEqual(all(record, 'Keyword').map(content).map(fold));
  expect(metadata.registrations ?? []).toEqual(
    all(record, 'AccessionNumber').map((number) => `${content(one(record, 'DataBankName'))}/${content(number)}`),
  );
  expect(
    (metadata.relatedRecords ?? []).map(({ type, pmid: id = '', citation: cited = '' }) => [type, id, cited]),
  ).toEqual(
    all(citation, 'CommentsCorrections')
      .map((link) => [link.getAttribute('RefType'), content(one(link, 'PMID')), content(one(link, 'RefSource'))])
      .filter(([type]) => type !== 'Cites'),
  );
  expect(metadata.revisedOn).toBe(dateOf(one(citation, 'DateRevised')));
  const electronic = one(article, 'ArticleDate');
  expect(metadata.electronicOn).toBe(electronic && dateOf(electronic));
  expect(metadata.publishedOn?.startsWith(dateOf(one(article, 'PubDate')))).toBe(true);
  const season = content(one(article, 'Season'));
  expect(metadata.issueDate).toBe(season === '' ? undefined : `${content(one(article, 'Year'))} ${season}`);

  const abstract = all(article, 'AbstractText');
  const expected = [one(article, 'ArticleTitle'), ...abstract].flatMap((part) => {
    const label = part?.getAttribute('Label');
    return [...(label ? [label] : []), content(part)];
  });
  const seen = blocks.map((block) => text.slice(block.start, block.end));
  expect(seen.length).toBe(expected.length);
  for (const [index, part] of expected.entries()) {
    const hasFormulas = all(abstract[0], 'mml:math').length > 0;
    // A formula is written in another order than its elements (³He); its characters are the same.
    const same = hasFormulas ? sorted : fold;
    expect(same(seen[index])).toBe(same(part));
  }
}

function all(parent: Element | undefined, name: string): Element[] {
  return parent ? [...parent.getElementsByTagName(name)] : [];
}

function one(parent: Element | undefined, name: string): Element | undefined {
  return all(parent, name)[0];
}

function content(element: Element | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function idOf(parent: Element | undefined, name: string, attribute: string, type: string): string {
  return content(all(parent, name).find((id) => id.getAttribute(attribute) === type));
}

function dateOf(date: Element | undefined): string {
  const [year, month, day] = ['Year', 'Month', 'Day'].map((part) => content(one(date, part)));
  const number = MONTHS.indexOf(month ?? '') + 1 || Number(month);
  return [year, ...(month ? [String(number).padStart(2, '0')] : []), ...(day ? [day.padStart(2, '0')] : [])].join('-');
}

/** Without what the reader adds or changes on purpose: raised figures, marks before raised text, spaces. */
function fold(text: string | undefined): string {
  return (text ?? '')
    .normalize('NFKC')
    .replace(/[\s^_\u00AD\u200B\uFEFF]/g, '')
    .replaceAll('−', '-');
}

function sorted(text: string | undefined): string {
  return [
    ...fold(text)
      .normalize('NFD')
      .replace(/[()√/\u0300-\u036F¯˙^~ˆ˜.]/gu, ''),
  ]
    .sort()
    .join('');
}
