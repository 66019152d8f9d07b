import { Failure } from '../../../core/contract/failures.js';
import { parseXml } from '../xml/parse-xml.js';
import { localName, type XmlElement } from '../xml/xml-tree.js';

/** An element of a small XML part; names are without their prefixes. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Of the element itself and all below it, as it stands. */
  readonly text: string;
}

/** The tree of an XML part, under a node without a name. Errors: `ARCHIVE_DAMAGED`. */
export function xmlNodes(xml: string): XmlNode {
  try {
    const document = xmlNodeOf(parseXml(xml));
    return { name: '', attributes: {}, children: [document], text: document.text };
  } catch (cause) {
    throw new Failure('ARCHIVE_DAMAGED', { cause });
  }
}

export function xmlNodeOf(element: XmlElement): XmlNode {
  const children: XmlNode[] = [];
  let text = '';
  for (const child of element.children) {
    if (typeof child === 'string') text += child;
    else {
      const node = xmlNodeOf(child);
      children.push(node);
      text += node.text;
    }
  }
  return { name: localName(element), attributes: element.attributes, children, text };
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
