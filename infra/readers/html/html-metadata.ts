import { guidelineFacts } from '../../../core/reading/facts/guideline-facts.js';
import type { DocumentMetadata } from '../../../core/contract/reading.js';
import { attribute, descendants, isElement, plainText, childrenOf, textOf, type HtmlNode } from './html-tree.js';
import { jsonLdFields } from './json-ld.js';

/** Names of `<meta>` by what they say, the most exact first (Highwire, Dublin Core, Open Graph, plain). */
const TITLE = ['citation_title', 'dc.title', 'dcterms.title', 'og:title'];
const AUTHORS = ['citation_author', 'dc.creator', 'dcterms.creator', 'author'];
const DATE = [
  'citation_publication_date',
  'dc.date',
  'dcterms.issued',
  'dcterms.date',
  'article:published_time',
  'date',
];

/**
 * What an HTML file says of itself in `<title>`, `<meta>`, JSON-LD and `lang`; `heading` is its first topmost heading.
 * A `<meta>` goes before JSON-LD: the latter often speaks of the whole site as well.
 */
export function htmlMetadata(
  roots: readonly HtmlNode[],
  heading: string | undefined,
): { metadata: DocumentMetadata; language: string | undefined } {
  const meta = new Map<string, string[]>();
  const linked = new Map<string, readonly string[]>();
  let pageTitle: string | undefined;
  let language: string | undefined;
  for (const node of descendants(roots)) {
    if (!isElement(node)) continue;
    if (node.tagName === 'title') pageTitle ??= plainText(childrenOf(node)).replace(/<[^<>]*>/g, '');
    if (node.tagName === 'html' || node.tagName === 'body') language ??= primaryTag(attribute(node, 'lang') ?? attribute(node, 'xml:lang')); // prettier-ignore
    if (node.tagName === 'script' && attribute(node, 'type')?.trim().toLowerCase() === 'application/ld+json') {
      for (const [name, values] of jsonLdFields(childrenOf(node).map(textOf).join('')))
        if (!linked.has(name)) linked.set(name, values);
    }
    if (node.tagName !== 'meta') continue;
    const name = (attribute(node, 'name') ?? attribute(node, 'property'))?.toLowerCase();
    const content = attribute(node, 'content')?.replace(/\s+/g, ' ').trim();
    if (name !== undefined && content) meta.set(name, [...(meta.get(name) ?? []), content]);
  }
  const all = (names: readonly string[]) => names.map((name) => meta.get(name)).find((found) => found !== undefined);
  const stated = (name: string) => linked.get(name);
  const title = all(TITLE)?.[0] ?? stated('headline')?.[0] ?? titleOf(pageTitle ?? stated('name')?.[0], heading);
  const authors = all(AUTHORS) ?? stated('author');
  const published = all(DATE)?.[0] ?? stated('datePublished')?.[0] ?? '';
  const publishedOn = /^(\d{4})(?:[-/](\d{2})(?:[-/](\d{2}))?)?/.exec(published);
  return {
    metadata: {
      ...(title ? { title } : {}),
      ...(authors ? { authors } : {}),
      ...(publishedOn
        ? {
            publishedOn: publishedOn
              .slice(1)
              .filter((part) => part !== undefined)
              .join('-'),
          }
        : {}),
      ...guidelineFacts([...meta, ...linked]),
    },
    language,
  };
}

/** A page's title often carries the site's name, and with exported books the file's: then the heading says it better. */
function titleOf(pageTitle: string | undefined, heading: string | undefined): string | undefined {
  if (!pageTitle || !/\s/.test(pageTitle)) return heading ?? pageTitle;
  if (heading && pageTitle.length > heading.length && pageTitle.startsWith(heading)) return heading;
  return pageTitle;
}

function primaryTag(tag: string | undefined): string | undefined {
  return /^([a-z]{2,3})(?:-|$)/i.exec(tag?.trim() ?? '')?.[1]?.toLowerCase();
}
