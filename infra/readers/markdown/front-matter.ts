import { parseDocument } from 'yaml';
import { guidelineFacts } from '../../../core/reading/facts/guideline-facts.js';
import type { DocumentMetadata } from '../../../core/contract/reading.js';

/** Front matter has a dozen lines. What is longer is read line by line, in a time that follows its length. */
const MAX_YAML_CHARACTERS = 64 * 1024;
/** A value may be quoted; what follows ` #` is a comment. */
const FIELD = /^([A-Za-z][\w-]*):[^\S\n]+(.+?)[^\S\n]*$/gm;

type Fields = ReadonlyMap<string, readonly string[]>;

/**
 * What a YAML block between `---` lines at the start of the text says of the document, and the text behind it. A block that
 * is no front matter stays text. One that is no valid YAML (`title: Fever: a guide`) is read line by line.
 */
export function splitFrontMatter(text: string): { metadata: DocumentMetadata; body: string } {
  const match = /^---[^\S\n]*\n([\s\S]*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/.exec(text);
  const block = match?.[1];
  if (!match || block === undefined || !/^[A-Za-z][\w-]*:/m.test(block)) return { metadata: {}, body: text };
  const fields = yamlFields(block) ?? lineFields(block);
  const title = fields.get('title')?.[0];
  const authors = fields.get('authors') ?? fields.get('author') ?? [];
  const date = fields.get('date') ?? fields.get('published');
  const publishedOn = /^\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(date?.[0] ?? '')?.[0];
  return {
    metadata: {
      ...(title ? { title } : {}),
      ...(authors.length > 0
        ? { authors: authors.flatMap((names) => names.split(/\s*[,;]\s*/)).filter((name) => name !== '') }
        : {}),
      ...(publishedOn === undefined ? {} : { publishedOn }),
      ...guidelineFacts(fields),
    },
    body: text.slice(match[0].length),
  };
}

/**
 * Every scalar stays the text that it is (`2.10` is an edition and no number, a day no instant); of a mapping its `name`.
 * `undefined` where the block is no valid YAML, or wants more aliases than anybody writes by hand.
 */
function yamlFields(block: string): Fields | undefined {
  if (block.length > MAX_YAML_CHARACTERS) return undefined;
  try {
    const document = parseDocument(block, { schema: 'failsafe', uniqueKeys: false });
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 10 });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const fields = Object.entries(value).map(([name, item]) => [name.toLowerCase(), textsOf(item)] as const);
    return new Map(fields.filter(([, texts]) => texts.length > 0));
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'object' && value !== null) return 'name' in value ? textsOf(value.name) : [];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? [] : [text];
}

function lineFields(block: string): Fields {
  const fields = new Map<string, string[]>();
  for (const [, name, value] of block.matchAll(FIELD)) {
    if (name !== undefined && value !== undefined) fields.set(name.toLowerCase(), itemsOf(value));
  }
  return fields;
}

/** `[a, b]` is a list. */
function itemsOf(value: string): string[] {
  const inner = /^\[([\s\S]*)\]$/.exec(value)?.[1];
  return (inner === undefined ? [value] : inner.split(','))
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== '');
}

function unquoted(value: string): string {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(value)?.[2];
  return (quoted ?? value.replace(/\s+#.*$/, '')).trim();
}
