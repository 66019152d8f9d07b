import { guidelineFacts } from '../../../core/reading/facts/guideline-facts.js';
import { isPlaceholderAuthor } from '../../../core/reading/facts/placeholder-author.js';
import { isPlaceholderTitle } from '../../../core/reading/facts/placeholder-title.js';
import type { DocumentMetadata } from '../../../core/contract/reading.js';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** In XMP; a date of creation is no date of publication and stays out. */
const PUBLISHED = ['prism:publicationdate', 'dcterms:issued'];

/**
 * Title, authors and date of publication as the file names them, and what its XMP and the entries that people add to its
 * information dictionary say of issuer, edition, effective date and predecessors.
 */
export async function pdfMetadata(document: PDFDocumentProxy): Promise<DocumentMetadata> {
  try {
    const { info, metadata } = await document.getMetadata();
    const fields = info as { readonly Title?: unknown; readonly Author?: unknown; readonly Custom?: unknown };
    const title = text(fields.Title) ?? text(metadata?.get('dc:title'));
    const creators: unknown = metadata?.get('dc:creator') ?? fields.Author;
    const authors = (Array.isArray(creators) ? creators : [creators])
      .flatMap((name) => text(name)?.split(/\s*;\s*/) ?? [])
      .filter((name) => name !== '' && !isPlaceholderAuthor(name));
    const published = PUBLISHED.map((name) => text(metadata?.get(name))).find((value) => value !== undefined);
    const publishedOn = /^\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(published ?? '')?.[0];
    return {
      ...(title !== undefined && !isPlaceholderTitle(title) ? { title } : {}),
      ...(authors.length > 0 ? { authors } : {}),
      ...(publishedOn === undefined ? {} : { publishedOn }),
      ...guidelineFacts([...fieldsOf(fields.Custom), ...fieldsOf(metadata)]),
    };
  } catch {
    // Damaged metadata says nothing about the pages.
    return {};
  }
}

/** The language that the file claims, as written there. */
export async function pdfLanguage(document: PDFDocumentProxy): Promise<string | undefined> {
  try {
    const { info, metadata } = await document.getMetadata();
    return text((info as { readonly Language?: unknown }).Language) ?? text(metadata?.get('dc:language'));
  } catch {
    return undefined;
  }
}

/** Written by programs: they name software and versions, or are told elsewhere. */
const OF_PROGRAMS =
  /^(?:producer|creator|creatortool|format|pdfformatversion|language|trapped|creationdate|moddate|.*date|.*id|is[a-z]+|encryptfiltername)$/i;
const MAX_PROPERTIES = 64;
const MAX_PROPERTY_CHARACTERS = 2_000;

/** Texts in the information dictionary and XMP, `name: value`: subject, keywords, what people added. */
export async function pdfProperties(document: PDFDocumentProxy): Promise<string[]> {
  try {
    const { info, metadata } = await document.getMetadata();
    const { Custom, ...standard } = info as Record<string, unknown>;
    const found = [...fieldsOf(standard), ...fieldsOf(Custom), ...fieldsOf(metadata)].flatMap(([name, values]) => {
      const bare = name.replace(/^.*:/u, '');
      return OF_PROGRAMS.test(bare) ? [] : values.map((value) => `${bare}: ${value.slice(0, MAX_PROPERTY_CHARACTERS)}`);
    });
    return [...new Set(found)].slice(0, MAX_PROPERTIES);
  } catch {
    return [];
  }
}

/** Entries of a dictionary (an object) or of XMP (an iterable of entries) that are texts. */
function fieldsOf(dictionary: unknown): [name: string, values: string[]][] {
  if (typeof dictionary !== 'object' || dictionary === null) return [];
  const isIterable = (value: object): value is Iterable<[string, unknown]> => Symbol.iterator in value;
  const entries = isIterable(dictionary) ? [...dictionary] : Object.entries(dictionary);
  return entries.map(([name, value]) => [
    name,
    (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []),
  ]);
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return clean === '' ? undefined : clean;
}
