import type { BlockKind, DraftBlock } from '../../../core/contract/block.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { definitionLines, listParts } from './list-lines.js';
import { formulaText, inlineText } from './inline-content.js';
import { isTable, tableRows } from './table-rows.js';

/** Headings of parts that have no title of their own. */
const TITLES: Readonly<Record<string, string>> = {
  ack: 'Acknowledgements',
  'fn-group': 'Footnotes',
  glossary: 'Abbreviations',
};
/** HTML and Markdown have no more. */
const MAX_HEADING_LEVEL = 6;
/** Stand within paragraphs and are blocks all the same. */
const WITHIN_PARAGRAPHS = new Set(['list', 'def-list', 'table-wrap', 'table-wrap-group', 'fig', 'fig-group', 'boxed-text', 'disp-quote', 'verse-group', 'preformat', 'code', 'array', 'table', 'oasis:table']); // prettier-ignore
/** Cited papers, other articles in the same file, files beside the article, and what is for machines. */
const LEFT_OUT = new Set(['ref-list', 'ref', 'bio', 'supplementary-material', 'media', 'graphic', 'inline-graphic', 'sec-meta', 'object-id', 'label', 'title', 'subtitle', 'permissions', 'attrib']); // prettier-ignore

/**
 * The blocks of an article's parts in the order in which they are given: sections with their headings, paragraphs, lists,
 * tables as rows, captions, notes. Figures and tables that the article keeps apart stand behind the paragraph that first
 * names them.
 */
export class ArticleBlocks {
  readonly blocks: DraftBlock[] = [];
  /** Titles of sections that hold nothing which is read. */
  readonly emptyTitles: string[] = [];
  private readonly floats = new Map<string, XmlElement>();
  private readonly unplaced = new Set<XmlElement>();

  constructor(floatsGroup: XmlElement | undefined) {
    for (const float of elements(floatsGroup)) {
      this.unplaced.add(float);
      for (const named of [float, ...elements(float)]) {
        const { id } = named.attributes;
        if (id !== undefined) this.floats.set(id, float);
      }
    }
  }

  heading(text: string, level: number): void {
    this.add('heading', text, Math.min(level, MAX_HEADING_LEVEL));
  }

  paragraph(text: string): void {
    this.add('paragraph', text);
  }

  /** Content of a section, abstract or the whole body; headings within it begin at `level`. */
  content(parent: XmlElement | undefined, level: number): void {
    for (const child of elements(parent)) this.element(child, level);
  }

  /** Under its own title, or under `title` where it has none. Nothing where it has no content. */
  section(section: XmlElement, level: number, title = ''): void {
    const before = this.blocks.length;
    const label = inlineText(find(section, 'label'));
    // Boxes have their titles in a caption.
    const own = inlineText(find(section, 'title')) || inlineText(find(section, 'caption', 'title')) || title;
    const heading = [label, own].filter((part) => part !== '').join(' ');
    if (own !== '') this.heading(heading, level);
    const headed = this.blocks.length;
    this.content(section, own === '' ? level : level + 1);
    if (this.blocks.length > headed) return;
    if (own !== '') this.emptyTitles.push(heading);
    this.blocks.length = before;
  }

  /** Figures and tables that no paragraph named. */
  placeRest(title: string): void {
    if (this.unplaced.size === 0) return;
    this.heading(title, 2);
    for (const float of this.unplaced) this.element(float, 3);
  }

  private element(element: XmlElement, level: number): void {
    if (LEFT_OUT.has(element.name)) return;
    switch (element.name) {
      case 'sec':
      case 'app':
      case 'boxed-text':
      case 'statement':
      case 'ack':
      case 'glossary':
      case 'notes':
      case 'app-group':
      case 'fn-group':
        return this.section(element, level, TITLES[element.name]);
      case 'p':
        return this.paragraphElement(element, level);
      case 'caption':
        return this.content(element, level);
      case 'fn':
        return this.add('paragraph', inlineText(element));
      case 'list':
        return this.list(element, level);
      case 'def-list':
        return this.add('list', definitionLines(element).join('\n'));
      case 'disp-formula':
        return this.add('paragraph', formulaText(element));
      case 'table-wrap':
      case 'fig':
        return this.float(element, level);
      case 'table':
      case 'oasis:table':
      case 'array':
        return this.add('table', tableRows(element));
      case 'preformat':
      case 'code':
        return this.add('code', textOfCode(element));
      default:
        if (
          elements(element).some(
            (child) => child.name === 'p' || child.name === 'sec' || WITHIN_PARAGRAPHS.has(child.name),
          )
        ) {
          return this.content(element, level);
        }
        return this.add('paragraph', inlineText(element));
    }
  }

  /** Text up to a block within it, the block, and the text behind. */
  private paragraphElement(paragraph: XmlElement, level: number): void {
    let run: (XmlElement | string)[] = [];
    const flush = () => {
      this.add('paragraph', inlineText({ ...paragraph, children: run }));
      run = [];
    };
    for (const child of paragraph.children) {
      if (typeof child === 'string' || !WITHIN_PARAGRAPHS.has(child.name)) {
        run.push(child);
        continue;
      }
      flush();
      this.element(child, level);
    }
    flush();
    this.placeNamed(paragraph, level);
  }

  /** `Table 1. Caption`, the rows, and the notes beneath; of a figure its caption. */
  private float(float: XmlElement, level: number): void {
    this.unplaced.delete(float);
    const caption = find(float, 'caption');
    const parts = [find(caption, 'title'), ...elements(caption, 'p')].map((part) => inlineText(part));
    const label = inlineText(find(float, 'label')).replace(/[.:]$/, '');
    const title = parts.filter((part) => part !== '').join(' ');
    this.add('caption', label === '' || title === '' ? label + title : `${label}. ${title}`);
    for (const table of [float, ...elements(float, 'alternatives')].flatMap((parent) =>
      elements(parent).filter(isTable),
    )) {
      this.add('table', tableRows(table));
    }
    for (const child of elements(float)) {
      if (['list', 'def-list', 'p', 'disp-formula'].includes(child.name)) this.element(child, level);
      if (child.name === 'table-wrap-foot') this.content(child, level);
    }
  }

  /** Tables and the like within an item stand between the lines of the list. */
  private list(list: XmlElement, level: number): void {
    let lines: string[] = [];
    const flush = () => {
      this.add('list', lines.join('\n'));
      lines = [];
    };
    for (const part of listParts(list)) {
      if (typeof part === 'string') lines.push(part);
      else {
        flush();
        this.element(part, level);
      }
    }
    flush();
  }

  private placeNamed(element: XmlElement, level: number): void {
    if (this.unplaced.size === 0) return;
    for (const child of elements(element)) {
      if (child.name === 'xref') {
        for (const id of (child.attributes['rid'] ?? '').split(/\s+/)) {
          const float = this.floats.get(id);
          if (!float || !this.unplaced.delete(float)) continue;
          this.element(float, level);
        }
      } else this.placeNamed(child, level);
    }
  }

  private add(kind: BlockKind, text: string, headingLevel?: number): void {
    if (text.trim() === '') return;
    this.blocks.push({ kind, text, ...(headingLevel === undefined ? {} : { headingLevel }), boxes: [] });
  }
}

/** Its line breaks mean something. */
function textOfCode(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOfCode(child))).join('');
}
