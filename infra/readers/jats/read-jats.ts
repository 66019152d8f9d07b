import { assembleText } from '../../../core/reading/assemble-text.js';
import { UNDETERMINED_LANGUAGE } from '../../../core/contract/reading.js';
import { RECORD_PROBLEMS, type ArticleResult } from '../pubmed/pubmed-article.js';
import { languageName, languageTag } from '../xml/language-code.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { ArticleBlocks } from './article-blocks.js';
import { articleIds, articleName, articleVersion } from './article-identity.js';
import { articleMetadata, isRetractedArticle } from './article-metadata.js';
import { inlineText } from './inline-content.js';

/** Headings of abstracts that have no title of their own, by `abstract-type`. */
const ABSTRACTS: Readonly<Record<string, string>> = {
  'plain-language-summary': 'Plain language summary',
  'executive-summary': 'Executive summary',
  'editor-summary': 'Editor’s summary',
  summary: 'Summary',
  teaser: 'Summary',
  toc: 'Summary',
  precis: 'Summary',
  graphical: 'Graphical abstract',
};

/**
 * One JATS `article` as a reading: title, abstracts, the body with its sections, then appendices, acknowledgements and
 * notes. Cited papers, and other articles within the same element (letters, responses), are left out.
 */
export function readJats(root: XmlElement): ArticleResult {
  const front = find(root, 'front');
  const meta = find(front, 'article-meta');
  const ids = articleIds(meta);
  const externalId = articleName(ids);
  if (externalId === undefined) return { problem: RECORD_PROBLEMS.noPmcid };
  const revision = { version: articleVersion(meta) };
  if (isRetractedArticle(root, front)) return { externalId, revision, retracted: true };

  const titles = find(meta, 'title-group');
  const title = [find(titles, 'article-title'), find(titles, 'subtitle')].map((part) => inlineText(part)).filter((part) => part !== '').join(': '); // prettier-ignore
  const metadata = articleMetadata(front, ids, title);
  const article = new ArticleBlocks(find(root, 'floats-group') ?? find(root, 'floats-wrap'));
  article.heading(title, 1);
  if (metadata.vernacularTitle !== undefined) article.paragraph(metadata.vernacularTitle);
  for (const abstract of [...elements(meta, 'abstract'), ...elements(meta, 'trans-abstract')]) {
    article.section(abstract, 2, abstractTitle(abstract));
  }
  article.content(find(root, 'body'), 2);
  article.placeRest('Figures and tables');
  article.content(find(root, 'back'), 2);

  if (article.blocks.length === 0) return { externalId, problem: RECORD_PROBLEMS.noText };
  const language = languageTag(root.attributes['xml:lang'] ?? '');
  const putAside = article.emptyTitles.map((text) => ({ fate: 'furniture', why: 'apparatus', text }) as const);
  return { externalId, revision, reading: assembleText(article.blocks, metadata, { language }), putAside };
}

function abstractTitle(abstract: XmlElement): string {
  const tag =
    abstract.name === 'trans-abstract' ? languageTag(abstract.attributes['xml:lang'] ?? '') : UNDETERMINED_LANGUAGE;
  if (tag !== UNDETERMINED_LANGUAGE) return `Abstract (${languageName(tag)})`;
  return ABSTRACTS[abstract.attributes['abstract-type'] ?? ''] ?? 'Abstract';
}
