import { escapeText } from '../xml/escape-text.js';
import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import { witnessHtml } from './html-witness.js';

const FRONT_MATTER: Aside = { fate: 'furniture', why: 'front-matter' };
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** What stands in brackets behind the words of a link or of a picture, and where the link leads. */
const LINK_TARGET =
  /(\])(?:\((?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)|\[[^[\]\n]*\])/g;
const DEFINITION = /^ {0,3}\[(?!\^)[^[\]\n]+\]:\s*\S+.*$/gm;
const AUTOLINK = /<((?:[a-z][a-z\d+.-]*:|[\w.+-]+@)[^\s<>]*)>/gi;
const NOTE_MARK = /\[\^[^[\]\s]+\]:?/g;
/** Numbers of lists are those that are shown, and not those that were typed. */
const LIST_MARK = /^([ \t>]*)(?:\d{1,9}[.)]|[-*+])[ \t]+/gm;
const STRUCK = /(^|[^~])~{1,2}(?=\S)([^~]*[^~\s])~{1,2}(?!~)/g;

/** The words of a Markdown text: what is left once its signs are taken away. */
export function witnessMarkdown(source: string): readonly SeenText[] {
  const text = source.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '');
  const front = /^---[^\S\n]*\n([\s\S]*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/.exec(text);
  const isFront = front !== null && /^[A-Za-z][\w-]*:/m.test(front[1] ?? '');
  const seen: SeenText[] = isFront ? [{ text: front[1] ?? '', place: { part: 'text' }, aside: FRONT_MATTER }] : [];
  const prose: string[] = [];
  let fence: string | undefined;
  let code: string[] = [];
  for (const line of text.slice(isFront ? front[0].length : 0).split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = undefined;
      else code.push(line);
    } else if (
      mark !== undefined &&
      !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))
    ) {
      fence = mark;
      prose.push('');
    } else prose.push(line);
  }
  seen.push(...witnessHtml(markupOf(prose.join('\n'))));
  if (code.length > 0) seen.push({ text: code.join('\n'), place: { part: 'text' } });
  code = [];
  return seen;
}

/** Markdown's own signs gone or turned into tags, so that HTML within it is seen as HTML. */
function markupOf(markdown: string): string {
  return markdown
    .replace(/(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g, (_, _marks, code: string) => escapeText(code))
    .replace(DEFINITION, '')
    .replace(AUTOLINK, '$1')
    .replace(LINK_TARGET, '$1')
    .replace(NOTE_MARK, '')
    .replace(LIST_MARK, '$1')
    .replace(STRUCK, '$1<del>$2</del>')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
