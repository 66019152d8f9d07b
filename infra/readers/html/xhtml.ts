import { escapeText } from '../xml/escape-text.js';

/** Elements of HTML that never have an end tag. */
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']); // prettier-ignore
const CLOSED_IN_ITSELF = /<([a-z][\w:.-]*)(?=[\s/])([^<>]*)\/>/gi;
const HEAD_CHARACTERS = 4096;

/** Whether markup was written as XML: by its declaration or by the namespace of its root. */
export function isXhtml(text: string): boolean {
  const head = text.slice(0, HEAD_CHARACTERS);
  return /^\uFEFF?\s*<\?xml\b/.test(head) || /<html\b[^<>]*\sxmlns\s*=/i.test(head);
}

/**
 * XHTML as the parser of HTML understands it. That one takes `<script/>` and `<title/>` for opened only, and what follows
 * for their content, to the end of the file; and the text of a CDATA section for a comment.
 */
export function asHtml(text: string): string {
  const opened = text.replace(CLOSED_IN_ITSELF, (tag, name: string, attributes: string) =>
    // Nothing ends the last of HTML's elements, whatever its tag says.
    /^plaintext$/i.test(name) ? '' : VOID.has(name.toLowerCase()) ? tag : `<${name}${attributes}></${name}>`,
  );
  if (!opened.includes('<![CDATA[')) return opened;
  const [first = '', ...sections] = opened.split('<![CDATA[');
  return first + sections.map(unpacked).join('');
}

function unpacked(section: string): string {
  const end = section.indexOf(']]>');
  if (end < 0) return escapeText(section);
  return escapeText(section.slice(0, end)) + section.slice(end + ']]>'.length);
}
