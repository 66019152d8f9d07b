import { assembleText } from '../../../core/reading/assemble-text.js';
import type { DraftBlock } from '../../../core/reading/block.js';
import { UNDETERMINED_LANGUAGE, type DocumentMetadata, type Reading } from '../../../core/reading/reading.js';
import { isoDate } from './publication-date.js';
import { elements, find, textOf, type XmlElement } from './xml-tree.js';

/** Constant phrases of records that yield no reading. */
export const RECORD_PROBLEMS = {
  malformed: 'the record is not well-formed XML',
  noPmid: 'the record has no PMID',
  noText: 'the record has neither title nor abstract',
} as const;

export type ArticleResult =
  | { readonly externalId: string; readonly reading: Reading }
  | { readonly externalId?: string; readonly problem: string };

/** One `PubmedArticle` or `PubmedBookArticle` as a reading: the title, then the abstract with its labels as headings. */
export function readArticle(record: XmlElement): ArticleResult {
  const citation = find(record, 'MedlineCitation') ?? find(record, 'BookDocument');
  const article = find(citation, 'Article') ?? citation;
  const pmid = /^\d{1,10}$/.exec(textOf(find(citation, 'PMID')))?.[0];
  if (pmid === undefined) return { problem: RECORD_PROBLEMS.noPmid };
  const externalId = `pmid:${pmid}`;
  const title = textOf(find(article, 'ArticleTitle')) || textOf(find(article, 'Book', 'BookTitle'));
  const blocks = [...titleBlock(title), ...abstractBlocks(find(article, 'Abstract'))];
  if (blocks.length === 0) return { externalId, problem: RECORD_PROBLEMS.noText };
  const reading = assembleText(blocks, metadataOf(record, pmid, title), { language: languageOf(article) });
  return { externalId, reading };
}

function titleBlock(title: string): DraftBlock[] {
  return title === '' ? [] : [{ kind: 'heading', text: title, headingLevel: 1, boxes: [] }];
}

function abstractBlocks(abstract: XmlElement | undefined): DraftBlock[] {
  return elements(abstract, 'AbstractText').flatMap((part): DraftBlock[] => {
    const text = textOf(part);
    if (text === '') return [];
    const label = part.attributes['Label']?.replace(/\s+/g, ' ').trim() ?? '';
    const paragraph: DraftBlock = { kind: 'paragraph', text, boxes: [] };
    return label === '' ? [paragraph] : [{ kind: 'heading', text: label, headingLevel: 2, boxes: [] }, paragraph];
  });
}

function metadataOf(record: XmlElement, pmid: string, title: string): DocumentMetadata {
  const citation = find(record, 'MedlineCitation') ?? find(record, 'BookDocument');
  const article = find(citation, 'Article') ?? citation;
  const data = find(record, 'PubmedData') ?? find(record, 'PubmedBookData');
  const authors = elements(find(article, 'AuthorList'), 'Author')
    .map(authorName)
    .filter((name) => name !== '');
  const journal = textOf(find(article, 'Journal', 'Title')) || textOf(find(article, 'Book', 'BookTitle'));
  const publishedOn =
    isoDate(find(article, 'Journal', 'JournalIssue', 'PubDate')) ??
    isoDate(find(article, 'Book', 'PubDate')) ??
    isoDate(find(article, 'ArticleDate')) ??
    isoDate(elements(find(data, 'History'), 'PubMedPubDate')[0]);
  const doi = idOf(article, 'ELocationID', 'EIdType', 'doi') ?? articleId(data, article, 'doi');
  const pmcid = articleId(data, article, 'pmc');
  const types = texts(find(article, 'PublicationTypeList') ?? article, 'PublicationType');
  const meshTerms = elements(find(citation, 'MeshHeadingList'), 'MeshHeading')
    .map((heading) => textOf(find(heading, 'DescriptorName')))
    .filter((term) => term !== '');
  return {
    ...(title === '' ? {} : { title }),
    ...(authors.length > 0 ? { authors } : {}),
    ...(publishedOn === undefined ? {} : { publishedOn }),
    pmid,
    ...(doi === undefined ? {} : { doi }),
    ...(pmcid === undefined ? {} : { pmcid }),
    ...(journal === '' ? {} : { journal }),
    ...(types.length > 0 ? { publicationTypes: types } : {}),
    ...(meshTerms.length > 0 ? { meshTerms } : {}),
  };
}

/** `ForeName LastName Suffix`, or the name of a group. */
function authorName(author: XmlElement): string {
  const collective = textOf(find(author, 'CollectiveName'));
  if (collective !== '') return collective;
  const given = textOf(find(author, 'ForeName')) || textOf(find(author, 'Initials'));
  return [given, textOf(find(author, 'LastName')), textOf(find(author, 'Suffix'))]
    .filter((part) => part !== '')
    .join(' ');
}

function articleId(data: XmlElement | undefined, article: XmlElement | undefined, type: string): string | undefined {
  const list = find(data, 'ArticleIdList') ?? find(article, 'ArticleIdList');
  return idOf(list, 'ArticleId', 'IdType', type);
}

function idOf(parent: XmlElement | undefined, name: string, attribute: string, type: string): string | undefined {
  const valid = elements(parent, name).find(
    (id) => id.attributes[attribute] === type && id.attributes['ValidYN'] !== 'N' && textOf(id) !== '',
  );
  return valid && textOf(valid);
}

function texts(parent: XmlElement | undefined, name: string): string[] {
  return elements(parent, name)
    .map(textOf)
    .filter((text) => text !== '');
}

/** MEDLINE's bibliographic codes that `Intl` does not know as aliases. */
const BIBLIOGRAPHIC: Readonly<Record<string, string>> = {
  alb: 'sq', arm: 'hy', baq: 'eu', bur: 'my', chi: 'zh', cze: 'cs', dut: 'nl', fre: 'fr', geo: 'ka', ger: 'de',
  gre: 'el', ice: 'is', mac: 'mk', may: 'ms', per: 'fa', rum: 'ro', slo: 'sk', wel: 'cy',
}; // prettier-ignore

/** BCP 47 primary tag of the article's first language; MEDLINE writes ISO 639-2/B (`eng`, `fre`), `und` or `mul`. */
function languageOf(article: XmlElement | undefined): string {
  const code = textOf(find(article, 'Language')).toLowerCase();
  if (!/^[a-z]{2,3}$/.test(code) || code === 'und' || code === 'mul') return UNDETERMINED_LANGUAGE;
  return BIBLIOGRAPHIC[code] ?? new Intl.Locale(code).language;
}
