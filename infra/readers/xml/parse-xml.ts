import { SaxesParser } from 'saxes';
import type { XmlElement } from './xml-tree.js';

/** Nested sections with formulas in tables come to about 40; deeper than this is an attack on the stack. */
const MAX_DEPTH = 128;

/** The XML is not well-formed, or nested deeper than any document is. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/**
 * A piece of XML as a tree. Entities other than XML's own five are an error: nothing that a DOCTYPE declares is expanded or
 * fetched. Throws `XmlError`.
 */
export function parseXml(xml: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [root];
  // Positions are counted for messages only, which may quote the document and are dropped.
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  parser.on('error', (cause) => {
    throw new XmlError('not well-formed', { cause });
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > MAX_DEPTH) throw new XmlError('nested too deep');
    const element: XmlElement = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  const addText = (text: string) => {
    if (open.length > 1) open.at(-1)?.children.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(xml).close();
  const [document] = root.children;
  if (document === undefined || typeof document === 'string') throw new XmlError('no element');
  return document;
}
