import { attribute, childrenOf, isElement, type HtmlElement } from './html-tree.js';
import { lettersOf, romanOf } from '../list-signs.js';

export type Sign = (number: number) => string;

const GREEK = 'αβγδεζηθικλμνξοπρστυφχψω';

const decimal: Sign = String;
const SIGNS: Readonly<Record<string, Sign>> = {
  '1': decimal,
  decimal,
  a: lettersOf,
  'lower-alpha': lettersOf,
  'lower-latin': lettersOf,
  A: (number) => lettersOf(number).toUpperCase(),
  'upper-alpha': (number) => lettersOf(number).toUpperCase(),
  'upper-latin': (number) => lettersOf(number).toUpperCase(),
  i: romanOf,
  'lower-roman': romanOf,
  I: (number) => romanOf(number).toUpperCase(),
  'upper-roman': (number) => romanOf(number).toUpperCase(),
  'lower-greek': (number) => Array.from(GREEK)[number - 1] ?? String(number),
  'decimal-leading-zero': (number) => String(number).padStart(2, '0'),
};

/** Of a style of lists and counters; figures where it has none. */
export function signOf(style: string | undefined): Sign {
  return SIGNS[style?.toLowerCase() ?? ''] ?? decimal;
}

/** The marks of a list's items as a browser shows them: by `start`, `value`, `type`, `reversed` and the style of the list. */
export class ListNumbers {
  readonly #sign: Sign | undefined;
  readonly #step: 1 | -1;
  #next: number;

  /** `style`: the value of the list's `list-style` or `list-style-type`, of style sheets or its own. */
  constructor(list: HtmlElement, style = ownStyle(list)) {
    const words = style?.toLowerCase().split(/\s+/) ?? [];
    const named = words.map((word) => SIGNS[word]).find(Boolean) ?? SIGNS[attribute(list, 'type') ?? ''];
    this.#sign = list.tagName === 'ol' ? (named ?? decimal) : undefined;
    const isReversed = attribute(list, 'reversed') !== undefined;
    this.#step = isReversed ? -1 : 1;
    const items = isReversed ? childrenOf(list).filter((node) => isElement(node) && node.tagName === 'li').length : 1;
    this.#next = wholeNumber(attribute(list, 'start')) ?? items;
  }

  markOf(item: HtmlElement): string {
    if (!this.#sign) return '-';
    const number = wholeNumber(attribute(item, 'value')) ?? this.#next;
    this.#next = number + this.#step;
    return `${this.#sign(number)}.`;
  }
}

function ownStyle(list: HtmlElement): string | undefined {
  return /list-style(?:-type)?\s*:\s*([^;]+)/i.exec(attribute(list, 'style') ?? '')?.[1];
}

function wholeNumber(written: string | undefined): number | undefined {
  const number = Number.parseInt(written ?? '', 10);
  return Number.isFinite(number) ? number : undefined;
}
