import type { DocumentMetadata } from '../../../core/contract/reading.js';
import { textOf } from '../xml/inline-text.js';
import { type MetadataFields, presentFields } from '../xml/present-fields.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { meshHeadings, meshTerms } from './mesh-headings.js';
import { peopleOf } from './people.js';
import { isoDate, morePrecise, writtenDate } from './publication-date.js';
import type { Titles } from './record-blocks.js';
import { relatedRecords } from './related-records.js';

export interface RecordParts {
  readonly record: XmlElement;
  /** `MedlineCitation` or `BookDocument`. */
  readonly citation: XmlElement;
  /** `Article`; of a book record the `BookDocument` itself. */
  readonly article: XmlElement;
  readonly pmid: string;
  readonly titles: Titles;
}

/** What a record says of its paper or chapter; fields that it does not say are absent. */
export function recordMetadata({ record, citation, article, pmid, titles }: RecordParts): DocumentMetadata {
  const { title, vernacularTitle } = titles;
  const data = find(record, 'PubmedData') ?? find(record, 'PubmedBookData');
  const { authors, editors } = peopleOf(article);
  const articleId = (type: string) =>
    idOf(find(data, 'ArticleIdList'), 'ArticleId', 'IdType', type) ??
    idOf(find(article, 'ArticleIdList'), 'ArticleId', 'IdType', type);
  const version = Number(find(citation, 'PMID')?.attributes['Version']);
  return presentFields({
    title,
    authors,
    vernacularTitle,
    pmid,
    pmidVersion: Number.isInteger(version) && version > 0 ? version : undefined,
    doi: idOf(article, 'ELocationID', 'EIdType', 'doi') ?? articleId('doi'),
    pmcid: articleId('pmc'),
    publicationTypes: texts(find(article, 'PublicationTypeList') ?? article, 'PublicationType'),
    ...dates(citation, article, data),
    ...journal(article),
    ...book(article, editors),
    relatedRecords: relatedRecords(citation),
    meshTerms: meshTerms(citation),
    meshHeadings: meshHeadings(citation),
    substances: elements(find(citation, 'ChemicalList'), 'Chemical').map((one) => textOf(find(one, 'NameOfSubstance'))),
    keywords: elements(citation, 'KeywordList').flatMap((list) => texts(list, 'Keyword')),
    registrations: registrations(article),
  });
}

/**
 * The issue's date, sharpened by that of the article where both say the same; a chapter's own contribution before the
 * beginning of its book.
 */
function dates(
  citation: XmlElement,
  article: XmlElement,
  data: XmlElement | undefined,
): Pick<MetadataFields, 'publishedOn' | 'electronicOn' | 'issueDate' | 'revisedOn'> {
  const issue = find(article, 'Journal', 'JournalIssue', 'PubDate') ?? find(article, 'Book', 'PubDate');
  const articleDates = elements(article, 'ArticleDate');
  const electronic = articleDates.find((date) => date.attributes['DateType'] !== 'Print');
  const own = isoDate(find(article, 'ContributionDate'));
  return {
    publishedOn:
      own ??
      morePrecise(isoDate(issue), isoDate(articleDates[0])) ??
      isoDate(find(article, 'Book', 'BeginningDate')) ??
      isoDate(elements(find(data, 'History'), 'PubMedPubDate')[0]),
    electronicOn: isoDate(electronic),
    issueDate: writtenDate(issue),
    revisedOn: isoDate(find(citation, 'DateRevised')),
  };
}

function journal(
  article: XmlElement,
): Pick<MetadataFields, 'journal' | 'journalAbbreviation' | 'issn' | 'volume' | 'issue' | 'pageRange'> {
  const journal = find(article, 'Journal');
  const issue = find(journal, 'JournalIssue') ?? find(article, 'Book');
  return {
    journal: textOf(find(journal, 'Title')),
    journalAbbreviation: textOf(find(journal, 'ISOAbbreviation')),
    issn: textOf(find(journal, 'ISSN')),
    volume: textOf(find(issue, 'Volume')),
    issue: textOf(find(issue, 'Issue')),
    pageRange: pageRange(find(article, 'Pagination')),
  };
}

function book(
  article: XmlElement,
  editors: readonly string[],
): Pick<MetadataFields, 'bookTitle' | 'publisher' | 'isbn' | 'editors'> {
  const book = find(article, 'Book');
  return {
    bookTitle: textOf(find(book, 'BookTitle')),
    publisher: textOf(find(book, 'Publisher', 'PublisherName')),
    isbn: textOf(find(book, 'Isbn')),
    editors,
  };
}

function pageRange(pagination: XmlElement | undefined): string {
  const written = textOf(find(pagination, 'MedlinePgn'));
  if (written !== '') return written;
  const [start, end] = [textOf(find(pagination, 'StartPage')), textOf(find(pagination, 'EndPage'))];
  return end === '' || end === start ? start : `${start}-${end}`;
}

/** `ClinicalTrials.gov/NCT02149199`, as MEDLINE writes them. */
function registrations(article: XmlElement): string[] {
  return elements(find(article, 'DataBankList'), 'DataBank').flatMap((bank) =>
    texts(find(bank, 'AccessionNumberList'), 'AccessionNumber').map(
      (number) => `${textOf(find(bank, 'DataBankName'))}/${number}`,
    ),
  );
}

function idOf(parent: XmlElement | undefined, name: string, attribute: string, type: string): string | undefined {
  return elements(parent, name)
    .filter((id) => id.attributes[attribute] === type && id.attributes['ValidYN'] !== 'N')
    .map((id) => textOf(id))
    .find((id) => id !== '');
}

function texts(parent: XmlElement | undefined, name: string): string[] {
  return elements(parent, name).map((element) => textOf(element));
}
