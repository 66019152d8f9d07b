import type { RelatedRecord } from '../../../core/contract/bibliography.js';
import type { DocumentMetadata } from '../../../core/contract/reading.js';
import { isoOf, morePrecise } from '../pubmed/publication-date.js';
import { presentFields } from '../xml/present-fields.js';
import { textOf } from '../xml/inline-text.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { inlineText } from './inline-content.js';

export interface ArticleIds {
  readonly pmcid?: string;
  readonly pmid?: string;
  readonly doi?: string;
  /** A number of the publisher's own. */
  readonly publisherId?: string;
}

/** What an article's front says of it. */
export function articleMetadata(front: XmlElement | undefined, ids: ArticleIds, title: string): DocumentMetadata {
  const journal = find(front, 'journal-meta');
  const article = find(front, 'article-meta');
  const group = find(article, 'title-group');
  const abbreviation = (type: string) =>
    elements(journal, 'journal-id').find((id) => id.attributes['journal-id-type'] === type);
  const { publishedOn, electronicOn } = dates(article);
  const { pmcid, pmid, doi } = ids;
  return presentFields({
    pmcid,
    pmid,
    doi,
    title,
    vernacularTitle: inlineText(find(group, 'trans-title-group', 'trans-title') ?? find(group, 'trans-title')),
    authors: people(article, 'author'),
    editors: people(article, 'editor'),
    publishedOn,
    electronicOn,
    journal: textOf(find(journal, 'journal-title-group', 'journal-title') ?? find(journal, 'journal-title')),
    journalAbbreviation: textOf(abbreviation('iso-abbrev') ?? abbreviation('nlm-ta')),
    issn: textOf(find(journal, 'issn')),
    volume: textOf(find(article, 'volume')),
    issue: textOf(find(article, 'issue')),
    pageRange: pageRange(article),
    publisher: textOf(find(journal, 'publisher', 'publisher-name')),
    publicationTypes: elements(find(article, 'article-categories'), 'subj-group')
      .filter((subjects) => subjects.attributes['subj-group-type'] === 'heading')
      .flatMap((subjects) => elements(subjects, 'subject').map((subject) => inlineText(subject))),
    keywords: elements(article, 'kwd-group').flatMap((words) => elements(words, 'kwd').map((word) => inlineText(word))),
    relatedRecords: relatedArticles(article),
  });
}

function people(article: XmlElement | undefined, role: string): string[] {
  return elements(article, 'contrib-group')
    .flatMap((group) => elements(group, 'contrib'))
    .filter((one) => (one.attributes['contrib-type'] ?? 'author') === role)
    .map((one) => {
      const collective = inlineText(find(one, 'collab'));
      const name = find(one, 'name') ?? find(one, 'name-alternatives', 'name');
      const parts = ['given-names', 'surname', 'suffix'].map((part) => textOf(find(name, part)));
      return parts.filter((part) => part !== '').join(' ') || collective || textOf(find(one, 'string-name'));
    });
}

/** Issue and online date; when PMC took it in (`pmc-release`, `nihms-submitted`) says nothing of the article. */
function dates(article: XmlElement | undefined): { publishedOn: string | undefined; electronicOn: string | undefined } {
  const found = elements(article, 'pub-date').map((date) => {
    const { 'pub-type': type = '', 'date-type': kind = '', 'publication-format': form = '' } = date.attributes;
    const [year, month, day] = ['year', 'month', 'day'].map((part) => textOf(find(date, part)));
    const iso = /^\d{4}$/.test(year ?? '') ? isoOf(year ?? '', month ?? '', day ?? '') : undefined;
    const isReleaseOnly = /pmc|nihms|preprint|received|accepted/i.test(type || kind);
    return { iso, isElectronic: /^epub/.test(type) || (kind === 'pub' && form === 'electronic'), isReleaseOnly };
  });
  const own = found.filter((date) => date.iso !== undefined && !date.isReleaseOnly);
  const electronicOn = own.find((date) => date.isElectronic)?.iso;
  const issue = own.find((date) => !date.isElectronic)?.iso;
  return { publishedOn: morePrecise(issue, electronicOn) ?? found.find((date) => date.iso)?.iso, electronicOn };
}

function pageRange(article: XmlElement | undefined): string {
  const [first, last, number] = ['fpage', 'lpage', 'elocation-id'].map((name) => textOf(find(article, name)));
  if (!first) return number ?? '';
  return !last || last === first ? first : `${first}-${last}`;
}

function relatedArticles(article: XmlElement | undefined): RelatedRecord[] {
  return elements(article, 'related-article').map((link) => {
    const {
      'related-article-type': type = '',
      'ext-link-type': scheme = '',
      'xlink:href': href = '',
    } = link.attributes;
    const citation = textOf(link) || (scheme === 'pubmed' ? '' : href);
    return {
      type,
      ...(scheme === 'pubmed' && href !== '' ? { pmid: href } : {}),
      ...(citation === '' ? {} : { citation }),
    };
  });
}

/** Publishers and PMC say in the article itself that it was retracted by linking forward to the notice. */
export function isRetractedArticle(root: XmlElement, front: XmlElement | undefined): boolean {
  return (
    root.attributes['article-type'] === 'retracted-article' ||
    relatedArticles(find(front, 'article-meta')).some(({ type }) => type === 'retraction-forward')
  );
}
