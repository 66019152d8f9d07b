import { xmlNodeOf } from '../archive/xml-nodes.js';
import { parseXml } from '../xml/parse-xml.js';
import { elements, type XmlElement } from '../xml/xml-tree.js';
import type { DrawingPart } from './drawing-parts.js';
import { paragraphsOf } from './slide-paragraphs.js';
import { isSymbolFont, symbolText } from './symbol-font.js';
import type { WordNumbers } from './word-numbers.js';
import { WordFields } from './word-fields.js';
import { numberedBy, type WordStyle } from './word-styles.js';
import { escapeText } from '../xml/escape-text.js';

/** What stands around the mark of a numbered paragraph, until it is put before its text: no character of any text. */
export const MARK_START = '\uFDD0';
export const MARK_END = '\uFDD1';

/** Wrappers of text that mammoth leaves out with what is in them, or cannot read where what they name is missing. */
const UNWRAPPED = new Set(['w:fldSimple', 'w:bdo', 'w:dir', 'w:customXml', 'w:smartTag', 'w:ins', 'w:moveTo', 'w:rubyBase', 'w:hyperlink']); // prettier-ignore
/** Deleted, another spelling of the text beside, or a picture. */
const DROPPED = new Set(['w:del', 'w:moveFrom', 'w:rt', 'w:rubyPr', 'pic:pic', 'v:imagedata']);
/** Say how something looks; what they hold is no text. */
const PROPERTIES = new Set(['w:pPr', 'w:rPr', 'w:tblPr', 'w:tcPr', 'w:trPr', 'w:sectPr', 'w:sdtPr']);

export interface WordContext {
  readonly styles: ReadonlyMap<string, WordStyle>;
  readonly numbers: WordNumbers;
  /** Of the document, by the ids under which it draws them. */
  readonly drawings?: ReadonlyMap<string, DrawingPart>;
}

/**
 * A part of a Word file with what Word shows and mammoth does not: the values of simple fields, text in both directions, text
 * boxes (behind the paragraph that they are anchored in), signs of symbol fonts, and the numbers of headings and lists.
 * Struck and hidden runs are left out. What is no XML stays as it is.
 */
export function shownWordMarkup(xml: string, context: WordContext): string {
  let root: XmlElement;
  try {
    root = parseXml(xml);
  } catch {
    return xml;
  }
  const [shown] = new ShownText(context).of(root);
  return shown ? `<?xml version="1.0" encoding="UTF-8"?>${written(shown)}` : xml;
}

class ShownText {
  /** What the text boxes and drawings of the paragraph under way hold. */
  #boxes: XmlElement[] = [];
  /** The style of the paragraph under way. */
  #paragraphStyle: WordStyle | undefined;

  readonly #fields = new WordFields();

  constructor(private readonly context: WordContext) {}

  of(element: XmlElement): XmlElement[] {
    const { name } = element;
    if (PROPERTIES.has(name)) return [element];
    if (DROPPED.has(name)) return [];
    if (UNWRAPPED.has(name)) return this.#elementsIn(element);
    switch (name) {
      case 'mc:AlternateContent':
        return this.#alternative(element);
      case 'w:ruby':
        return this.#elementsIn(element);
      case 'w:sdt':
        return elements(element, 'w:sdtContent').flatMap((content) => this.#elementsIn(content));
      case 'w:txbxContent':
        this.#boxes.push(...this.#elementsIn(element));
        return [];
      case 'v:textpath':
        this.#boxes.push(paragraphOf(element.attributes['string'] ?? ''));
        return [];
      case 'dgm:relIds':
        this.#boxes.push(...this.#drawn(element.attributes['r:dm']));
        return [];
      case 'c:chart':
        this.#boxes.push(...this.#drawn(element.attributes['r:id']));
        return [];
      case 'w:p':
        return this.#paragraph(element);
      case 'w:r':
        return this.#run(element);
      default:
        return [this.#with(element)];
    }
  }

  #with(element: XmlElement): XmlElement {
    const children = element.children.flatMap((child): (XmlElement | string)[] =>
      typeof child === 'string' ? [child] : this.of(child),
    );
    return { ...element, children };
  }

  #elementsIn(element: XmlElement): XmlElement[] {
    return elements(element).flatMap((child) => this.of(child));
  }

  /** One of the forms in which something is there, the newest that has text. */
  #alternative(element: XmlElement): XmlElement[] {
    const forms = elements(element);
    const form = forms.find((each) => holdsText(each)) ?? forms.find(({ name }) => name === 'mc:Fallback') ?? forms[0];
    return form ? this.#elementsIn(form) : [];
  }

  /** A diagram as paragraphs, a chart as the table that it draws. */
  #drawn(id: string | undefined): XmlElement[] {
    const drawing = this.context.drawings?.get(id ?? '');
    if (drawing?.kind === 'diagram') return drawing.points.flatMap(paragraphsOf).map(({ text }) => paragraphOf(text));
    if (!drawing) return [];
    const title = drawing.title === undefined ? [] : [paragraphOf(drawing.title)];
    return drawing.rows.length === 0 ? title : [...title, tableOf(drawing.rows)];
  }

  #paragraph(element: XmlElement): XmlElement[] {
    const [outer, outerStyle] = [this.#boxes, this.#paragraphStyle];
    this.#boxes = [];
    this.#paragraphStyle = this.#styleOf(elements(element, 'w:pPr')[0], 'w:pStyle');
    // Counted where it stands, before what is in its boxes.
    const mark = this.#markOf(element);
    const paragraph = this.#with(element);
    if (mark !== undefined) {
      const at = paragraph.children.findIndex((child) => typeof child !== 'string' && child.name !== 'w:pPr');
      if (at >= 0) paragraph.children.splice(at, 0, runOf(mark));
    }
    const boxes = this.#boxes;
    this.#boxes = outer;
    this.#paragraphStyle = outerStyle;
    return [paragraph, ...boxes];
  }

  #markOf(paragraph: XmlElement): string | undefined {
    const properties = elements(paragraph, 'w:pPr')[0];
    const styleId = elements(properties, 'w:pStyle')[0]?.attributes['w:val'] ?? '';
    const style = this.context.styles.get(styleId);
    const own = elements(properties, 'w:numPr')[0];
    const direct = own ? numberedBy(xmlNodeOf(own)) : {};
    const numId = direct.numId ?? style?.numberedBy?.numId;
    if (numId === undefined || numId === '0') return undefined;
    const { numbers } = this.context;
    const level = direct.level ?? numbers.levelOfStyle(numId, styleId) ?? style?.numberedBy?.level ?? 0;
    const mark = numbers.next(numId, level);
    if (mark === undefined) return undefined;
    if (style?.isHeading || /^Heading[1-9]$/.test(styleId)) return mark === '' ? undefined : `${mark} `;
    return MARK_START + mark + MARK_END;
  }

  #styleOf(properties: XmlElement | undefined, name: string): WordStyle | undefined {
    return this.context.styles.get(elements(properties, name)[0]?.attributes['w:val'] ?? '');
  }

  #run(run: XmlElement): XmlElement[] {
    const properties = elements(run, 'w:rPr')[0];
    const ownStyle = this.#styleOf(properties, 'w:rStyle');
    const style: Partial<WordStyle> = { ...this.#paragraphStyle, ...ownStyle };
    const own = (name: string) => isOn(elements(properties, name)[0]);
    const struck = own('w:strike') ?? own('w:dstrike') ?? style.struck ?? false;
    const hidden = own('w:vanish') ?? style.hidden ?? false;
    // Fields begin and end in runs, struck or not. What is in a box of theirs is read where it is seen.
    const seen = { ...run, children: this.#fields.seen(run.children) };
    const shown = this.#with(seen);
    if (struck || hidden) return [];
    const fonts = elements(properties, 'w:rFonts')[0]?.attributes;
    const ascii = fonts?.['w:ascii'] ?? fonts?.['w:hAnsi'] ?? style.font;
    const children = shown.children.flatMap((child): (XmlElement | string)[] => {
      if (typeof child === 'string') return [child];
      if (child.name === 'w:sym') return [symbolOf(child)];
      if (child.name === 'w:ptab') return [{ ...child, name: 'w:tab', attributes: {} }];
      if (child.name === 'w:cr') return [{ ...child, name: 'w:br', attributes: {} }];
      if (child.name !== 'w:t' || ascii === undefined || !isSymbolFont(ascii)) return [child];
      return [{ ...child, children: child.children.map((text) => typeof text === 'string' ? symbolText(text, ascii) : text) }]; // prettier-ignore
    });
    const raised = alignedBy(properties, style, shown);
    return [{ ...shown, children: raised === undefined ? children : aligned(children, raised) }];
  }
}

/** In half points: less is the fine adjustment of a letter. */
const RAISED = 4;
/** Longer texts that are moved stand beside a picture, or in a line of their own. */
const MAX_RAISED_CHARACTERS = 8;

/** `superscript` or `subscript` where a run is so by its style, or is moved as far; its own property mammoth knows. */
function alignedBy(properties: XmlElement | undefined, style: Partial<WordStyle>, run: XmlElement): string | undefined {
  if (elements(properties, 'w:vertAlign').length > 0) return undefined;
  if (style.aligned !== undefined && style.aligned !== 'baseline') return style.aligned;
  const moved = Number(elements(properties, 'w:position')[0]?.attributes['w:val'] ?? 0);
  const text = elements(run, 'w:t').flatMap(({ children }) => children.filter((child) => typeof child === 'string')).join(''); // prettier-ignore
  if (!(Math.abs(moved) >= RAISED) || text.trim().length > MAX_RAISED_CHARACTERS) return undefined;
  return moved > 0 ? 'superscript' : 'subscript';
}

function aligned(children: readonly (XmlElement | string)[], how: string): (XmlElement | string)[] {
  const property: XmlElement = { name: 'w:vertAlign', attributes: { 'w:val': how }, children: [] };
  const [own] = children.filter((child): child is XmlElement => typeof child !== 'string' && child.name === 'w:rPr');
  const properties: XmlElement = { name: 'w:rPr', attributes: {}, children: [...(own?.children ?? []), property] };
  return [properties, ...children.filter((child) => child !== own)];
}

function paragraphOf(text: string): XmlElement {
  return { name: 'w:p', attributes: {}, children: [runOf(text)] };
}

function tableOf(rows: readonly (readonly string[])[]): XmlElement {
  const made = (name: string, children: XmlElement[]): XmlElement => ({ name, attributes: {}, children });
  return made('w:tbl', rows.map((row) => made('w:tr', row.map((cell) => made('w:tc', [paragraphOf(cell)]))))); // prettier-ignore
}

function symbolOf(symbol: XmlElement): XmlElement {
  const font = symbol.attributes['w:font'] ?? '';
  const code = Number.parseInt(symbol.attributes['w:char'] ?? '', 16);
  if (!isSymbolFont(font) || !Number.isFinite(code)) return symbol;
  return textElement(symbolText(String.fromCodePoint(Math.min(Math.max(code, 0x20), 0x10ffff)), font));
}

function textElement(text: string): XmlElement {
  return { name: 'w:t', attributes: { 'xml:space': 'preserve' }, children: [text] };
}

function runOf(text: string): XmlElement {
  return { name: 'w:r', attributes: {}, children: [textElement(text)] };
}

function holdsText(element: XmlElement): boolean {
  return element.name === 'w:t' || elements(element).some(holdsText);
}

function isOn(property: XmlElement | undefined): boolean | undefined {
  return property && !/^(?:0|false|off)$/.test(property.attributes['w:val'] ?? '1');
}

function written(element: XmlElement): string {
  let text = `<${element.name}`;
  for (const [name, value] of Object.entries(element.attributes)) text += ` ${name}="${escapeText(value).replaceAll('"', '&quot;')}"`; // prettier-ignore
  if (element.children.length === 0) return `${text}/>`;
  text += '>';
  for (const child of element.children) text += typeof child === 'string' ? escapeText(child) : written(child);
  return `${text}</${element.name}>`;
}
