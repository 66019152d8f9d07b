import { attribute, childrenOf, classesOf, descendants, textOf, type HtmlElement, type HtmlNode } from './html-tree.js'; // prettier-ignore

/** A page's own rules have some ten kilobytes; more of them are a library's, which strike nothing. */
const MAX_CHARACTERS = 256 * 1024;
/** `del`, `.old`, `span.old`, `#old`; what depends on where an element stands is not followed. */
const SELECTOR = /^([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?$/i;
const STRUCK_TAGS = new Set(['del', 's', 'strike']);

/** Whether an element shows its text struck through: by tag, by its own style, or by a rule of the page's style sheets. */
export function struckTest(roots: readonly HtmlNode[]): (element: HtmlElement) => boolean {
  const struck = new Set<string>();
  for (const node of descendants(roots)) {
    if (node.nodeName === 'style') for (const selector of strikingSelectors(childrenOf(node).map(textOf).join(''))) struck.add(selector); // prettier-ignore
  }
  return (element) => {
    const { tagName } = element;
    if (isStruckTag(element) || strikes(attribute(element, 'style') ?? '')) return true;
    if (struck.size === 0) return false;
    const id = attribute(element, 'id');
    const names = ['', ...classesOf(element).map((name) => `.${name}`), ...(id === undefined ? [] : [`#${id}`])];
    return names.some((name) => struck.has(name) || struck.has(tagName + name));
  };
}

/** Whether a tag alone says that its text is struck through. */
export function isStruckTag(element: HtmlElement): boolean {
  return STRUCK_TAGS.has(element.tagName);
}

function strikingSelectors(sheet: string): string[] {
  if (sheet.length > MAX_CHARACTERS || !sheet.includes('line-through')) return [];
  return withoutComments(sheet)
    .split('}')
    .flatMap((rule) => {
      const at = rule.lastIndexOf('{');
      if (at < 0 || !strikes(rule.slice(at + 1))) return [];
      // In front of a rule there may stand the opening of a block, as of `@media`.
      return rule.slice(rule.lastIndexOf('{', at - 1) + 1, at).split(',');
    })
    .flatMap((selector) => {
      const [, tag = '', mark = '', name = ''] = SELECTOR.exec(selector.trim()) ?? [];
      return tag + name === '' ? [] : [tag.toLowerCase() + mark + name];
    });
}

function strikes(declarations: string): boolean {
  if (!declarations.includes('line-through')) return false;
  return declarations.split(';').some((one) => /^\s*text-decoration(?:-line)?\s*:/i.test(one) && one.includes('line-through')); // prettier-ignore
}

function withoutComments(sheet: string): string {
  const [first = '', ...rest] = sheet.split('/*');
  return first + rest.map((part) => (part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : '')).join('');
}
