import type { GuidelineFacts } from '../../contract/reading.js';
import { statedDay } from './calendar-day.js';

/** Guidelines take the place of one or a few; what names hundreds is no guideline. */
export const MAX_SUPERSEDED = 100;
/** As long as an external id may be that is a file's name. */
export const MAX_NAME_LENGTH = 1_000;
const MAX_FACT_LENGTH = 500;

/** Names of fields in files, without case, accents and punctuation; of several the first one in this order counts. */
const NAMES: Readonly<Record<keyof GuidelineFacts, readonly string[]>> = {
  issuer: [
    'issuer',
    'issuedby',
    'issuingbody',
    'issuingorganization',
    'issuingorganisation',
    'citationpublisher',
    'dctermspublisher',
    'dcpublisher',
    'publisher',
    'organization',
    'organisation',
    'institution',
    'emissor',
    'entidadeemissora',
    'editora',
    'company',
    'ogsitename',
  ],
  edition: [
    'edition',
    'version',
    'versionnumber',
    'documentversion',
    'guidelineversion',
    'schemaversion',
    'edicao',
    'versao',
  ],
  effectiveFrom: [
    'effectivefrom',
    'effectivedate',
    'dateeffective',
    'effective',
    'validfrom',
    'inforcefrom',
    'dateinforce',
    'applicablefrom',
    'dctermsvalid',
    'dcvalid',
    'emvigordesde',
    'vigentedesde',
    'datadevigencia',
  ],
  supersedes: ['supersedes', 'replaces', 'dctermsreplaces', 'dcreplaces', 'dcrelationreplaces', 'substitui'],
};

/**
 * The facts in a file's own fields, whatever kind of file has them: `Effective date`, `effective_from` and
 * `dcterms:valid` are one. A text that names several documents parts them with semicolons or lines.
 */
export function guidelineFacts(fields: Iterable<readonly [name: string, values: readonly string[]]>): GuidelineFacts {
  const found = new Map<string, readonly string[]>();
  for (const [name, values] of fields) {
    const key = plainName(name);
    const texts = values.map(oneLine).filter((text) => text !== '');
    if (texts.length > 0 && !found.has(key)) found.set(key, texts);
  }
  const of = (fact: keyof GuidelineFacts) => NAMES[fact].map((name) => found.get(name)).find((texts) => texts);
  const issuer = of('issuer')?.[0];
  const edition = of('edition')?.[0];
  const effectiveFrom = statedDay(of('effectiveFrom')?.[0] ?? '');
  const supersedes = namesOf(of('supersedes') ?? []);
  return {
    ...(issuer === undefined || issuer.length > MAX_FACT_LENGTH ? {} : { issuer }),
    ...(edition === undefined || edition.length > MAX_FACT_LENGTH ? {} : { edition }),
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    ...(supersedes.length === 0 ? {} : { supersedes }),
  };
}

function plainName(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
}

/** Lines stay: they part the names of documents. */
function oneLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

function namesOf(texts: readonly string[]): string[] {
  const names = texts
    .flatMap((text) => text.split(/[;\n]/))
    .map((name) => name.trim())
    .filter((name) => name !== '' && name.length <= MAX_NAME_LENGTH);
  return [...new Set(names)].slice(0, MAX_SUPERSEDED);
}
