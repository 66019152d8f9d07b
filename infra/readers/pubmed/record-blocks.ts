import type { DraftBlock } from '../../../core/contract/block.js';
import { UNDETERMINED_LANGUAGE } from '../../../core/contract/reading.js';
import { textOf } from '../xml/inline-text.js';
import { languageName, languageTag } from '../xml/language-code.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';

/** What PubMed writes where the publisher gave no label; it heads nothing. */
const NO_LABEL = /^(?:UNLABELLED|UNASSIGNED)$/i;
/** What stands for the title of a paper that has none in English. */
const NO_TITLE = /^\[?(?:Not Available|In Process Citation)\]?\.?$/i;

export interface Titles {
  /** Empty where the record has none. */
  readonly title: string;
  /** In the paper's own language, where that is not its title already. */
  readonly vernacularTitle?: string;
}

/** `ArticleTitle`, or of a whole book `BookTitle`; the vernacular one in its place where there is no English one. */
export function titlesOf(article: XmlElement | undefined): Titles {
  const written = textOf(find(article, 'ArticleTitle')) || textOf(find(article, 'Book', 'BookTitle'));
  const vernacular = textOf(find(article, 'VernacularTitle'));
  if (vernacular === '') return { title: written };
  return written === '' || NO_TITLE.test(written)
    ? { title: vernacular }
    : { title: written, vernacularTitle: vernacular };
}

/**
 * A record as blocks: its titles, the abstract with its labels as headings, then its other abstracts (in other languages,
 * in plain words) each under a heading that says which it is.
 */
export function recordBlocks(
  citation: XmlElement,
  article: XmlElement,
  { title, vernacularTitle }: Titles,
): DraftBlock[] {
  return [
    ...(title === '' ? [] : [heading(title, 1)]),
    ...(vernacularTitle === undefined ? [] : [paragraph(vernacularTitle)]),
    ...abstractBlocks(find(article, 'Abstract'), 2),
    ...[citation, ...(article === citation ? [] : [article])]
      .flatMap((parent) => elements(parent, 'OtherAbstract'))
      .flatMap((abstract) => {
        const blocks = abstractBlocks(abstract, 3);
        return blocks.length > 0 ? [heading(kindOf(abstract), 2), ...blocks] : [];
      }),
  ];
}

function abstractBlocks(abstract: XmlElement | undefined, headingLevel: number): DraftBlock[] {
  return elements(abstract, 'AbstractText').flatMap((part): DraftBlock[] => {
    const text = textOf(part);
    if (text === '') return [];
    const label = part.attributes['Label']?.replace(/\s+/g, ' ').trim() ?? '';
    return label === '' || NO_LABEL.test(label) ? [paragraph(text)] : [heading(label, headingLevel), paragraph(text)];
  });
}

/** `Plain language summary`, `Abstract (French)`, or `Other abstract`. */
function kindOf(abstract: XmlElement): string {
  const { Type: type = '', Language: language = '' } = abstract.attributes;
  if (type === 'plain-language-summary') return 'Plain language summary';
  const tag = languageTag(language);
  return tag === UNDETERMINED_LANGUAGE || tag === 'en' ? 'Other abstract' : `Abstract (${languageName(tag)})`;
}

function heading(text: string, headingLevel: number): DraftBlock {
  return { kind: 'heading', text, headingLevel, boxes: [] };
}

function paragraph(text: string): DraftBlock {
  return { kind: 'paragraph', text, boxes: [] };
}
