import type { DraftBlock } from '../../../core/contract/block.js';
import { listMarkerLength } from '../../../core/reading/layout/list-marker.js';
import { headingLevelOf, isBoldHeading, isCaptionElement } from './heading-class.js';
import { attribute, childrenOf, isElement, textOf, type HtmlElement, type HtmlNode } from './html-tree.js';
import { formulaOf, isFormula } from './html-formula.js';
import { innerTableText, isLayoutTable, tableText } from './html-table.js';
import { isLowered, isRaised, loweredText, raisedText } from './inline-text.js';
import { ListNumbers } from './list-numbers.js';
import { drawnTableText } from './drawn-table.js';
import type { GeneratedContent } from './generated-content.js';
import type { Look } from './style-sheet.js';

/** Elements that begin and end a paragraph; all others stand within a line. */
const BLOCK = new Set(['address', 'article', 'aside', 'blockquote', 'body', 'center', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hgroup', 'hr', 'legend', 'li', 'main', 'ol', 'p', 'pre', 'section', 'summary', 'table', 'caption', 'tbody', 'thead', 'tfoot', 'tr', 'td', 'th', 'ul']); // prettier-ignore
/** Longer "headings" are paragraphs in a heading's class. */
const MAX_HEADING_CHARACTERS = 250;

/** What the reader of a kind of document knows of its elements. */
export interface HtmlGuide {
  readonly leftOut: (element: HtmlElement) => boolean;
  /** The title that is put before what stands in an element: of a tab, before its panel. */
  readonly titleOf?: (element: HtmlElement) => string | undefined;
  /** Whether an element that is no heading titles what follows it, as the button of a panel does. */
  readonly isTitle?: (element: HtmlElement) => boolean;
  /** How an element looks by the style sheets of its page. */
  readonly lookOf?: (element: HtmlElement) => Look;
  /** What these write before and behind elements. */
  readonly written?: GeneratedContent;
  /** The mark of an item as it is shown, where the list itself cannot tell it. */
  readonly itemMark?: (item: HtmlElement) => string | undefined;
}

/** Gathers blocks while the tree is walked. Elements are entered and left one by one; nothing recurses. */
class BlockGatherer {
  readonly blocks: DraftBlock[] = [];
  readonly #lists: ListNumbers[] = [];
  #inline = '';
  /** Of the last tagged heading. */
  #level = 0;
  /** Lines of the outermost open list, or of the run of paragraphs with bullets. */
  #items: string[] = [];
  /** What opens the next line of a list. */
  #marker: string | undefined;
  /** The document itself says the mark: an item's own words are no second one. */
  #markIsSure = false;
  /** A table or the like ended the lines of a list that goes on behind it. */
  #interrupted = false;

  text(text: string): void {
    this.#inline += text.replace(/[ \t\r\n\f]+/g, ' ');
  }

  raw(text: string): void {
    this.#inline += text;
  }

  get lineSoFar(): string {
    return this.#inline;
  }

  /** Ends the line or paragraph under way. */
  flush(kind: 'paragraph' | 'caption' = 'paragraph'): void {
    const text = tidy(this.#inline);
    this.#inline = '';
    if (text === '') return;
    if (this.#lists.length > 0) {
      const oneLine = text.replaceAll('\n', ' ');
      const indent = '  '.repeat(this.#lists.length - 1);
      if (this.#marker === undefined && this.#interrupted) return this.push({ kind, text });
      if (this.#marker === undefined && this.#items.length > 0) {
        this.#items[this.#items.length - 1] += ` ${oneLine}`;
      } else this.#items.push(indent + (this.#markIsSure ? `${this.#marker ?? '-'} ${oneLine}` : withMarker(this.#marker ?? '-', oneLine))); // prettier-ignore
      this.#marker = undefined;
      return;
    }
    // Paragraphs that open with a bullet are the items of a list that was not written as one.
    if (kind === 'paragraph' && /^[^\p{L}\p{N}(]/u.test(text) && listMarkerLength(text) > 0) {
      this.#items.push(text.replaceAll('\n', ' '));
      return;
    }
    this.closeItems();
    this.push({ kind, text });
  }

  /** `untagged`: told by its look alone, and below all that is tagged. */
  heading(level: number, text: string, untagged = false): void {
    this.closeItems();
    if (!untagged) this.#level = level;
    this.push({ kind: 'heading', headingLevel: level, text: tidy(text).replaceAll('\n', ' ') });
  }

  /** Within a list, what is no line of it stands between its items. */
  push(block: Omit<DraftBlock, 'boxes'>): void {
    if (block.text.trim() === '') return;
    this.closeItems();
    this.blocks.push({ ...block, boxes: [] });
    this.#interrupted = this.#lists.length > 0;
  }

  openList(list: ListNumbers): void {
    this.flush();
    // A list behind bulleted paragraphs goes on with them; one behind anything else is a new block.
    this.#lists.push(list);
  }

  closeList(): void {
    this.flush();
    this.#marker = undefined;
    this.#lists.pop();
    if (this.#lists.length > 0) return;
    this.closeItems();
    this.#interrupted = false;
  }

  openItem(item: HtmlElement, mark: string | undefined): void {
    this.flush();
    this.#marker = mark ?? this.#lists.at(-1)?.markOf(item) ?? '-';
    this.#markIsSure = mark !== undefined;
    this.#interrupted = false;
  }

  closeItems(): void {
    const text = this.#items.join('\n');
    this.#items = [];
    if (text !== '') this.blocks.push({ kind: 'list', text, boxes: [] });
  }

  get levelBelow(): number {
    return Math.min(this.#level + 1, 6);
  }

  get inList(): boolean {
    return this.#lists.length > 0;
  }
}

type Step = { readonly enter: HtmlNode } | { readonly leave: HtmlElement };

/** Blocks of the given nodes in document order: headings, paragraphs, lists, tables, captions, code. */
export function htmlBlocks(nodes: readonly HtmlNode[], guide: HtmlGuide): DraftBlock[] {
  const gathered = new BlockGatherer();
  const steps: Step[] = [...nodes].reverse().map((enter) => ({ enter }));
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('leave' in step) {
      leaveElement(step.leave, gathered, guide);
      continue;
    }
    const node = step.enter;
    const text = textOf(node);
    if (text !== undefined) gathered.text(text);
    if (!isElement(node) || guide.leftOut(node)) continue;
    if (takenWhole(node, gathered, guide)) continue;
    enterElement(node, gathered, guide);
    steps.push({ leave: node });
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child) steps.push({ enter: child });
    }
  }
  gathered.flush();
  gathered.closeItems();
  return gathered.blocks;
}

/** Elements whose whole content makes one piece of text. */
function takenWhole(element: HtmlElement, gathered: BlockGatherer, guide: HtmlGuide): boolean {
  const inside = () => textAround(element, lineText(childrenOf(element), guide), guide);
  const look = guide.lookOf?.(element);
  if (element.tagName === 'br') gathered.raw('\n');
  else if (element.tagName === 'img') gathered.text(attribute(element, 'alt') ?? '');
  else if (isFormula(element)) gathered.text(formulaOf(element));
  else if (isRaised(element) || look?.raised) gathered.raw(raisedText(inside(), gathered.lineSoFar));
  else if (isLowered(element) || look?.lowered) gathered.raw(loweredText(inside(), gathered.lineSoFar));
  else if (element.tagName === 'pre') {
    gathered.flush();
    gathered.push({ kind: 'code', text: rawText(element) });
  } else if (element.tagName === 'table' && !isLayoutTable(element)) {
    gathered.flush();
    for (const caption of childrenOf(element).filter((node) => node.nodeName === 'caption')) {
      gathered.push({ kind: 'caption', text: tidy(lineText(childrenOf(caption), guide)) });
    }
    gathered.push({
      kind: 'table',
      text: tableText(element, (cell) => cellText(cell, guide)),
    });
  } else {
    const drawn = takenAsTable(element, guide);
    if (drawn !== undefined) {
      gathered.flush();
      gathered.push({ kind: 'table', text: drawn });
      return true;
    }
    const isTitle = guide.isTitle?.(element) ?? false;
    if (gathered.inList) return isTitle && takeAsLine(inside(), gathered);
    const level = headingLevelOf(element) ?? (isTitle || isBoldHeading(element) ? gathered.levelBelow : undefined);
    if (level === undefined) return false;
    const text = inside();
    if (tidy(text).length > MAX_HEADING_CHARACTERS) return false;
    gathered.flush();
    gathered.heading(level, text, headingLevelOf(element) === undefined);
  }
  return true;
}

function takenAsTable(element: HtmlElement, guide: HtmlGuide): string | undefined {
  if (element.tagName === 'table') return undefined;
  return drawnTableText(element, (one) => guide.lookOf?.(one), (cell) => cellText(cell, guide)); // prettier-ignore
}

/** With what a style sheet writes before and behind it. */
function textAround(element: HtmlElement, text: string, { written }: HtmlGuide): string {
  return written ? written.before(element) + text + written.after(element) : text;
}

/** The title of a panel within a list: no heading, but a line of its own. */
function takeAsLine(text: string, gathered: BlockGatherer): true {
  gathered.flush();
  gathered.text(`${text}: `);
  return true;
}

function enterElement(element: HtmlElement, gathered: BlockGatherer, guide: HtmlGuide): void {
  const { tagName } = element;
  const title = guide.titleOf?.(element);
  if (title !== undefined) {
    gathered.flush();
    if (gathered.inList) takeAsLine(title, gathered);
    else gathered.heading(gathered.levelBelow, title, true);
  }
  const before = guide.written?.before(element) ?? '';
  if (tagName === 'ul' || tagName === 'ol') {
    gathered.openList(new ListNumbers(element, guide.lookOf?.(element).listStyle));
  } else if (tagName === 'li') {
    // A number that a style sheet counts stands in place of the mark.
    const isMark = /^\W*\w{1,4}(?:[.)]\w{1,4})*\W*$/u.test(before) && /\d|\b[a-z]\b/i.test(before);
    gathered.openItem(element, guide.itemMark?.(element) ?? (isMark ? before.trim() : undefined));
    if (!isMark) gathered.text(before);
    return;
  } else if (BLOCK.has(tagName)) gathered.flush();
  gathered.text(before);
}

function leaveElement(element: HtmlElement, gathered: BlockGatherer, guide: HtmlGuide): void {
  const { tagName } = element;
  gathered.text(guide.written?.after(element) ?? '');
  if (tagName === 'ul' || tagName === 'ol') gathered.closeList();
  else if (isCaptionElement(element)) gathered.flush('caption');
  else if (BLOCK.has(tagName)) gathered.flush();
}

/** Words of a cell or heading: paragraphs and items on lines of their own. */
function lineText(nodes: readonly HtmlNode[], guide: HtmlGuide): string {
  const { leftOut, lookOf, written } = guide;
  let text = '';
  const lists = new Map<HtmlNode, ListNumbers>();
  const steps: (HtmlNode | string)[] = [...nodes].reverse();
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (typeof step === 'string') {
      text += step;
      continue;
    }
    const own = textOf(step);
    if (own !== undefined) text += own.replace(/[ \t\r\n\f]+/g, ' ');
    if (!isElement(step) || leftOut(step)) continue;
    if (step.tagName === 'br') text += '\n';
    else if (step.tagName === 'img') text += attribute(step, 'alt') ?? '';
    else if (isFormula(step)) text += formulaOf(step);
    else if (step.tagName === 'table' && !isLayoutTable(step)) {
      text += `\n${innerTableText(step, (cell) => cellText(cell, guide))}\n`;
    } else if (isRaised(step) || lookOf?.(step).raised) text += raisedText(flatText(step), text);
    else if (isLowered(step) || lookOf?.(step).lowered) text += loweredText(flatText(step), text);
    else {
      const isBlock = BLOCK.has(step.tagName);
      if (isBlock) {
        text += '\n';
        steps.push('\n');
      }
      if (step.tagName === 'li') text += `${markInCell(step, guide, lists)} `;
      text += written?.before(step) ?? '';
      const after = written?.after(step) ?? '';
      if (after !== '') steps.push(after);
      for (const child of [...childrenOf(step)].reverse()) steps.push(child);
    }
  }
  return text;
}

/** Items of a cell have their numbers, or a sign that is no mark of the table's own row. */
function markInCell(item: HtmlElement, guide: HtmlGuide, lists: Map<HtmlNode, ListNumbers>): string {
  const known = guide.itemMark?.(item);
  if (known !== undefined && known !== '-') return known;
  const list = item.parentNode;
  if (known !== undefined || !list || !('tagName' in list) || list.tagName !== 'ol') return '•';
  const look = guide.lookOf?.(list).listStyle;
  let numbers = lists.get(list);
  if (!numbers) lists.set(list, (numbers = new ListNumbers(list, look)));
  return /^\s*none\b/.test(look ?? '') ? '•' : numbers.markOf(item);
}

function cellText(cell: HtmlElement, guide: HtmlGuide): string {
  return tidy(textAround(cell, lineText(childrenOf(cell), guide), guide)).replaceAll('\n', ' ');
}

function flatText(element: HtmlElement): string {
  return rawText(element).replace(/\s+/g, ' ');
}

function rawText(element: HtmlElement): string {
  let text = '';
  const stack: HtmlNode[] = [element];
  for (let node = stack.pop(); node; node = stack.pop()) {
    text += textOf(node) ?? (node.nodeName === 'br' ? '\n' : '');
    for (const child of [...childrenOf(node)].reverse()) stack.push(child);
  }
  return text;
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** An item that brings its own bullet or number keeps it, and gets no second one. */
function withMarker(marker: string, text: string): string {
  return listMarkerLength(text) > 0 ? text : `${marker} ${text}`;
}
