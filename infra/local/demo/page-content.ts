/** What the demonstration PDFs are made of; the typesetter and the scan drawer lay the same elements out. */
export type PageElement =
  | { readonly kind: 'title' | 'heading' | 'paragraph' | 'note'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Width of each column as a share of the text width; sums to 1. */
      readonly columns: readonly number[];
    };

export interface PageContent {
  readonly title: string;
  readonly runningHeader: string;
  readonly pages: readonly (readonly PageElement[])[];
}

export const DEMONSTRATION_NOTE =
  'Demonstration text for medindex. It follows general medical knowledge, was not reviewed by an issuing body, and must ' +
  'not be used for the care of patients.';

/** Breaks text into lines no wider than `width`, by the measure of the one who draws it. */
export function wrapLines(text: string, width: number, measure: (line: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  return lines;
}
