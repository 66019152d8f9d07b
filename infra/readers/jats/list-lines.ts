import { listMarkerLength } from '../../../core/reading/layout/list-marker.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { inlineText } from './inline-content.js';

/** An item a line with its marker; what is nested stands two blanks further in. */
export function listLines(list: XmlElement, indent = ''): string[] {
  const ordered = /^(?:order|alpha|roman)/.test(list.attributes['list-type'] ?? '');
  return elements(list, 'list-item').flatMap((item, index) => {
    const nested = elements(item, 'list');
    const label = inlineText(find(item, 'label'));
    const text = inlineText({ ...item, children: item.children.filter((child) => typeof child === 'string' || !/^(?:list|label)$/.test(child.name)) }); // prettier-ignore
    const marker = label !== '' ? label : ordered ? `${index + 1}.` : '-';
    const line =
      text === '' ? [] : [indent + (label === '' && listMarkerLength(text) > 0 ? text : `${marker} ${text}`)];
    return [...line, ...nested.flatMap((inner) => listLines(inner, `${indent}  `))];
  });
}

/** `term: definition`, a line each. */
export function definitionLines(list: XmlElement): string[] {
  return elements(list, 'def-item')
    .map((item) => [
      inlineText(find(item, 'term')),
      ...elements(item, 'def').map((definition) => inlineText(definition)),
    ])
    .map(([term = '', ...definitions]) => [term, definitions.join('; ')].filter((part) => part !== '').join(': '))
    .filter((line) => line !== '');
}
