import { listMarkerLength } from '../../../core/reading/layout/list-marker.js';
import { lettersOf, romanOf } from '../list-signs.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';
import { inlineText } from './inline-content.js';

/** Not to be put into a line of a list. */
const BLOCKS = new Set(['table-wrap', 'table-wrap-group', 'table', 'oasis:table', 'array', 'fig', 'fig-group', 'boxed-text', 'preformat', 'code']); // prettier-ignore

/**
 * The lines of a list, an item each with its mark and what is nested two blanks further in, and between them the blocks that
 * stand within items.
 */
export function* listParts(list: XmlElement, indent = ''): Generator<string | XmlElement> {
  for (const [index, item] of elements(list, 'list-item').entries()) {
    const label = inlineText(find(item, 'label'));
    const marker = label === '' ? markOf(list, index + 1) : label;
    let own: (XmlElement | string)[] = [];
    let isFirst = true;
    const line = function* (): Generator<string> {
      const text = inlineText({ ...item, children: own });
      own = [];
      if (text === '') return;
      const bringsOne = label === '' && listMarkerLength(text) > 0;
      yield indent + (!isFirst || bringsOne ? text : `${marker} ${text}`);
      isFirst = false;
    };
    for (const child of withBlocksApart(item)) {
      if (typeof child === 'string' || !(BLOCKS.has(child.name) || child.name === 'list' || child.name === 'label')) {
        own.push(child);
        continue;
      }
      if (child.name === 'label') continue;
      yield* line();
      if (child.name === 'list') yield* listParts(child, `${indent}  `);
      else yield child;
    }
    yield* line();
  }
}

/** Blocks may also stand within the paragraphs of an item. */
function withBlocksApart(item: XmlElement): (XmlElement | string)[] {
  return item.children.flatMap((child): (XmlElement | string)[] => {
    if (typeof child === 'string' || child.name !== 'p') return [child];
    if (!elements(child).some(({ name }) => BLOCKS.has(name) || name === 'list')) return [child];
    return [' ', ...child.children, ' '];
  });
}

function markOf(list: XmlElement, number: number): string {
  const type = list.attributes['list-type'] ?? '';
  if (type.startsWith('order')) return `${number}.`;
  if (/^alpha/.test(type)) return `${type.endsWith('upper') ? lettersOf(number).toUpperCase() : lettersOf(number)}.`;
  if (/^roman/.test(type)) return `${type.endsWith('upper') ? romanOf(number).toUpperCase() : romanOf(number)}.`;
  return '-';
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
