import type { WordPlace } from '../../../core/contract/word-account.js';
import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import { attributeOf, scanMarkup } from './scan-markup.js';
import { SeenTexts } from './seen-texts.js';

/** What stands in them is never shown as text. */
const NO_TEXT = new Set(['script', 'style', 'template', 'title', 'noscript', 'iframe', 'object', 'audio', 'video', 'canvas', 'datalist', 'annotation', 'annotation-xml', 'noembed', 'noframes']); // prettier-ignore
/** Stand within a word; every other tag ends it. */
const WITHIN_WORDS = new Set(['a', 'abbr', 'acronym', 'b', 'bdi', 'bdo', 'big', 'cite', 'code', 'del', 'dfn', 'em', 'font', 'i', 'ins', 'kbd', 'label', 'mark', 'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'tt', 'u', 'var', 'wbr']); // prettier-ignore
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']); // prettier-ignore
/** Of these the next one ends the one before, where nobody wrote its end. */
const ENDED_BY_NEXT = new Set(['p', 'li', 'dt', 'dd', 'tr', 'td', 'th', 'option']);
const STRUCK = new Set(['del', 's', 'strike']);

const MARKED: Aside = { fate: 'hidden', why: 'marked' };
const STYLED: Aside = { fate: 'hidden', why: 'style' };
const STRUCK_THROUGH: Aside = { fate: 'struck', why: 'struck' };

/** The words of a page of HTML: all text that stands between its tags, and of which no tag around it says that it is hidden or struck. */
export function witnessHtml(source: string, place: WordPlace = { part: 'text' }): readonly SeenText[] {
  const seen = new SeenTexts(place);
  let silent: { name: string; depth: number } | undefined;
  let aside: { name: string; depth: number; how: Aside } | undefined;
  scanMarkup(
    source,
    {
      open(written, attributes) {
        const name = written.toLowerCase();
        if (!WITHIN_WORDS.has(name)) seen.endWord();
        if (VOID.has(name)) return;
        if (silent) {
          if (name === silent.name) silent.depth++;
          return;
        }
        if (NO_TEXT.has(name)) {
          silent = { name, depth: 1 };
          return;
        }
        if (aside) {
          if (name !== aside.name) return;
          if (!ENDED_BY_NEXT.has(name)) {
            aside.depth++;
            return;
          }
          aside = undefined;
        }
        const how = asideOf(name, attributes);
        if (how) aside = { name, depth: 1, how };
      },
      close(written) {
        const name = written.toLowerCase();
        if (!WITHIN_WORDS.has(name)) seen.endWord();
        if (VOID.has(name)) return;
        if (silent) {
          if (name === silent.name && --silent.depth === 0) silent = undefined;
        } else if (aside && name === aside.name && --aside.depth === 0) aside = undefined;
      },
      text(text) {
        if (!silent) seen.add(text, aside?.how);
      },
    },
    { html: true },
  );
  return seen.end();
}

function asideOf(name: string, attributes: string): Aside | undefined {
  if (STRUCK.has(name)) return STRUCK_THROUGH;
  if (attributes === '') return undefined;
  const hidden = attributeOf(attributes, 'hidden');
  if (hidden !== undefined && hidden !== 'until-found') return MARKED;
  if (attributeOf(attributes, 'aria-hidden') === 'true') return MARKED;
  const style = attributeOf(attributes, 'style') ?? '';
  if (/(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)) return STYLED;
  return /text-decoration[\w-]*\s*:[^;]*line-through/i.test(style) ? STRUCK_THROUGH : undefined;
}
