import { attribute, childrenOf, classesOf, descendants, isElement, textOf, type HtmlElement, type HtmlNode } from './html-tree.js'; // prettier-ignore
import { styleRules, type StyleRule } from './style-rules.js';

const STRUCK_TAGS = new Set(['del', 's', 'strike']);
const SPANS = /^(?:span|a|b|i|em|strong|small|font|cite|var)$/;

/** What style sheets and its own style say of how an element looks, as far as that changes what is read. */
export interface Look {
  readonly struck: boolean;
  /** By a rule of the page that nothing on it can undo. */
  readonly hidden: boolean;
  readonly raised: boolean;
  readonly lowered: boolean;
  readonly listStyle: string | undefined;
  /** `table`, `table-row`, `table-cell` and the like. */
  readonly display: string | undefined;
}

type Declarations = ReadonlyMap<string, string>;

/** The style sheets of a page: its own, and those of the book that it is part of. */
export class PageStyles {
  readonly #byKey = new Map<string, StyleRule[]>();
  readonly #staysHidden: boolean;
  readonly #names = new Map<HtmlElement, ReadonlySet<string>>();
  readonly #looks = new Map<HtmlElement, Look>();
  /** Whether any rule writes text before or behind an element. */
  readonly writesText: boolean;

  constructor(roots: readonly HtmlNode[], sheets: readonly string[] = []) {
    const own: string[] = [];
    let hasScript = false;
    for (const node of descendants(roots)) {
      if (node.nodeName === 'style') own.push(childrenOf(node).map(textOf).join(''));
      else if (node.nodeName === 'script' && isElement(node) && !/json|template/i.test(attribute(node, 'type') ?? '')) hasScript = true; // prettier-ignore
    }
    const { rules, hasStates } = styleRules([...sheets, ...own]);
    for (const rule of rules) {
      const key = rule.key;
      const known = this.#byKey.get(key);
      if (known) known.push(rule);
      else this.#byKey.set(key, [rule]);
    }
    this.#staysHidden = !hasScript && !hasStates;
    this.writesText = rules.some(({ pseudo }) => pseudo !== undefined);
  }

  lookOf(element: HtmlElement): Look {
    const known = this.#looks.get(element);
    if (known) return known;
    const look = this.#look(element);
    this.#looks.set(element, look);
    return look;
  }

  /** What its rules declare, the one that counts most last; of print only that it strikes text through. */
  declarationsOf(element: HtmlElement, pseudo?: 'before' | 'after'): Declarations {
    if (this.#byKey.size === 0) return NONE;
    const found = [...this.#namesOf(element)]
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .filter((rule) => rule.pseudo === pseudo && matches(rule, element, this.#namesOf))
      .sort((a, b) => a.weight - b.weight || a.order - b.order);
    return found.length === 0 ? NONE : new Map(found.flatMap(({ declarations }) => [...declarations]));
  }

  readonly #namesOf = (element: HtmlElement): ReadonlySet<string> => {
    let names = this.#names.get(element);
    if (!names) this.#names.set(element, (names = new Set(keysOf(element))));
    return names;
  };

  #look(element: HtmlElement): Look {
    const bySheet = this.declarationsOf(element);
    const own = attribute(element, 'style');
    const { tagName } = element;
    if (bySheet.size === 0 && own === undefined) return STRUCK_TAGS.has(tagName) ? { ...PLAIN, struck: true } : PLAIN;
    const ownStyle = ownDeclarations(own ?? '');
    const value = (name: string) => ownStyle.get(name) ?? bySheet.get(name);
    const decoration = value('text-decoration-line') ?? value('text-decoration') ?? '';
    const align = SPANS.test(tagName) ? (value('vertical-align') ?? '') : '';
    const isHidden = bySheet.get('display') === 'none' || /^(?:hidden|collapse)$/.test(bySheet.get('visibility') ?? '');
    return {
      struck: STRUCK_TAGS.has(tagName) || decoration.includes('line-through'),
      hidden: this.#staysHidden && isHidden && !ownStyle.has('display') && !ownStyle.has('visibility'),
      raised: align === 'super',
      lowered: align === 'sub',
      listStyle: value('list-style-type') ?? value('list-style'),
      display: value('display'),
    };
  }
}

/** Whether a tag alone says that its text is struck through. */
export function isStruckTag(element: HtmlElement): boolean {
  return STRUCK_TAGS.has(element.tagName);
}

const NONE: Declarations = new Map();
const PLAIN: Look = { struck: false, hidden: false, raised: false, lowered: false, listStyle: undefined, display: undefined }; // prettier-ignore

/** A style attribute, names and values in lower case. */
function ownDeclarations(style: string): Declarations {
  return new Map(
    style.split(';').flatMap((one): [string, string][] => {
      const at = one.indexOf(':');
      return at < 0
        ? []
        : [
            [
              one.slice(0, at).trim().toLowerCase(),
              one
                .slice(at + 1)
                .trim()
                .toLowerCase(),
            ],
          ];
    }),
  );
}

/** Elements further out are those of the page. */
const MAX_STEPS_OUT = 64;

function keysOf(element: HtmlElement): string[] {
  const id = attribute(element, 'id');
  return ['*', element.tagName, ...classesOf(element).map((name) => `.${name}`), ...(id === undefined ? [] : [`#${id}`])]; // prettier-ignore
}

/** Whether the last part is the element's, and those before it of elements above, in their order. */
function matches(
  { parts }: StyleRule,
  element: HtmlElement,
  namesOf: (element: HtmlElement) => ReadonlySet<string>,
): boolean {
  const own = namesOf(element);
  const last = parts.at(-1);
  if (!last?.names.every((name) => own.has(name))) return false;
  let at = parts.length - 2;
  let mustBeParent = last.isChild;
  let above = element.parentNode;
  for (let step = 0; at >= 0 && above && step < MAX_STEPS_OUT; step++) {
    if (!('tagName' in above)) return false;
    const names = namesOf(above);
    const part = parts[at];
    if (part?.names.every((name) => names.has(name))) {
      mustBeParent = part.isChild;
      at -= 1;
    } else if (mustBeParent) return false;
    above = 'parentNode' in above ? above.parentNode : null;
  }
  return at < 0;
}
