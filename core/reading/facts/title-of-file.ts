/** Endings of files that are read; one of them says nothing of what a document is about. */
const ENDINGS = /(?:\.(?:gz|xml|pdf|docx|pptx|epub|csv|tsv|png|jpe?g|tiff?|md|markdown|x?html?|txt|text))+$/i;

/** Words of a name, as `sepsis_in-adults` sets them. */
const SEPARATORS = /[_+\s]+|(?<=\p{L})-(?=[\p{L}\d])|(?<=\d)-(?=\p{L})/gu;

/**
 * The name of a file in readable form, for a document that names no title: `guidelines/sepsis_adults-2025.csv` is `Sepsis
 * adults 2025`. Dates (`2025-06-01`) stay as they are.
 */
export function titleOfFile(fileName: string): string | undefined {
  const name = (fileName.split(/[/\\]/).at(-1) ?? '').replace(ENDINGS, '').replace(SEPARATORS, ' ').trim();
  const [first = ''] = name;
  return /[\p{L}\d]/u.test(name) ? first.toUpperCase() + name.slice(first.length) : undefined;
}
