import { parse, type DefaultTreeAdapterTypes } from 'parse5';

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;

/** As in browsers, by the parser of the HTML standard: it runs no scripts, fetches nothing and knows no DTDs. */
export function parseHtml(text: string): HtmlNode[] {
  return parse(withoutDeepNesting(text), { scriptingEnabled: false }).childNodes;
}

/** Browsers stop at 512; people stop at 40. The parser's time grows with the square of it. */
const MAX_DEPTH = 512;
const TAG = /<(\/?)([a-z][\w:-]*)[^<>]*>/gi;
/** Elements that have no end tag, or need none: many of them in a row are no depth. */
const NEVER_DEEP = new Set(['html', 'head', 'body', 'p', 'li', 'dt', 'dd', 'td', 'th', 'tr', 'thead', 'tbody', 'tfoot', 'caption', 'colgroup', 'col', 'option', 'optgroup', 'rb', 'rt', 'rtc', 'rp', 'area', 'base', 'br', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr', 'script', 'style', 'title', 'textarea']); // prettier-ignore

/** Drops tags of one name that are nested deeper than {@link MAX_DEPTH}; their text stays. */
function withoutDeepNesting(text: string): string {
  const depths = new Map<string, number>();
  return text.replace(TAG, (tag, slash: string, name: string) => {
    const key = name.toLowerCase();
    if (NEVER_DEEP.has(key)) return tag;
    const depth = depths.get(key) ?? 0;
    depths.set(key, slash === '' ? depth + 1 : Math.max(0, depth - 1));
    return (slash === '' ? depth >= MAX_DEPTH : depth > MAX_DEPTH) ? '' : tag;
  });
}

export function isElement(node: HtmlNode): node is HtmlElement {
  return 'tagName' in node;
}

export function attribute(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

export function classesOf(element: HtmlElement): string[] {
  return (attribute(element, 'class') ?? '').split(/\s+/).filter((token) => token !== '');
}

export function textOf(node: HtmlNode): string | undefined {
  return node.nodeName === '#text' && 'value' in node ? node.value : undefined;
}

export function childrenOf(node: HtmlNode): readonly HtmlNode[] {
  return 'childNodes' in node ? node.childNodes : [];
}

/** All nodes below, parents before children, in order; with a stack of its own, so that depth costs no call stack. */
export function* descendants(roots: readonly HtmlNode[]): Generator<HtmlNode> {
  const stack = [...roots].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child) stack.push(child);
    }
  }
}

/** The words below a node, on one line. */
export function plainText(roots: readonly HtmlNode[]): string {
  let text = '';
  for (const node of descendants(roots)) text += textOf(node) ?? (node.nodeName === 'br' ? ' ' : '');
  return text.replace(/\s+/g, ' ').trim();
}
