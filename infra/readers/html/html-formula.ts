import { mathText } from '../xml/math-text.js';
import type { XmlElement } from '../xml/xml-tree.js';
import { attribute, childrenOf, isElement, textOf, type HtmlElement } from './html-tree.js';

export function isFormula(element: HtmlElement): boolean {
  return /^(?:\w+:)?math$/.test(element.tagName);
}

/** A formula of MathML in one line, as in articles; one without content by what it says of itself. */
export function formulaOf(element: HtmlElement): string {
  return mathText(xmlOf(element, 0)) || (attribute(element, 'alttext') ?? '');
}

/** Formulas of people stand some ten elements deep; deeper than this is an attack on the stack. */
const MAX_DEPTH = 128;

function xmlOf(element: HtmlElement, depth: number): XmlElement {
  return {
    name: element.tagName,
    attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    children: childrenOf(element).flatMap((child): (XmlElement | string)[] => {
      const text = textOf(child);
      if (text !== undefined) return [text];
      return isElement(child) && depth < MAX_DEPTH ? [xmlOf(child, depth + 1)] : [];
    }),
  };
}
