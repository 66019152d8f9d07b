import { loweredText, raisedText } from '../html/inline-text.js';
import { mathText } from './math-text.js';
import type { XmlElement } from './xml-tree.js';

/**
 * Text with inline markup flattened, one space between words: raised numbers stay raised (`10⁹/L`, `Ca²⁺`), formulas
 * become lines, italics and the like just go. `replace` may answer for an element instead, e.g. '' for a note's mark.
 */
export function textOf(element: XmlElement | undefined, replace?: Replace): string {
  if (!element) return '';
  const [only] = element.children;
  const text = element.children.length === 1 && typeof only === 'string' ? only : flattened('', element, replace);
  return NEEDS_FOLDING.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
}

/** Most text of records does not. */
const NEEDS_FOLDING = /[^\S ]| (?: |$)|^ /;

/** Text for an element in place of its content's; `undefined` for one that is treated as usual. */
export type Replace = (element: XmlElement) => string | undefined;

function flattened(before: string, element: XmlElement, replace: Replace | undefined): string {
  let text = before;
  for (const child of element.children) text = typeof child === 'string' ? text + child : append(text, child, replace);
  return text;
}

function append(before: string, element: XmlElement, replace: Replace | undefined): string {
  const replaced = replace?.(element);
  if (replaced !== undefined) return before + replaced;
  switch (element.name) {
    case 'sup': {
      // An exponent belongs to its number, an isotope's number to what follows.
      const joined = /\d$/.test(before.trimEnd().slice(-1)) ? withoutLineBreak(before) : before;
      return joined + raisedText(flattened('', element, replace), joined);
    }
    case 'sub': {
      const joined = withoutLineBreak(before);
      return joined + loweredText(flattened('', element, replace), joined);
    }
    case 'math':
    case 'mml:math':
      return before + mathText(element);
    default:
      return flattened(before, element, replace);
  }
}

/** Files that were indented by a machine break the line before raised and lowered text, where nobody writes a space. */
function withoutLineBreak(text: string): string {
  const trimmed = text.trimEnd();
  return text.includes('\n', trimmed.length) ? trimmed : text;
}
