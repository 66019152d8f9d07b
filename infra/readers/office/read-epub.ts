import { posix } from 'node:path';
import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor, type PutAside, type SeenText } from '../../../core/reading/witness/account-for.js';
import { guidelineFacts } from '../../../core/reading/facts/guideline-facts.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { DocumentMetadata, Reading } from '../../../core/contract/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { allNodes, firstNode, lineOf, xmlNodes, type XmlNode } from '../archive/xml-nodes.js';
import { htmlBlocks } from '../html/html-blocks.js';
import { attribute, descendants, isElement, parseHtml, type HtmlNode } from '../html/html-tree.js';
import { mainContent } from '../html/main-content.js';
import { witnessHtml } from '../witness/html-witness.js';
import { asHtml } from '../html/xhtml.js';

const MARKUP_TYPES = new Set(['application/xhtml+xml', 'text/html']);

/** A book: its chapters in reading order, each as HTML is read; the table of contents is left out. */
export async function readEpub(archive: Archive): Promise<Reading> {
  const packagePath = await packagePathOf(archive);
  const book = xmlNodes((await archive.text(packagePath)) ?? '');
  const blocks: DraftBlock[] = [];
  const seen: SeenText[] = [];
  const aside: PutAside[] = [];
  /** Chapters share their style sheets. */
  const sheets = new Map<string, string>();
  for (const [index, name] of chapterNames(book, packagePath).entries()) {
    const text = await archive.text(name);
    if (text === null) throw new Failure('ARCHIVE_DAMAGED');
    const roots = parseHtml(asHtml(text));
    const { nodes, guide, putAside } = mainContent(roots, await sheetsOf(roots, name));
    blocks.push(...htmlBlocks(nodes, guide));
    seen.push(...witnessHtml(text, { part: 'chapter', number: index + 1 }));
    aside.push(...putAside());
  }
  const language = lineOf(firstNode(book, 'language'))?.split('-')[0]?.toLowerCase();
  const reading = assembleText(blocks, bookMetadata(book), language === undefined ? {} : { language });
  return { ...reading, account: accountFor({ seen, read: reading.text, putAside: aside }) };

  async function sheetsOf(roots: readonly HtmlNode[], chapter: string): Promise<string[]> {
    const found: string[] = [];
    for (const node of descendants(roots)) {
      if (node.nodeName !== 'link' || !isElement(node)) continue;
      const { rel, href } = { rel: attribute(node, 'rel'), href: attribute(node, 'href') };
      if (!/\bstylesheet\b/i.test(rel ?? '') || /\balternate\b/i.test(rel ?? '') || href === undefined) continue;
      const part = posix.join(posix.dirname(chapter), decoded(href));
      const sheet = sheets.get(part) ?? (archive.names.has(part) ? await archive.text(part) : null) ?? '';
      sheets.set(part, sheet);
      found.push(sheet);
    }
    return found;
  }
}

async function packagePathOf(archive: Archive): Promise<string> {
  const container = xmlNodes((await archive.text('META-INF/container.xml')) ?? '');
  const path = firstNode(container, 'rootfile')?.attributes['full-path'];
  if (path === undefined) throw new Failure('ARCHIVE_DAMAGED');
  return path;
}

/** The spine's items; paths are relative to the package's own, and may be percent-encoded. */
function chapterNames(book: XmlNode, packagePath: string): string[] {
  const items = new Map(allNodes(book, 'item').map((item) => [item.attributes['id'], item.attributes]));
  return allNodes(book, 'itemref').flatMap(({ attributes }) => {
    const item = items.get(attributes['idref']);
    const isContents = item?.['properties']?.split(/\s+/).includes('nav') ?? false;
    if (!item || isContents || !MARKUP_TYPES.has(item['media-type'] ?? '')) return [];
    return [posix.join(posix.dirname(packagePath), decoded(item['href'] ?? ''))];
  });
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

function bookMetadata(book: XmlNode): DocumentMetadata {
  const title = lineOf(firstNode(book, 'title'));
  const authors = allNodes(book, 'creator').flatMap((node) => lineOf(node) ?? []);
  const publishedOn = /^\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(lineOf(firstNode(book, 'date')) ?? '')?.[0];
  return {
    ...(title === undefined ? {} : { title }),
    ...(authors.length > 0 ? { authors } : {}),
    ...(publishedOn === undefined ? {} : { publishedOn }),
    ...guidelineFacts(statedFields(book)),
  };
}

/** `<dc:publisher>` and `<meta property="dcterms:valid">` (of EPUB 2: `<meta name content>`), in their order. */
function* statedFields(book: XmlNode): Generator<[name: string, values: string[]]> {
  const packageMetadata = firstNode(book, 'metadata');
  for (const node of packageMetadata?.children ?? []) {
    const { property, name = node.name, content } = node.attributes;
    const value = content ?? lineOf(node);
    if (value !== undefined) yield [property ?? name, [value]];
  }
}
