import { signOf } from './list-numbers.js';
import { attribute, childrenOf, isElement, type HtmlElement, type HtmlNode } from './html-tree.js';
import type { PageStyles } from './style-sheet.js';

/** Text that a style sheet writes before and behind elements: `Warning: `, or the number of a section. */
export interface GeneratedContent {
  readonly before: (element: HtmlElement) => string;
  readonly after: (element: HtmlElement) => string;
}

const NOTHING: GeneratedContent = { before: () => '', after: () => '' };
/** Icons and ornaments say nothing. */
const WORDS = /[\p{L}\p{N}]/u;
const MAX_CHARACTERS = 200;
const PIECE = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(counters?)\(\s*([\w-]+)\s*(?:,\s*["']([^"']*)["']\s*)?(?:,\s*([\w-]+)\s*)?\)|attr\(\s*([\w-]+)\s*\)/g; // prettier-ignore

type Step = { readonly enter: HtmlNode } | { readonly leave: HtmlElement };

/** Follows the counters of a page's style sheets through it, as a browser does. */
export function generatedContent(roots: readonly HtmlNode[], styles: PageStyles): GeneratedContent {
  if (!styles.writesText) return NOTHING;
  const texts = { before: new Map<HtmlElement, string>(), after: new Map<HtmlElement, string>() };
  const counters = new Counters();
  const steps: Step[] = [...roots].reverse().map((enter) => ({ enter }));
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('leave' in step) {
      write(step.leave, 'after');
      counters.leave(step.leave);
      continue;
    }
    const node = step.enter;
    if (!isElement(node)) continue;
    const own = styles.declarationsOf(node);
    if (own.get('display') === 'none') continue;
    counters.enter(node, own);
    write(node, 'before');
    steps.push({ leave: node });
    for (const child of [...childrenOf(node)].reverse()) steps.push({ enter: child });
  }
  return {
    before: (element) => texts.before.get(element) ?? '',
    after: (element) => texts.after.get(element) ?? '',
  };

  function write(element: HtmlElement, pseudo: 'before' | 'after'): void {
    const declared = styles.declarationsOf(element, pseudo);
    if (declared.size === 0) return;
    counters.enter(element, declared);
    const text = contentText(declared.get('content') ?? '', element, counters);
    if (WORDS.test(text)) texts[pseudo].set(element, text);
  }
}

/** Each counter as often as it is begun anew within itself; what an element begins ends with the element around it. */
class Counters {
  readonly #values = new Map<string, number[]>();
  readonly #begunIn = new Map<HtmlNode, string[]>();

  enter(element: HtmlElement, declared: ReadonlyMap<string, string>): void {
    for (const [name, value] of namedNumbers(declared.get('counter-reset'), 0)) this.#begin(element, name, value);
    for (const [name, by] of namedNumbers(declared.get('counter-increment'), 1)) {
      const values = this.#values.get(name) ?? [];
      if (values.length === 0) this.#begin(element, name, by);
      else values[values.length - 1] = (values.at(-1) ?? 0) + by;
    }
  }

  leave(element: HtmlElement): void {
    for (const name of this.#begunIn.get(element) ?? []) this.#values.get(name)?.pop();
    this.#begunIn.delete(element);
  }

  valuesOf(name: string): readonly number[] {
    return this.#values.get(name) ?? [0];
  }

  #begin(element: HtmlElement, name: string, value: number): void {
    const around = element.parentNode as HtmlNode | null;
    const values = this.#values.get(name) ?? [];
    this.#values.set(name, values);
    const begun = around ? (this.#begunIn.get(around) ?? []) : [];
    // A sibling that begins it anew takes the place of the one before.
    if (begun.includes(name)) values[values.length - 1] = value;
    else values.push(value);
    if (around) this.#begunIn.set(around, [...new Set([...begun, name])]);
  }
}

function namedNumbers(value: string | undefined, usual: number): [string, number][] {
  if (value === undefined || value === 'none') return [];
  return [...value.matchAll(/([a-z_-][\w-]*)(?:\s+(-?\d{1,6})(?![\w-]))?/gi)].map(([, name = '', number]) => [name, number === undefined ? usual : Number(number)]); // prettier-ignore
}

function contentText(content: string, element: HtmlElement, counters: Counters): string {
  let text = '';
  for (const [, double, single, kind, name = '', between = '.', style, named] of content.matchAll(PIECE)) {
    const literal = double ?? single;
    if (literal !== undefined) text += unescaped(literal);
    else if (named !== undefined) text += attribute(element, named) ?? '';
    else {
      const values = counters.valuesOf(name.toLowerCase()).map((value) => signOf(style)(value));
      text += kind?.toLowerCase() === 'counters' ? values.join(between) : (values.at(-1) ?? '');
    }
  }
  return text.slice(0, MAX_CHARACTERS);
}

/** `\A ` is a line's end, `\f101` an icon of a font. */
function unescaped(literal: string): string {
  const text = literal.replace(
    /\\([\da-f]{1,6})\s?|\\(.)/gi,
    (_, code: string | undefined, sign: string | undefined) => {
      const point = Number.parseInt(code ?? '', 16);
      return sign ?? (point <= 0x10ffff ? String.fromCodePoint(point) : '');
    },
  );
  return text.replace(/[\uE000-\uF8FF]/g, '').replace(/\s/g, ' ');
}
