import { assembleText } from '../../../core/reading/assemble-text.js';
import type { PutAside } from '../../../core/reading/witness/account-for.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { RecordRevision } from '../../../core/contract/record-revision.js';
import { textOf } from '../xml/inline-text.js';
import { languageTag } from '../xml/language-code.js';
import { find, type XmlElement } from '../xml/xml-tree.js';
import { isoDate } from './publication-date.js';
import { recordBlocks, titlesOf } from './record-blocks.js';
import { recordMetadata } from './record-metadata.js';
import { isRetracted } from './related-records.js';

/** Constant phrases of records that yield no reading. */
export const RECORD_PROBLEMS = {
  malformed: 'the record is not well-formed XML',
  noPmid: 'the record has no PMID',
  noPmcid: 'the article has no PMCID, PMID, DOI or number of its publisher',
  unclear: 'the identity of the record does not stand where it should',
  noText: 'the record has neither title nor abstract',
  fatal: 'reading the record took more time or memory than allowed',
} as const;

export type ArticleResult =
  | {
      readonly externalId: string;
      readonly revision: RecordRevision;
      readonly reading: Reading;
      readonly putAside?: readonly PutAside[];
    }
  | { readonly externalId: string; readonly revision: RecordRevision; readonly retracted: true }
  | { readonly externalId?: string; readonly problem: string };

/** One `PubmedArticle` or `PubmedBookArticle` as a reading: the title, then the abstract with its labels as headings. */
export function readArticle(record: XmlElement): ArticleResult {
  const citation = find(record, 'MedlineCitation') ?? find(record, 'BookDocument');
  const pmid = /^\d{1,10}$/.exec(textOf(find(citation, 'PMID')))?.[0];
  if (!citation || pmid === undefined) return { problem: RECORD_PROBLEMS.noPmid };
  const article = find(citation, 'Article') ?? citation;
  const externalId = `pmid:${pmid}`;
  const revision = revisionOf(citation);
  if (isRetracted(citation, article)) return { externalId, revision, retracted: true };
  const titles = titlesOf(article);
  const blocks = recordBlocks(citation, article, titles);
  if (blocks.length === 0) return { externalId, problem: RECORD_PROBLEMS.noText };
  const metadata = recordMetadata({ record, citation, article, pmid, titles });
  const language = languageTag(textOf(find(article, 'Language')));
  return { externalId, revision, reading: assembleText(blocks, metadata, { language }) };
}

function revisionOf(citation: XmlElement): RecordRevision {
  const version = Number(find(citation, 'PMID')?.attributes['Version']);
  const revisedOn = isoDate(find(citation, 'DateRevised'));
  return {
    version: Number.isInteger(version) && version > 0 ? version : 1,
    ...(revisedOn === undefined ? {} : { revisedOn }),
  };
}
