import type { DocumentMetadata } from '../../../core/reading/reading.js';

/** A value may be quoted; what follows ` #` is a comment. Nested values and lists over several lines are not read. */
const FIELD = /^([A-Za-z][\w-]*):[^\S\n]+(.+?)[^\S\n]*$/gm;

/**
 * Title, authors and date of a YAML block between `---` lines at the start of the text, and the text behind it.
 * A block that is no front matter stays text.
 */
export function splitFrontMatter(text: string): { metadata: DocumentMetadata; body: string } {
  const match = /^---[^\S\n]*\n([\s\S]*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/.exec(text);
  const yaml = match?.[1];
  if (!match || yaml === undefined || !/^[A-Za-z][\w-]*:/m.test(yaml)) return { metadata: {}, body: text };
  const fields = new Map<string, string>();
  for (const [, name, value] of yaml.matchAll(FIELD)) {
    if (name !== undefined && value !== undefined) fields.set(name.toLowerCase(), unquoted(value));
  }
  const title = fields.get('title');
  const authors = listOf(fields.get('authors') ?? fields.get('author'));
  const publishedOn = /^\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(fields.get('date') ?? fields.get('published') ?? '')?.[0];
  return {
    metadata: {
      ...(title ? { title } : {}),
      ...(authors.length > 0 ? { authors } : {}),
      ...(publishedOn === undefined ? {} : { publishedOn }),
    },
    body: text.slice(match[0].length),
  };
}

function unquoted(value: string): string {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(value)?.[2];
  return (quoted ?? value.replace(/\s+#.*$/, '')).trim();
}

function listOf(value: string | undefined): string[] {
  if (value === undefined) return [];
  const inner = /^\[([\s\S]*)\]$/.exec(value)?.[1] ?? value;
  return inner
    .split(/[,;]/)
    .map((name) => unquoted(name.trim()))
    .filter((name) => name !== '');
}
