import { type Replace, textOf } from '../xml/inline-text.js';
import { mathText } from '../xml/math-text.js';
import { elements, find, localName, type XmlElement } from '../xml/xml-tree.js';

/** Text of a paragraph, title or cell: notes and formulas at their place, pictures and struck text gone. */
export function inlineText(element: XmlElement | undefined, first?: Replace): string {
  const replace: Replace = first ? (inner) => first(inner) ?? replaced(inner) : replaced;
  return textOf(element, replace).replace(/ ([,;.)\]])/g, '$1');
}

/** Of `styled-content`, by the look that a publisher names. */
export function isStruckStyle({ style = '', ...named }: Readonly<Record<string, string>>): boolean {
  return /line-through/i.test(style) || /^(?:strike|strike-?through|strikeout|line-through|deleted)$/i.test(named['style-type'] ?? ''); // prettier-ignore
}

const replaced: Replace = (element) => {
  switch (element.name) {
    case 'inline-formula':
      return formulaText(element);
    case 'disp-formula':
      return ` ${formulaText(element)} `;
    case 'disp-formula-group':
      return elements(element, 'disp-formula')
        .map((formula) => ` ${formulaText(formula)} `)
        .join('');
    case 'tex-math':
      return texText(element);
    case 'xref':
      return isCitation(element) && find(element, 'sup') ? citationMark(element) : undefined;
    case 'sup':
      return isCitationOnly(element) ? citationMark(element) : undefined;
    case 'fn':
      return ` (${inlineText(element)})`;
    case 'styled-content':
      return isStruckStyle(element.attributes) ? '' : undefined;
    case 'strike':
    case 'graphic':
    case 'inline-graphic':
    case 'media':
    case 'object-id':
    case 'supplementary-material':
      return '';
    case 'break':
    case 'p':
      return ` ${inlineText(element)} `;
    case 'label':
      return `${inlineText(element)} `;
    default:
      return undefined;
  }
};

/**
 * A formula in one line, with its number behind it. One that is there as a picture only cannot be read, and the place says
 * so: a sentence would otherwise read as if nothing were missing.
 */
export function formulaText(formula: XmlElement): string {
  const label = textOf(find(formula, 'label'));
  const found = firstNamed(formula, (name) => name === 'math') ?? firstNamed(formula, (name) => name === 'tex-math');
  const text = !found
    ? textOf(
        {
          ...formula,
          children: formula.children.filter((child) => typeof child === 'string' || child.name !== 'label'),
        },
        replaced,
      )
    : localName(found) === 'math'
      ? mathText(found)
      : texText(found);
  const isBare = text === '' || /^[\s.,;]*$/.test(text);
  return [isBare ? '[formula]' : text, label].filter((part) => part !== '').join(' ');
}

/** What stands between the marks of a TeX document; most publishers wrap each formula in a whole one. */
function texText(element: XmlElement): string {
  const tex = textOf(element);
  const body = /\\begin\{document\}(.*)\\end\{document\}/s.exec(tex)?.[1] ?? tex;
  return body
    .replace(/\$\$?|\\\[|\\\]|\\(?:begin|end)\{(?:equation|aligned|align|gathered|minipage|upgreek)\*?\}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function firstNamed(parent: XmlElement, is: (name: string) => boolean): XmlElement | undefined {
  for (const child of elements(parent)) {
    const found = is(localName(child)) ? child : firstNamed(child, is);
    if (found) return found;
  }
  return undefined;
}

/** Raised numbers of cited papers stand in brackets: behind a dose they would read as its exponent. */
function citationMark(element: XmlElement): string {
  const marks = textOf(element, (inner) => (inner.name === 'sup' ? textOf(inner) : undefined));
  return marks === '' ? '' : /^[[(].*[\])]$/.test(marks) ? ` ${marks}` : ` [${marks}]`;
}

function isCitation(element: XmlElement): boolean {
  return element.name === 'xref' && element.attributes['ref-type'] === 'bibr';
}

function isCitationOnly(sup: XmlElement): boolean {
  const inner = elements(sup);
  const between = sup.children.filter((child) => typeof child === 'string').join('');
  return inner.length > 0 && inner.every(isCitation) && /^[\s,;–—[\]()-]*$/.test(between);
}
