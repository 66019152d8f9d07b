import type { XmlElement } from './xml-tree.js';

/** Nested sections with formulas in tables come to about 40; deeper than this is an attack on the stack. */
const MAX_DEPTH = 128;
/** Whether an element, and all in it, is left out of the tree. */
export type Skips = (name: string, attributes: Readonly<Record<string, string>>) => boolean;
const SKIPS_NOTHING: Skips = () => false;
const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});

const NAME = String.raw`[:A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD][-.:\w\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]*`;
const TAG_NAME = new RegExp(NAME, 'y');
const TAG_END = /[ \t\n]*(\/?)>/y;
const END_TAG = new RegExp(String.raw`(${NAME})[ \t\n]*>`, 'y');
const INSTRUCTION = new RegExp(String.raw`(?!xml[ \t\n?])${NAME}(?=[ \t\n?])`, 'iy');
const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|&/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const GREATER = 0x3e;
/** Not in XML, however they are written; a lone surrogate cannot come from bytes that were UTF-8. */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** The XML is not well-formed, or more than a record may be. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/**
 * One record or article as a tree, without the elements that are skipped. Entities other than XML's own five are an
 * error: there is no DOCTYPE to declare them, so none can be expanded or fetched. Throws `XmlError` on XML that is not
 * well-formed.
 *
 * Written for this because a parser that looks at every character was half of what reading a record cost; here the engine's
 * own search goes from tag to tag. It must agree with such a parser, and a test holds it against one.
 */
export function parseXml(text: string, skips: Skips = SKIPS_NOTHING): XmlElement {
  const xml = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (FORBIDDEN.test(xml)) throw new XmlError('a character that XML forbids');
  const mayEndCdata = xml.includes(']]>');
  const root: XmlElement = { name: '', attributes: NO_ATTRIBUTES, children: [] };
  const open: XmlElement[] = [root];
  let current = root;
  /** Open elements within a skipped one, itself included. */
  const skipping: string[] = [];

  const addText = (part: string) => {
    if (skipping.length === 0) current.children.push(part);
  };
  for (let at = xml.charCodeAt(0) === 0xfeff ? 1 : 0; at < xml.length;) {
    const tag = xml.indexOf('<', at);
    const end = tag < 0 ? xml.length : tag;
    if (end > at) {
      const part = xml.slice(at, end);
      if (open.length > 1) {
        if (mayEndCdata && part.includes(']]>')) throw new XmlError('the end of a CDATA section without its beginning');
        addText(decodedReferences(part));
      } else if (/[^ \t\n]/.test(part)) throw new XmlError('text outside of the root');
    }
    if (tag < 0) break;
    switch (xml.charCodeAt(tag + 1)) {
      case 0x2f /* / */: {
        const expected = skipping.at(-1) ?? current.name;
        const quick = tag + 2 + expected.length;
        if (open.length > 1 && xml.charCodeAt(quick) === GREATER && xml.startsWith(expected, tag + 2)) {
          if (skipping.length > 0) skipping.pop();
          else {
            open.pop();
            current = open.at(-1) ?? root;
          }
          at = quick + 1;
          break;
        }
        END_TAG.lastIndex = tag + 2;
        const name = END_TAG.exec(xml)?.[1];
        if (name === undefined || open.length === 1) throw new XmlError('an end tag where none can be');
        if (skipping.length > 0) {
          if (skipping.pop() !== name) throw new XmlError('an end tag of another element');
        } else {
          if (current.name !== name) throw new XmlError('an end tag of another element');
          open.pop();
          current = open.at(-1) ?? root;
        }
        at = END_TAG.lastIndex;
        break;
      }
      case 0x21 /* ! */:
        if (xml.startsWith('<!--', tag)) {
          const close = xml.indexOf('--', tag + 4);
          if (close < 0 || xml[close + 2] !== '>') throw new XmlError('a comment without its end');
          at = close + 3;
        } else if (xml.startsWith('<![CDATA[', tag) && open.length > 1) {
          const close = xml.indexOf(']]>', tag + 9);
          if (close < 0) throw new XmlError('a CDATA section without its end');
          addText(xml.slice(tag + 9, close));
          at = close + 3;
        } else throw new XmlError('a declaration within a record');
        break;
      case 0x3f /* ? */: {
        INSTRUCTION.lastIndex = tag + 2;
        const close = xml.indexOf('?>', tag + 2);
        if (close < 0 || !INSTRUCTION.test(xml)) throw new XmlError('an instruction without name or end');
        at = close + 2;
        break;
      }
      default: {
        const behindName = endOfName(xml, tag + 1);
        const name = xml.slice(tag + 1, behindName);
        if (name === '' || (open.length === 1 && root.children.length > 0)) throw new XmlError('no tag');
        if (open.length + skipping.length > MAX_DEPTH) throw new XmlError('nested too deep');
        let attributes = NO_ATTRIBUTES;
        let selfClosing: string | undefined = '';
        if (xml.charCodeAt(behindName) === GREATER) at = behindName + 1;
        else {
          const found = attributesFrom(xml, behindName);
          ({ attributes } = found);
          TAG_END.lastIndex = found.end;
          selfClosing = TAG_END.exec(xml)?.[1];
          if (selfClosing === undefined) throw new XmlError('a tag without its end');
          at = TAG_END.lastIndex;
        }
        if (skipping.length > 0 || (open.length > 1 && skips(name, attributes))) {
          if (selfClosing === '') skipping.push(name);
          break;
        }
        const element: XmlElement = { name, attributes, children: [] };
        current.children.push(element);
        if (selfClosing === '') {
          open.push(element);
          current = element;
        }
      }
    }
  }
  const [document] = root.children;
  if (open.length > 1 || skipping.length > 0 || document === undefined || typeof document === 'string') {
    throw new XmlError('an element without its end');
  }
  return document;
}

/** Offset behind the name that begins here; the same offset where none does. */
function endOfName(xml: string, from: number): number {
  let at = from;
  for (; ; at++) {
    const code = xml.charCodeAt(at);
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x3a;
    if (isLetter || (at > from && ((code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e))) continue;
    // Names beyond ASCII are rare enough for a search by pattern.
    if (!(code >= 0x80)) return at;
    TAG_NAME.lastIndex = from;
    return TAG_NAME.test(xml) ? TAG_NAME.lastIndex : from;
  }
}

function attributesFrom(xml: string, from: number): { attributes: Readonly<Record<string, string>>; end: number } {
  let attributes: Record<string, string> | undefined;
  for (let end = from; ;) {
    const start = behindBlanks(xml, end);
    const behindName = endOfName(xml, start);
    if (start === end || behindName === start) return { attributes: attributes ?? NO_ATTRIBUTES, end };
    const equals = behindBlanks(xml, behindName);
    const opening = behindBlanks(xml, equals + 1);
    const quote = xml.charAt(opening);
    const closing = quote === '"' || quote === "'" ? xml.indexOf(quote, opening + 1) : -1;
    if (xml.charAt(equals) !== '=' || closing < 0) throw new XmlError('an attribute without its value');
    const name = xml.slice(start, behindName);
    const value = xml.slice(opening + 1, closing);
    attributes ??= {};
    if (value.includes('<') || Object.hasOwn(attributes, name))
      throw new XmlError('an attribute twice, or without its end');
    attributes[name] = /[\t\n&]/.test(value) ? decodedReferences(value.replace(/[\t\n]/g, ' ')) : value;
    end = closing + 1;
  }
}

function behindBlanks(xml: string, from: number): number {
  let at = from;
  for (let code = xml.charCodeAt(at); code === 0x20 || code === 0x0a || code === 0x09;) code = xml.charCodeAt(++at);
  return at;
}

function decodedReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (_, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED[name] ?? '';
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : -1;
    // The characters of XML 1.0.
    const isCharacter =
      [0x9, 0xa, 0xd].includes(code) ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      (code >= 0x10000 && code <= 0x10ffff);
    if (!isCharacter) throw new XmlError('a reference to nothing that is known');
    return String.fromCodePoint(code);
  });
}
