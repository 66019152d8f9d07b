import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import { OpenElements } from './open-elements.js';
import { attributeOf, scanMarkup } from './scan-markup.js';
import { SeenTexts } from './seen-texts.js';

const APPARATUS: Aside = { fate: 'furniture', why: 'apparatus' };
const REFERENCES: Aside = { fate: 'furniture', why: 'references' };
const OTHER_FORM: Aside = { fate: 'furniture', why: 'other-form' };
const STRUCK: Aside = { fate: 'struck', why: 'struck' };

/** Of JATS: what is left out on purpose, in whatever part of an article it stands. */
const LEFT_OUT: Readonly<Record<string, Aside>> = {
  'journal-meta': APPARATUS,
  'ref-list': REFERENCES,
  ref: REFERENCES,
  bio: APPARATUS,
  'supplementary-material': APPARATUS,
  media: APPARATUS,
  graphic: APPARATUS,
  'inline-graphic': APPARATUS,
  'sec-meta': APPARATUS,
  'object-id': APPARATUS,
  permissions: APPARATUS,
  attrib: APPARATUS,
  'sub-article': APPARATUS,
  response: APPARATUS,
  'processing-meta': APPARATUS,
  'alt-text': OTHER_FORM,
  'long-desc': OTHER_FORM,
  annotation: OTHER_FORM,
  strike: STRUCK,
};
/** Of an article's front, what is text. */
const FRONT_TEXT = new Set(['title-group', 'abstract', 'trans-abstract']);
const WITHIN_WORDS = new Set(['italic', 'bold', 'underline', 'overline', 'sc', 'monospace', 'roman', 'sans-serif', 'styled-content', 'named-content', 'ext-link', 'uri', 'email', 'abbrev', 'milestone-start', 'milestone-end', 'target']); // prettier-ignore

/** The words of a JATS article: those of every element but what is left out on purpose. */
export function witnessArticle(xml: string): readonly SeenText[] {
  const seen = new SeenTexts({ part: 'text' });
  const open = new OpenElements();
  let mathSeen = false;
  scanMarkup(xml, {
    open(written, attributes) {
      const name = localName(written);
      open.open(name, asideOf(name, open.names.at(-1), attributes));
      if (name === 'alternatives' || name === 'disp-formula' || name === 'inline-formula') mathSeen = false;
      if (name === 'math') mathSeen = true;
      // The same formula once more.
      if (name === 'tex-math' && mathSeen) open.mark(name, OTHER_FORM);
      if (!WITHIN_WORDS.has(name)) seen.endWord();
    },
    close(written) {
      const name = localName(written);
      open.close(name);
      if (!WITHIN_WORDS.has(name)) seen.endWord();
    },
    text: (text) => seen.add(text, open.aside),
  });
  return seen.end();
}

function asideOf(name: string, parent: string | undefined, attributes: string): Aside | undefined {
  if (parent === 'article-meta' && !FRONT_TEXT.has(name)) return APPARATUS;
  if (parent === 'front' && name !== 'article-meta') return APPARATUS;
  if (parent === 'title-group' && name === 'alt-title') return OTHER_FORM;
  if (name === 'trans-abstract' && attributeOf(attributes, 'abstract-type') === 'key-points') return undefined;
  if (
    name === 'styled-content' &&
    /line-through|style-type\s*=\s*["'](?:strike|line-through|deleted)/i.test(attributes)
  )
    return STRUCK;
  return LEFT_OUT[name];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Of a PubMed record, what is text; all else are fields of its citation. */
const RECORD_TEXT = /<(ArticleTitle|VernacularTitle|BookTitle|AbstractText)(?:\s[^<>]*)?>([\s\S]*?)<\/\1>/g;

/** The words of a PubMed record: those of its titles and abstracts. */
export function witnessRecord(xml: string): readonly SeenText[] {
  const seen = new SeenTexts({ part: 'text' });
  for (const [, , inner = ''] of xml.matchAll(RECORD_TEXT)) {
    const breaks = (name: string) => void (/^(?:b|i|u)$/.test(name) ? undefined : seen.endWord());
    scanMarkup(inner, { open: breaks, close: breaks, text: (text) => seen.add(text) });
    seen.endWord();
  }
  return seen.end();
}
