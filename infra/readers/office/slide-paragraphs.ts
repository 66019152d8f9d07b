import { allNodes, firstNode, lineOf, type XmlNode } from '../archive/xml-nodes.js';
import { loweredText, raisedText } from '../html/inline-text.js';
import { circledOf, lettersOf, romanOf } from '../list-signs.js';
import { isSymbolFont, symbolText } from './symbol-font.js';
import { formulaTextOf } from './word-markup.js';

export interface SlideParagraph {
  readonly text: string;
  readonly level: number;
  /** The number before it, as the slide shows it. */
  readonly mark?: string;
}

/** The paragraphs of a shape that have text, numbered as they are shown. */
export function paragraphsOf(shape: XmlNode): SlideParagraph[] {
  const counters: ({ readonly scheme: string; readonly number: number } | undefined)[] = [];
  return withinOneForm(shape, 'p').flatMap((paragraph): SlideParagraph[] => {
    const text = paragraphText(paragraph);
    if (text === '') return [];
    const properties = paragraph.children.find(({ name }) => name === 'pPr');
    const level = Number(properties?.attributes['lvl'] ?? 0) || 0;
    counters.length = Math.min(counters.length, level + 1);
    const numbered = properties && firstNode(properties, 'buAutoNum')?.attributes;
    if (!numbered) {
      counters[level] = undefined;
      return [{ text, level }];
    }
    const scheme = numbered['type'] ?? 'arabicPeriod';
    const former = counters[level];
    const start = Number(numbered['startAt'] ?? 1) || 1;
    const number = former?.scheme === scheme ? former.number + 1 : start;
    counters[level] = { scheme, number };
    return [{ text, level, mark: markOf(scheme, number) }];
  });
}

/** `arabicPeriod`, `alphaLcParenBoth`, `romanUcParenR`. */
function markOf(scheme: string, number: number): string {
  if (scheme.startsWith('circleNum')) return circledOf(number);
  const letters = scheme.startsWith('alpha') ? lettersOf(number) : scheme.startsWith('roman') ? romanOf(number) : String(number); // prettier-ignore
  const sign = /^(?:alpha|roman)Uc/.test(scheme) ? letters.toUpperCase() : letters;
  if (scheme.endsWith('ParenBoth')) return `(${sign})`;
  if (scheme.endsWith('ParenR')) return `${sign})`;
  return scheme.endsWith('Plain') ? sign : `${sign}.`;
}

/** Runs follow each other without a space; breaks are spaces. What is struck through is left out. */
export function paragraphText(paragraph: XmlNode): string {
  let text = '';
  for (const child of oneForm(paragraph.children)) {
    if (child.name === 'br') text += ' ';
    else if (child.name === 'm' || child.name === 'oMath' || child.name === 'oMathPara') text += formulaTextOf(child);
    else if (child.name === 'r' || child.name === 'fld') text = withRun(text, child);
  }
  return lineOf({ name: '', attributes: {}, children: [], text }) ?? '';
}

function withRun(before: string, run: XmlNode): string {
  const properties = run.children.find(({ name }) => name === 'rPr');
  const strike = properties?.attributes['strike'] ?? 'noStrike';
  if (strike !== 'noStrike') return before;
  const written = run.children.filter(({ name }) => name === 't').map(({ text }) => text).join(''); // prettier-ignore
  const font = properties && ['latin', 'sym'].map((name) => firstNode(properties, name)?.attributes['typeface']).find(isSymbolFont); // prettier-ignore
  const text = font === undefined ? written : symbolText(written, font);
  const baseline = Number(properties?.attributes['baseline'] ?? 0) || 0;
  if (baseline > 0) return before + raisedText(text, before);
  return before + (baseline < 0 ? loweredText(text, before) : text);
}

/** Of what is there in several forms, for programs that know more or less, one: the first that has text. */
export function oneForm(nodes: readonly XmlNode[]): XmlNode[] {
  return nodes.flatMap((node) => {
    if (node.name !== 'AlternateContent') return [node];
    const form = node.children.find((each) => allNodes(each, 't').some(({ text }) => text.trim() !== '')) ?? node.children[0]; // prettier-ignore
    return form ? oneForm(form.children) : [];
  });
}

/** All elements of a name below a node, in one form of each. */
export function withinOneForm(node: XmlNode, name: string): XmlNode[] {
  return oneForm(node.children).flatMap((child) => [...(child.name === name ? [child] : []), ...withinOneForm(child, name)]); // prettier-ignore
}
