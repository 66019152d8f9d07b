import { SaxesParser } from 'saxes';
import { superscript } from '../../../core/reading/unicode-text.js';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/** Deeper nesting than any DTD of PubMed allows is an attack on the stack. */
const MAX_DEPTH = 64;
/** Long and of no use here: every cited paper with its own ids, which must not be taken for the record's. */
const SKIPPED = new Set(['ReferenceList']);

/**
 * One record as a tree. Entities other than XML's own five are an error: there is no DOCTYPE to declare them, so none
 * can be expanded or fetched. Throws on XML that is not well-formed.
 */
export function parseXml(xml: string): XmlElement {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [root];
  let skipping = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    if (skipping > 0 || SKIPPED.has(tag.name)) {
      skipping++;
      return;
    }
    if (open.length > MAX_DEPTH) throw new RangeError('XML is nested too deep');
    const element: XmlElement = { name: tag.name, attributes: tag.attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    if (skipping > 0) skipping--;
    else open.pop();
  });
  const addText = (text: string) => {
    if (skipping === 0) open.at(-1)?.children.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(xml).close();
  const [document] = elements(root);
  if (!document) throw new RangeError('XML without an element');
  return document;
}

export function elements(parent: XmlElement | undefined, name?: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name),
  );
}

/** The first element at a path of names, from a parent's children downwards. */
export function find(parent: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((element, name) => elements(element, name)[0], parent);
}

/** Text with inline markup flattened: raised numbers stay raised (`10⁹/L`, `Ca²⁺`), italics and the like just go. */
export function textOf(element: XmlElement | undefined): string {
  return flatten(element).replace(/\s+/g, ' ').trim();
}

function flatten(element: XmlElement | undefined): string {
  const text = (element?.children ?? []).map((child) => (typeof child === 'string' ? child : flatten(child))).join('');
  return element?.name === 'sup' ? superscript(text) : text;
}
