import { SaxesParser } from 'saxes';
import { Failure } from '../../../core/contract/failures.js';

/** An element of a small XML part; names are without their prefixes. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
  /** Of the element itself and all below it, as it stands. */
  text: string;
}

/** Slides nest their groups some ten deep. */
const MAX_DEPTH = 256;

/** The tree of an XML part. Errors: `ARCHIVE_DAMAGED`. */
export function xmlNodes(xml: string): XmlNode {
  const root: XmlNode = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (cause) => {
    throw new Failure('ARCHIVE_DAMAGED', { cause });
  });
  parser.on('opentag', (tag) => {
    if (open.length > MAX_DEPTH) throw new Failure('ARCHIVE_UNSAFE');
    const attributes = Object.fromEntries(Object.entries(tag.attributes).map(([name, value]) => [name, value]));
    const node: XmlNode = { name: withoutPrefix(tag.name), attributes, children: [], text: '' };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  const addText = (text: string) => {
    const node = open.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = open.pop();
    const parent = open.at(-1);
    if (node && parent) parent.text += node.text;
  });
  parser.write(xml).close();
  return root;
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** All elements of this name below a node, in document order. */
export function allNodes(node: XmlNode, name: string): XmlNode[] {
  return node.children.flatMap((child) => [...(child.name === name ? [child] : []), ...allNodes(child, name)]);
}

export function firstNode(node: XmlNode, name: string): XmlNode | undefined {
  return allNodes(node, name)[0];
}

/** Text on one line; `undefined` where there is none. */
export function lineOf(node: XmlNode | undefined): string | undefined {
  const line = node?.text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : line;
}
