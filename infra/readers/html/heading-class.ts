import { attribute, childrenOf, classesOf, isElement, textOf, type HtmlElement, type HtmlNode } from './html-tree.js';

/** Word processors and typesetters export headings as paragraphs of a class: `head-A`, `Heading2`, `MsoHeading3`. */
const HEADING_CLASS = /^(?:.*[-_])?(?:mso)?(?:head|heading|headline|title|h)[-_]?([a-f]|[1-6])$/i;
/** `head-T`, `table-title`, `Caption`: the title of a table or picture. */
const CAPTION_CLASS = /^(?:.*[-_])?(?:caption|(?:table|figure|fig)[-_]?(?:title|head|heading)|head[-_]?t\d?)$/i;

/** Level 1–6 of an element that is a heading by tag, role or class; `undefined` when it is none. */
export function headingLevelOf(element: HtmlElement): number | undefined {
  const tag = /^h([1-6])$/.exec(element.tagName)?.[1];
  if (tag !== undefined) return Number(tag);
  if (attribute(element, 'role') === 'heading') {
    const level = Number.parseInt(attribute(element, 'aria-level') ?? '2', 10);
    return Math.min(Math.max(Number.isFinite(level) ? level : 2, 1), 6);
  }
  if (element.tagName !== 'p' && element.tagName !== 'div') return undefined;
  for (const token of classesOf(element)) {
    if (/table|fig/i.test(token)) continue;
    const sign = HEADING_CLASS.exec(token)?.[1]?.toLowerCase();
    if (sign !== undefined) return /\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
  }
  return undefined;
}

export function isCaptionElement(element: HtmlElement): boolean {
  if (element.tagName === 'caption' || element.tagName === 'figcaption') return true;
  return element.tagName === 'p' && classesOf(element).some((token) => CAPTION_CLASS.test(token));
}

/** Longer texts in bold are warnings and lead sentences. */
const MAX_BOLD_CHARACTERS = 100;

/** A paragraph that is bold from end to end, short and no sentence: how old sites write their lower headings. */
export function isBoldHeading(element: HtmlElement): boolean {
  if (element.tagName !== 'p') return false;
  let text = '';
  const stack: { readonly node: HtmlNode; readonly bold: boolean }[] = [{ node: element, bold: false }];
  for (let step = stack.pop(); step; step = stack.pop()) {
    const { node } = step;
    const own = textOf(node);
    if (own !== undefined && own.trim() !== '') {
      if (!step.bold) return false;
      text = `${own}${text}`;
    }
    const bold = step.bold || (isElement(node) && /^(?:b|strong)$/.test(node.tagName));
    for (const child of childrenOf(node)) stack.push({ node: child, bold });
  }
  const title = text.replace(/\s+/g, ' ').trim();
  return (
    title.length >= 3 && title.length <= MAX_BOLD_CHARACTERS && /\p{L}{2}/u.test(title) && !/[.:;,!?]$/.test(title)
  );
}
