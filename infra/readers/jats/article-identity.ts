import { textOf } from '../xml/inline-text.js';
import { elements, type XmlElement } from '../xml/xml-tree.js';
import type { RecordIdentity } from '../pubmed/record-identity.js';
import type { ArticleIds } from './article-metadata.js';

/** Behind it there are ids of other articles only. */
const END_OF_IDS = ['</article-meta', '<body', '<abstract', '<contrib-group'] as const;
const ID = /<article-id\s[^>]*?pub-id-type\s*=\s*["']([a-z-]+)["'][^>]*>([^<]*)</g;

/** `PMC123`; files write it with and without its prefix, with and without its version. */
export function articleIds(meta: XmlElement | undefined): ArticleIds {
  return idsOf(elements(meta, 'article-id').map((id) => [id.attributes['pub-id-type'] ?? '', textOf(id)]));
}

/** External id of an article: `pmcid:PMC123`, or where it has none, `pmid:123`, `doi:10.1000/182` or `publisher-id:A12`. */
export function articleName({ pmcid, pmid, doi, publisherId }: ArticleIds): string | undefined {
  if (pmcid !== undefined) return `pmcid:${pmcid}`;
  if (pmid !== undefined) return `pmid:${pmid}`;
  // A DOI is the same in capitals.
  if (doi !== undefined) return `doi:${doi.toLowerCase()}`;
  return publisherId === undefined ? undefined : `publisher-id:${publisherId}`;
}

export function articleVersion(meta: XmlElement | undefined): number {
  return versionOf(elements(meta, 'article-id').map((id) => [id.attributes['pub-id-type'] ?? '', textOf(id)]));
}

/** The same, told from the bytes of an article without parsing it. */
export function articleIdentity(raw: Buffer): RecordIdentity | undefined {
  const ends = END_OF_IDS.map((mark) => raw.indexOf(mark)).filter((at) => at >= 0);
  const front = raw.toString('latin1', 0, Math.min(raw.length, ...ends));
  const ids = [...front.replace(/<!--[^]*?-->/g, '').matchAll(ID)].map(([, type = '', id = '']): [string, string] => [
    type,
    id.trim(),
  ]);
  const externalId = articleName(idsOf(ids));
  return externalId === undefined ? undefined : { externalId, version: versionOf(ids) };
}

function idsOf(ids: readonly (readonly [string, string])[]): ArticleIds {
  const first = (type: RegExp, form: RegExp) =>
    ids.filter(([name]) => type.test(name)).map(([, id]) => form.exec(id)?.[1]).find((id) => id !== undefined); // prettier-ignore
  const pmc = first(/^(?:pmc|pmcid|pmcid-ver|pmcaid)$/, /^(?:PMC)?(\d{1,12})(?:\.\d+)?$/i);
  const pmid = first(/^pmid$/, /^(\d{1,10})$/);
  const doi = first(/^doi$/, /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:)?(\S{1,200})$/i);
  const publisherId = first(/^(?:publisher-id|manuscript|pii|publisher-manuscript)$/, /^([\w./()-]{1,100})$/);
  return {
    ...(pmc === undefined ? {} : { pmcid: `PMC${pmc}` }),
    ...(pmid === undefined ? {} : { pmid }),
    ...(doi === undefined ? {} : { doi }),
    ...(publisherId === undefined ? {} : { publisherId }),
  };
}

function versionOf(ids: readonly (readonly [string, string])[]): number {
  const versions = ids.map(([, id]) => /^PMC\d+\.(\d{1,6})$/i.exec(id)?.[1]).filter((version) => version !== undefined);
  return Math.max(1, ...versions.map(Number));
}
