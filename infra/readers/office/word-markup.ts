import type { XmlNode } from '../archive/xml-nodes.js';
import { parseXml } from '../xml/parse-xml.js';
import { mathText } from '../xml/math-text.js';
import { elements, localName, type XmlElement } from '../xml/xml-tree.js';
import { escapeText } from '../xml/escape-text.js';

/** Properties of a run have some hundred characters, and so has its tag. */
const MAX_PROPERTIES = 2_000;
const MAX_TAG = 300;

/**
 * A part of a Word file as mammoth reads all of it: formulas, which it leaves out, become text in a line, and runs that
 * Word does not show go. Found by position, in a time that follows the length; what is not as Word writes it stays as it is.
 */
export function plainWordMarkup(xml: string): string {
  return withoutHiddenRuns(withFormulasAsText(xml));
}

function withFormulasAsText(xml: string): string {
  // A formula on a line of its own has a wrapper, which mammoth leaves out with all that is in it.
  const flat = xml.includes('<m:oMathPara') ? xml.replace(/<m:oMathParaPr\/>|<\/?m:oMathPara(?:\s[^<>]*)?>/g, '') : xml;
  let out = '';
  let from = 0;
  for (;;) {
    const start = nextTag(flat, '<m:oMath', from);
    const end = start < 0 ? -1 : flat.indexOf('</m:oMath>', start);
    if (end < 0) return out + flat.slice(from);
    const behind = end + '</m:oMath>'.length;
    out += flat.slice(from, start) + runOf(formulaText(flat.slice(start, behind)));
    from = behind;
  }
}

/** Where a tag of exactly this name opens. */
function nextTag(xml: string, tag: string, from: number): number {
  for (let at = xml.indexOf(tag, from); at >= 0; at = xml.indexOf(tag, at + 1)) {
    if (/[\s>]/.test(xml.charAt(at + tag.length))) return at;
  }
  return -1;
}

function formulaText(markup: string): string {
  try {
    return mathText(mathMl(parseXml(markup)));
  } catch {
    return '';
  }
}

/** A formula of Office, of a slide as well, in one line. */
export function formulaTextOf(formula: XmlNode): string {
  return mathText(mathMl(elementOf(formula)));
}

function elementOf({ name, attributes, children, text }: XmlNode): XmlElement {
  return { name, attributes, children: children.length === 0 ? [text] : children.map(elementOf) };
}

function runOf(text: string): string {
  const escaped = escapeText(text);
  return `<w:r><w:t xml:space="preserve">${escaped}</w:t></w:r>`;
}

/** Word's formula as MathML, as far as that changes what is read. */
function mathMl(element: XmlElement): XmlElement {
  const part = (name: string) => row(elements(element).find((child) => localName(child) === name));
  const made = (name: string, ...children: (XmlElement | string)[]): XmlElement => ({ name, attributes: {}, children });
  switch (localName(element)) {
    case 't':
      return made('mtext', ...element.children);
    case 'f':
      return made('mfrac', part('num'), part('den'));
    case 'sSup':
      return made('msup', part('e'), part('sup'));
    case 'sSub':
      return made('msub', part('e'), part('sub'));
    case 'sSubSup':
      return made('msubsup', part('e'), part('sub'), part('sup'));
    case 'rad': {
      const degree = part('deg');
      return degree.children.length > 0 ? made('mroot', part('e'), degree) : made('msqrt', part('e'));
    }
    case 'd': {
      const between = elements(element).filter((child) => localName(child) === 'e');
      const listed = between.flatMap((child, at) => (at === 0 ? [row(child)] : [made('mo', ','), row(child)]));
      return made('mrow', made('mo', bracket(element, 'begChr', '(')), ...listed, made('mo', bracket(element, 'endChr', ')'))); // prettier-ignore
    }
    case 'nary':
      return made('mrow', made('munderover', made('mo', bracket(element, 'chr', '∫')), part('sub'), part('sup')), part('e')); // prettier-ignore
    default:
      return row(element);
  }
}

function row(element: XmlElement | undefined): XmlElement {
  const children = element ? elements(element).filter((child) => !/(?:Pr|^rPr)$/.test(localName(child))) : [];
  return { name: 'mrow', attributes: {}, children: children.map(mathMl) };
}

/** A sign that the properties of an element name. */
function bracket(element: XmlElement, name: string, usual: string): string {
  const properties = elements(element).find((child) => localName(child).endsWith('Pr'));
  const sign = properties && elements(properties).find((child) => localName(child) === name);
  return sign?.attributes['m:val'] ?? usual;
}

/** Nothing is looked at twice: of a run that is not as Word writes it, the search goes on behind. */
function withoutHiddenRuns(xml: string): string {
  let out = '';
  let kept = 0;
  for (let at = xml.indexOf('<w:vanish'), next = 0; at >= 0; at = xml.indexOf('<w:vanish', next)) {
    next = at + 1;
    const start = startOfHidden(xml, at);
    if (start === null || start < kept) continue;
    const nextRun = nextTag(xml, '<w:r', at);
    next = nextRun < 0 ? xml.length : nextRun;
    // A run that holds a text box, with runs of its own, is left alone.
    const close = xml.slice(at, next).indexOf('</w:r>');
    if (close < 0) continue;
    out += xml.slice(kept, start);
    kept = at + close + '</w:r>'.length;
  }
  return out + xml.slice(kept);
}

/** Where the run begins whose own properties say here that it is hidden. */
function startOfHidden(xml: string, at: number): number | null {
  if (!/^<w:vanish(?:\s+w:val="(?:1|true|on)")?\s*\/>/.test(xml.slice(at, at + 40))) return null;
  const before = xml.slice(Math.max(0, at - MAX_PROPERTIES), at);
  const properties = before.lastIndexOf('<w:rPr>');
  if (properties < 0 || before.includes('</w:rPr>', properties)) return null;
  const opening = /<w:r(?:\s[^<>]*)?>\s*$/.exec(before.slice(Math.max(0, properties - MAX_TAG), properties));
  return opening && at - (before.length - properties) - opening[0].length;
}
