import type { AsideReason } from '../../../core/contract/word-account.js';
import type { Aside, PutAside } from '../../../core/reading/witness/account-for.js';
import type { HtmlGuide } from './html-blocks.js';
import { panelsOf, type Panels } from './panels.js';
import { generatedContent } from './generated-content.js';
import { PageStyles } from './style-sheet.js';
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
 * nothing that a person may open. `sheets`: style sheets that the page names, outermost first.
 */
export function mainContent(
  roots: readonly HtmlNode[],
  sheets: readonly string[] = [],
): {
  readonly nodes: readonly HtmlNode[];
  readonly guide: HtmlGuide;
  /** What is left out, each part once. */
  readonly putAside: () => PutAside[];
} {
  const panels = panelsOf(roots);
  const styles = new PageStyles(roots, sheets);
  const silence = (element: HtmlElement) => whyUnseen(element, panels, styles);
  const weights = weigh(roots, (element) => silence(element) !== undefined);
  const body = find(roots, (element) => element.tagName === 'body') ?? [];
  const total = Math.max(1, sum(body.map((element) => weights.get(element)?.characters ?? 0)));
  const shareOf = (element: HtmlElement) => (weights.get(element)?.characters ?? 0) / total;
  const mains = find(roots, (element) => element.tagName === 'main' || attribute(element, 'role') === 'main');
  const articles = find(roots, (element) => element.tagName === 'article');
  const [main] = mains.length === 1 ? mains : articles.length === 1 ? articles : [];
  const nodes = main && shareOf(main) >= MAIN_SHARE / 2 ? childrenOf(main) : body.flatMap((element) => childrenOf(element)); // prettier-ignore
  const whyLeftOut = (element: HtmlElement): Aside | undefined => {
    const silent = silence(element);
    if (silent) return silent;
    if (shareOf(element) >= MAIN_SHARE || !CONTAINERS.has(element.tagName)) return undefined;
    const weight = weights.get(element);
    if (!weight || weight.hasTopHeading) return undefined;
    const linkShare = weight.linked / Math.max(1, weight.characters);
    if (element.tagName === 'form' || element.tagName === 'footer') return NAVIGATION;
    const named = CHROME_NAME.test(`${classesOf(element).join(' ')} ${attribute(element, 'id') ?? ''}`);
    const leadsElsewhere =
      linkShare > LINK_SHARE && (named || weight.links >= MIN_LINKS || element.tagName === 'aside');
    return leadsElsewhere ? NAVIGATION : undefined;
  };
  return {
    nodes,
    guide: {
      leftOut: (element) => whyLeftOut(element) !== undefined,
      titleOf: panels.titleOf,
      isTitle: panels.isTitle,
      lookOf: (element) => styles.lookOf(element),
      written: generatedContent(roots, styles),
    },
    putAside: () => [
      ...partsLeftOut(nodes, whyLeftOut),
      ...(body.some((element) => childrenOf(element) === nodes) ? [] : outside(body, nodes)),
    ],
  };
}

/** The same for a piece of HTML within another text, where nothing stands around it. */
export function guideToPiece(roots: readonly HtmlNode[]): HtmlGuide & { readonly putAside: () => PutAside[] } {
  const panels = panelsOf(roots);
  const styles = new PageStyles(roots);
  const whyLeftOut = (element: HtmlElement) => whyUnseen(element, panels, styles);
  return {
    leftOut: (element) => whyLeftOut(element) !== undefined,
    putAside: () => partsLeftOut(roots, whyLeftOut),
  };
}

/** The outermost elements that are left out, with all of their text. */
function partsLeftOut(roots: readonly HtmlNode[], whyLeftOut: (element: HtmlElement) => Aside | undefined): PutAside[] {
  const parts: PutAside[] = [];
  const stack = [...roots].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    const why = isElement(node) ? whyLeftOut(node) : undefined;
    if (why) {
      const text = allText([node]);
      if (text !== '') parts.push({ ...why, text });
      continue;
    }
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child) stack.push(child);
    }
  }
  return parts;
}

/** What stands around the part of the page that is its main text. */
function outside(body: readonly HtmlNode[], main: readonly HtmlNode[]): PutAside[] {
  const within = new Set(main);
  const texts: string[] = [];
  const stack = [...body].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (within.has(node)) continue;
    texts.push(textOf(node) ?? '');
    for (const child of [...childrenOf(node)].reverse()) stack.push(child);
  }
  const text = texts.join(' ').trim();
  return text === '' ? [] : [{ fate: 'furniture', why: 'outside-main', text }];
}

/** With a space between any two texts: words that this cuts are told from their pieces. */
function allText(roots: readonly HtmlNode[]): string {
  const texts: string[] = [];
  for (const node of descendants(roots)) texts.push(textOf(node) ?? '');
  return texts.join(' ').trim();
}

function whyUnseen(element: HtmlElement, panels: Panels, styles: PageStyles): Aside | undefined {
  const look = styles.lookOf(element);
  if (look.struck) return STRUCK;
  // Its words stand before the panel that it opens.
  if (panels.isTab(element)) return furniture('control');
  if (SILENT.has(element.tagName)) return panels.isText(element) ? undefined : furniture(reasonOf(element.tagName));
  if (panels.isPanel(element)) return undefined;
  const hidden = attribute(element, 'hidden');
  // Browsers open the latter when it is searched for.
  if ((hidden !== undefined && hidden !== 'until-found') || attribute(element, 'aria-hidden') === 'true') return MARKED;
  const style = attribute(element, 'style') ?? '';
  if (/(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)) return STYLED;
  if (look.hidden) return STYLED;
  return CHROME_ROLES.has(attribute(element, 'role') ?? '') ? NAVIGATION : undefined;
}

const STRUCK: Aside = { fate: 'struck', why: 'struck' };
const MARKED: Aside = { fate: 'hidden', why: 'marked' };
const STYLED: Aside = { fate: 'hidden', why: 'style' };
const NAVIGATION: Aside = furniture('navigation');
const CONTROLS = new Set(['button', 'input', 'select', 'textarea', 'datalist']);

function furniture(why: AsideReason): Aside {
  return { fate: 'furniture', why };
}

function reasonOf(tagName: string): AsideReason {
  return CONTROLS.has(tagName) ? 'control' : tagName === 'nav' || tagName === 'dialog' ? 'navigation' : 'embedded';
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
