import { parseFragment } from 'parse5';

/** What a scan tells, in the order of the source. Names are as written, attributes unread. */
export interface MarkupListener {
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

/** Of HTML: what is in them is no markup. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'xmp']);
const NAME = /[a-zA-Z_][^\s/>]*/y;

/**
 * Goes through HTML or XML tag by tag, without a tree and without the parsers that the readers use: what they swallow, it still sees. It
 * corrects nothing, and its time is linear. `html`: as browsers read it, where scripts, styles and titles hold no tags.
 */
export function scanMarkup(source: string, listener: MarkupListener, { html = false } = {}): void {
  let textFrom = 0;
  const flush = (to: number) => {
    if (to > textFrom) listener.text(decoded(source.slice(textFrom, to)));
  };
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at)) {
    const next = source.charCodeAt(at + 1);
    if (next === EXCLAMATION || next === QUESTION) {
      flush(at);
      const isData = source.startsWith('<![CDATA[', at);
      const mark = isData ? ']]>' : source.startsWith('<!--', at) ? '-->' : '>';
      const end = source.indexOf(mark, at + 2);
      if (isData) listener.text(source.slice(at + '<![CDATA['.length, end < 0 ? source.length : end));
      textFrom = at = end < 0 ? source.length : end + mark.length;
      continue;
    }
    const closes = next === SLASH;
    NAME.lastIndex = at + (closes ? 2 : 1);
    const name = NAME.exec(source)?.[0];
    if (name === undefined) {
      at += 1;
      continue;
    }
    const end = endOfTag(source, NAME.lastIndex);
    // Nothing ends any more: the rest is text.
    if (end < 0) break;
    flush(at);
    const attributes = source.slice(at + name.length + (closes ? 2 : 1), end);
    textFrom = at = end + 1;
    if (closes) {
      listener.close(name);
      continue;
    }
    listener.open(name, attributes);
    if (attributes.endsWith('/')) listener.close(name);
    else if (html && RAW.has(name.toLowerCase())) {
      at = endOfRaw(source, name, at);
      flush(at);
      textFrom = at;
    }
  }
  flush(source.length);
}

const [EXCLAMATION, QUESTION, SLASH, GREATER, DOUBLE, SINGLE] = [0x21, 0x3f, 0x2f, 0x3e, 0x22, 0x27];

/** Where a tag's `>` stands, from behind its name; those in quotes do not count. */
function endOfTag(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === GREATER) return at;
    if (code !== DOUBLE && code !== SINGLE) continue;
    const end = source.indexOf(code === DOUBLE ? '"' : "'", at + 1);
    // A quote that never ends is a sign like any other.
    if (end < 0) return source.indexOf('>', at);
    at = end;
  }
  return -1;
}

function endOfRaw(source: string, name: string, from: number): number {
  const end = new RegExp(`</${name}[\\s/>]`, 'gi');
  end.lastIndex = from;
  return end.exec(source)?.index ?? source.length;
}

const ATTRIBUTE = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?|["']/g;

/** The value of an attribute, empty where it has none. */
export function attributeOf(attributes: string, name: string): string | undefined {
  if (!attributes.includes(name)) return undefined;
  for (const [, written, ...values] of attributes.matchAll(ATTRIBUTE)) {
    if (written?.toLowerCase() === name.toLowerCase())
      return decoded(values.find((value) => value !== undefined) ?? '');
  }
  return undefined;
}

const ENTITY = /&(?:#[xX]?[\da-fA-F]+|[a-zA-Z][\da-zA-Z]*);?/g;
const known = new Map<string, string>();
const MAX_KNOWN = 5_000;

/** Text with its character references resolved. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (reference) => {
    const before = known.get(reference);
    if (before !== undefined) return before;
    const [node] = parseFragment(reference).childNodes;
    const value = node && 'value' in node ? node.value : reference;
    if (known.size < MAX_KNOWN) known.set(reference, value);
    return value;
  });
}
