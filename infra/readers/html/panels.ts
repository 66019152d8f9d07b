import { attribute, childrenOf, classesOf, descendants, isElement, plainText, type HtmlElement, type HtmlNode } from './html-tree.js'; // prettier-ignore

/** Parts of a page that open and close, with the words that name them. */
export interface Panels {
  /** What a person may open is text, closed or not. */
  readonly isPanel: (element: HtmlElement) => boolean;
  /** Of a panel whose name stands elsewhere, in a row of tabs. */
  readonly titleOf: (element: HtmlElement) => string | undefined;
  /** A button or summary that names what follows it. */
  readonly isTitle: (element: HtmlElement) => boolean;
  /** A button within a heading: its words are the heading's. */
  readonly isText: (element: HtmlElement) => boolean;
  /** A tab, whose words stand before its panel. */
  readonly isTab: (element: HtmlElement) => boolean;
}

/** How libraries call panels that no attribute names. */
const PANEL_CLASS =
  /^(?:(?:\w+-)?(?:accordion|collapsible|tabs?|expander|toggle)-(?:panel|body|content|collapse|pane)|(?:tab)?-?panel|collapse|tab-?pane)$/i;
const OPENER_CLASS = /(?:^|[-_])(?:accordion|collapsible|collapse|expander|expand|disclosure)(?:$|[-_])/i;
const NAMES_ITS_BUTTON = /^(?:h[1-6]|summary|dt|legend)$/;
/** Menus and dialogues open and close as well. */
const NO_PANEL = /^(?:navigation|menu|menubar|listbox|dialog|search|tooltip)$/;
/** Longer ones are sentences. */
const MAX_TITLE_CHARACTERS = 150;

/** Finds accordions, tabs and `<details>` by what their buttons say that they control, else by how libraries call them. */
export function panelsOf(roots: readonly HtmlNode[]): Panels {
  const byId = new Map<string, HtmlElement>();
  const openers: HtmlElement[] = [];
  const panels = new Set<HtmlElement>();
  const titles = new Map<HtmlElement, string>();
  const titling = new Set<HtmlElement>();
  const texts = new Set<HtmlElement>();
  const tabs = new Set<HtmlElement>();
  const behind = new Map<HtmlElement, HtmlElement>();
  rememberNext(roots, behind);
  for (const node of descendants(roots)) {
    if (!isElement(node)) continue;
    rememberNext(childrenOf(node), behind);
    const id = attribute(node, 'id');
    if (id !== undefined && !byId.has(id)) byId.set(id, node);
    if (isOpener(node)) openers.push(node);
    if (attribute(node, 'role') === 'tabpanel' || classesOf(node).some((name) => PANEL_CLASS.test(name))) panels.add(node); // prettier-ignore
    if (node.tagName === 'summary' && isFollowedByTitle(node, behind)) titling.add(node);
  }
  for (const opener of openers) {
    const named = namedBy(opener);
    const title = plainText([opener]);
    const panel = controlledBy(opener, byId) ?? (OPENER_CLASS.test(classesOf(opener).join(' ')) ? behind.get(named ?? opener) : undefined); // prettier-ignore
    if (title === '' || !panel || NO_PANEL.test(attribute(panel, 'role') ?? '') || panel.tagName === 'nav') {
      // A heading that is one button is a heading; one with a button behind its words keeps the words only.
      if (named && plainText([named]) === title) texts.add(opener);
      continue;
    }
    panels.add(panel);
    if (named) texts.add(opener);
    else if (isTab(opener)) {
      tabs.add(opener);
      titles.set(panel, title);
    } else if (title.length <= MAX_TITLE_CHARACTERS) titling.add(opener);
  }
  for (const panel of panels) {
    const label = byId.get(attribute(panel, 'aria-labelledby') ?? '');
    if (titles.has(panel) || !label || attribute(label, 'role') !== 'tab') continue;
    titles.set(panel, plainText([label]));
    tabs.add(label);
  }
  return {
    isPanel: (element) => panels.has(element),
    titleOf: (element) => titles.get(element),
    isTitle: (element) => titling.has(element),
    isText: (element) => texts.has(element) || titling.has(element),
    isTab: (element) => tabs.has(element),
  };
}

function isOpener(element: HtmlElement): boolean {
  return element.tagName === 'button' || isTab(element) || attribute(element, 'aria-expanded') !== undefined;
}

function isTab(element: HtmlElement): boolean {
  return attribute(element, 'role') === 'tab' || /^(?:tab|pill)$/.test(toggleOf(element));
}

function toggleOf(element: HtmlElement): string {
  return attribute(element, 'data-bs-toggle') ?? attribute(element, 'data-toggle') ?? '';
}

function controlledBy(opener: HtmlElement, byId: ReadonlyMap<string, HtmlElement>): HtmlElement | undefined {
  const named = ['aria-controls', 'data-bs-target', 'data-target', 'href'].flatMap((name) => attribute(opener, name) ?? []); // prettier-ignore
  const ids = named.map((value) => value.replace(/^#/, ''));
  return ids.map((id) => byId.get(id)).find((panel) => panel !== undefined);
}

/** The heading that an element is the words of. */
function namedBy(element: HtmlElement): HtmlElement | undefined {
  for (let above = element.parentNode, steps = 0; above && steps < 4; steps++) {
    if (NAMES_ITS_BUTTON.test(above.nodeName) && 'tagName' in above) return above;
    above = 'parentNode' in above ? above.parentNode : null;
  }
  return undefined;
}

/** For each element among siblings the next one: looked for one by one, a page of thousands of buttons takes their square. */
function rememberNext(siblings: readonly HtmlNode[], behind: Map<HtmlElement, HtmlElement>): void {
  let before: HtmlElement | undefined;
  for (const sibling of siblings) {
    if (!isElement(sibling)) continue;
    if (before) behind.set(before, sibling);
    before = sibling;
  }
}

/** Text behind a `<details>` is not of its summary, which as a heading would name it. */
function isFollowedByTitle(summary: HtmlElement, behind: ReadonlyMap<HtmlElement, HtmlElement>): boolean {
  const details = summary.parentNode;
  if (!details || details.nodeName !== 'details' || plainText([summary]).length > MAX_TITLE_CHARACTERS) return false;
  const next = behind.get(details);
  return !next || /^(?:details|h[1-6]|section|footer)$/.test(next.tagName);
}
