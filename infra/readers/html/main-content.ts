import type { HtmlGuide } from './html-blocks.js';
import { panelsOf, type Panels } from './panels.js';
import { struckTest } from './style-sheet.js';
import { attribute, childrenOf, classesOf, descendants, isElement, textOf, type HtmlElement, type HtmlNode } from './html-tree.js'; // prettier-ignore

/** Never text of the document, wherever they stand. */
const SILENT = new Set(['script', 'style', 'noscript', 'template', 'head', 'iframe', 'object', 'svg', 'canvas', 'audio', 'video', 'button', 'input', 'select', 'textarea', 'nav', 'dialog', 'map', 'datalist']); // prettier-ignore
const CHROME_ROLES = new Set(['navigation', 'search', 'banner', 'contentinfo', 'menu', 'menubar', 'toolbar', 'alert', 'dialog']); // prettier-ignore
/** Words in classes and ids that sites give to what stands around the text. */
const CHROME_NAME = /(?:^|[-_\s])(?:nav|navbar|navigation|menu|breadcrumbs?|footer|sidebar|cookies?|share|social|subscribe|banner|skip|pagination|login|sign-?in|toolbar|advert(?:isement)?)(?:$|[-_\s])/i; // prettier-ignore
/** A container with more of its text in links than this, and so named or with many links, leads elsewhere. */
const LINK_SHARE = 0.5;
const MIN_LINKS = 4;
/** What holds this share of all text is the document itself, whatever it is called. */
const MAIN_SHARE = 0.4;
/** Only containers are judged by their links and names; a paragraph or a cell may be one link. */
const CONTAINERS = new Set([
  'div',
  'section',
  'aside',
  'header',
  'footer',
  'ul',
  'ol',
  'form',
  'fieldset',
  'table',
  'p',
]);

interface Weight {
  readonly characters: number;
  readonly linked: number;
  readonly links: number;
  readonly hasTopHeading: boolean;
}

/**
 * The nodes that carry the document's own text: of `<main>` or of the one `<article>` where there is such a thing,
 * else of the body; and a guide to them. Left out are scripts, navigation, forms, hidden elements and struck text, and
 * containers that consist of links or are named as chrome. Nothing that holds a good part of the text is left out, and
 * nothing that a person may open.
 */
export function mainContent(roots: readonly HtmlNode[]): {
  readonly nodes: readonly HtmlNode[];
  readonly guide: HtmlGuide;
} {
  const panels = panelsOf(roots);
  const isStruck = struckTest(roots);
  const isSilent = (element: HtmlElement) => isStruck(element) || isUnseen(element, panels);
  const weights = weigh(roots, isSilent);
  const body = find(roots, (element) => element.tagName === 'body') ?? [];
  const total = Math.max(1, sum(body.map((element) => weights.get(element)?.characters ?? 0)));
  const shareOf = (element: HtmlElement) => (weights.get(element)?.characters ?? 0) / total;
  const mains = find(roots, (element) => element.tagName === 'main' || attribute(element, 'role') === 'main');
  const articles = find(roots, (element) => element.tagName === 'article');
  const [main] = mains.length === 1 ? mains : articles.length === 1 ? articles : [];
  const nodes = main && shareOf(main) >= MAIN_SHARE / 2 ? childrenOf(main) : body.flatMap((element) => childrenOf(element)); // prettier-ignore
  const leftOut = (element: HtmlElement) => {
    if (isSilent(element)) return true;
    if (shareOf(element) >= MAIN_SHARE || !CONTAINERS.has(element.tagName)) return false;
    const weight = weights.get(element);
    if (!weight || weight.hasTopHeading) return false;
    const linkShare = weight.linked / Math.max(1, weight.characters);
    if (element.tagName === 'form' || element.tagName === 'footer') return true;
    const named = CHROME_NAME.test(`${classesOf(element).join(' ')} ${attribute(element, 'id') ?? ''}`);
    return linkShare > LINK_SHARE && (named || weight.links >= MIN_LINKS || element.tagName === 'aside');
  };
  return { nodes, guide: { leftOut, titleOf: panels.titleOf, isTitle: panels.isTitle } };
}

/** The same for a piece of HTML within another text, where nothing stands around it. */
export function guideToPiece(roots: readonly HtmlNode[]): HtmlGuide {
  const panels = panelsOf(roots);
  const isStruck = struckTest(roots);
  return { leftOut: (element) => isStruck(element) || isUnseen(element, panels) };
}

function isUnseen(element: HtmlElement, panels: Panels): boolean {
  if (panels.isTab(element)) return true;
  if (SILENT.has(element.tagName)) return !panels.isText(element);
  if (panels.isPanel(element)) return false;
  const hidden = attribute(element, 'hidden');
  // Browsers open the latter when it is searched for.
  if ((hidden !== undefined && hidden !== 'until-found') || attribute(element, 'aria-hidden') === 'true') return true;
  const style = attribute(element, 'style') ?? '';
  if (/(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)) return true;
  return CHROME_ROLES.has(attribute(element, 'role') ?? '');
}

function find(roots: readonly HtmlNode[], matches: (element: HtmlElement) => boolean): HtmlElement[] {
  const found: HtmlElement[] = [];
  for (const node of descendants(roots)) if (isElement(node) && matches(node)) found.push(node);
  return found;
}

/** How much text stands below each element, and how much of it in links; children before parents. */
function weigh(roots: readonly HtmlNode[], isSilent: (element: HtmlElement) => boolean): Map<HtmlNode, Weight> {
  const weights = new Map<HtmlNode, Weight>();
  for (const node of [...descendants(roots)].reverse()) {
    if (isElement(node) && isSilent(node)) continue;
    const below = childrenOf(node).flatMap((child) => weights.get(child) ?? []);
    const own = textOf(node)?.replace(/\s+/g, ' ').trim().length ?? 0;
    const characters = own + sum(below.map((weight) => weight.characters));
    const isLink = node.nodeName === 'a' && isElement(node) && isAwayLink(node);
    weights.set(node, {
      characters,
      linked: isLink ? characters : sum(below.map((weight) => weight.linked)),
      links: isLink ? 1 : sum(below.map((weight) => weight.links)),
      hasTopHeading: node.nodeName === 'h1' || below.some((weight) => weight.hasTopHeading),
    });
  }
  return weights;
}

/** Headings that are their own anchors, and notes on the same page, are text. */
function isAwayLink(link: HtmlElement): boolean {
  const href = attribute(link, 'href');
  return href !== undefined && !href.startsWith('#');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
