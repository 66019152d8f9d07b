import { SaxesParser } from 'saxes';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/** Nested sections with formulas in tables come to about 40; deeper than this is an attack on the stack. */
const MAX_DEPTH = 128;
const NOTHING: ReadonlySet<string> = new Set();

/**
 * One record or article as a tree, without the elements named in `skipped`. Entities other than XML's own five are an
 * error: there is no DOCTYPE to declare them, so none can be expanded or fetched. Throws on XML that is not well-formed.
 */
export function parseXml(xml: string, skipped: ReadonlySet<string> = NOTHING): XmlElement {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [root];
  let current = root;
  let skipping = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    if (skipping > 0 || skipped.has(tag.name)) {
      skipping++;
      return;
    }
    if (open.length > MAX_DEPTH) throw new RangeError('XML is nested too deep');
    const element: XmlElement = { name: tag.name, attributes: tag.attributes, children: [] };
    current.children.push(element);
    open.push(element);
    current = element;
  });
  parser.on('closetag', () => {
    if (skipping > 0) {
      skipping--;
      return;
    }
    open.pop();
    current = open.at(-1) ?? root;
  });
  const addText = (text: string) => {
    if (skipping === 0) current.children.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(xml).close();
  const [document] = elements(root);
  if (!document) throw new RangeError('XML without an element');
  return document;
}

/** Child elements, of a name where one is given. */
export function elements(parent: XmlElement | undefined, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of parent?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) found.push(child);
  }
  return found;
}

/** The first element at a path of names, from a parent's children downwards. */
export function find(parent: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let element = parent;
  for (const name of path) {
    element = element?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name);
  }
  return element;
}

/** A name without its namespace's prefix: `math` of `mml:math`. */
export function localName(element: XmlElement): string {
  return element.name.slice(element.name.indexOf(':') + 1);
}
