import mammoth from 'mammoth';
import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor } from '../../../core/reading/witness/account-for.js';
import type { ReaderNotice } from '../../../core/contract/word-account.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { xmlNodes } from '../archive/xml-nodes.js';
import { witnessWord } from '../witness/word-witness.js';
import { htmlBlocks } from '../html/html-blocks.js';
import { childrenOf, descendants, parseHtml, textOf, type HtmlElement, type HtmlNode } from '../html/html-tree.js'; // prettier-ignore
import { isStruckTag } from '../html/style-sheet.js';
import { drawingParts } from './drawing-parts.js';
import { mainPart } from '../archive/archive-format.js';
import { officeMetadata } from './office-metadata.js';
import { plainWordMarkup } from './word-markup.js';
import { WordNumbers } from './word-numbers.js';
import { MARK_END, MARK_START, shownWordMarkup } from './word-shown.js';
import { wordStyles } from './word-styles.js';
import { withNotesInPlace } from './word-notes.js';

/** Word's own styles that mammoth leaves alone; by id too, as other programs write no names. A table of contents is none of it. */
const STYLES = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Caption'] => p.caption:fresh",
  'p.Caption => p.caption:fresh',
  "p[style-name^='toc '] => !",
  "p[style-name='table of figures'] => !",
  ...Array.from({ length: 9 }, (_, level) => `p.TOC${level + 1} => !`),
  'p.TOCHeading => !',
];
/** What has formulas and hidden words in it. */
const TEXT_PART = /^word\/(?:document|footnotes|endnotes)\d*\.xml$/;

const NUMBERING_PART = /^word\/numbering\d*\.xml$/;
const STYLES_PART = /^word\/styles\d*\.xml$/;

/**
 * A Word document by way of mammoth's HTML: headings by their styles, nested lists, tables, formulas in a line, notes behind
 * what they belong to, numbers as Word shows them, diagrams, and charts as the tables that they draw. Pictures, comments, tracked deletions, hidden and struck words and tables
 * of contents are left out; nothing outside the file is opened.
 */
export async function readDocx(archive: Archive): Promise<Reading> {
  const metadata = await officeMetadata(archive);
  const { html, notices } = await htmlOf(archive);
  const [body] = [...descendants(parseHtml(`<body>${html}</body>`))].filter((node) => node.nodeName === 'body');
  const nodes = body ? childrenOf(body) : [];
  const marks = takeMarks(nodes);
  const blocks = htmlBlocks(withNotesInPlace(nodes), { leftOut: isStruckTag, itemMark: (item) => marks.get(item) });
  const headings = blocks.filter((block) => block.kind === 'heading');
  const topLevel = Math.min(...headings.map((block) => block.headingLevel ?? 1));
  const title = metadata.title ?? headings.find((block) => block.headingLevel === topLevel)?.text;
  const reading = assembleText(blocks, { ...metadata, ...(title === undefined ? {} : { title }) });
  return { ...reading, account: accountFor({ seen: await witnessWord(archive), read: reading.text, notices }) };
}

async function htmlOf(archive: Archive): Promise<{ html: string; notices: readonly ReaderNotice[] }> {
  const options = {
    styleMap: STYLES,
    includeEmbeddedStyleMap: false,
    externalFileAccess: false,
    convertImage: mammoth.images.imgElement(noImage),
  };
  const part = async (name: RegExp) => {
    const found = [...archive.names].find((each) => name.test(each));
    const xml = found === undefined ? null : await archive.text(found);
    return xml === null ? undefined : xmlNodes(xml);
  };
  const context = {
    styles: wordStyles(await part(STYLES_PART)),
    numbers: new WordNumbers(await part(NUMBERING_PART)),
    drawings: await drawingParts(archive, (await mainPart(archive)) ?? 'word/document.xml'),
  };
  let refused: unknown;
  // What mammoth opens a zip file to, given directly: its parts come through the archive, which bounds them.
  const file = {
    exists: (name: string) => archive.names.has(name),
    read: async (name: string) => {
      try {
        const text = (await archive.text(name)) ?? '';
        return TEXT_PART.test(name) ? shownWordMarkup(plainWordMarkup(text), context) : text;
      } catch (error) {
        refused = error;
        throw error;
      }
    },
  };
  try {
    const { value, messages } = await mammoth.convertToHtml({ file } as unknown as { path: string }, options);
    return { html: value.replace(/<img\b[^>]*>/g, ''), notices: noticesOf(messages.map(({ message }) => message)) };
  } catch (cause) {
    throw refused instanceof Failure ? refused : new Failure('ARCHIVE_DAMAGED', { cause });
  }
}

/** What mammoth says, as far as it is made of constant words and names of elements: those of styles are people's own. */
function noticesOf(messages: readonly string[]): ReaderNotice[] {
  const times = new Map<string, number>();
  for (const message of messages) {
    const element = /^An unrecognised element was ignored: ([\w:]+)$/.exec(message)?.[1];
    const notice =
      element !== undefined
        ? `element ignored: ${element}`
        : /^Unrecognised (?:paragraph|run|table) style/.test(message)
          ? 'style without a meaning'
          : 'something else of the file was not understood';
    times.set(notice, (times.get(notice) ?? 0) + 1);
  }
  return [...times].map(([notice, count]) => ({ notice, times: count }));
}

const MARK = new RegExp(`${MARK_START}([^${MARK_END}]*)${MARK_END}`);

/** The marks of list items, which mammoth has no place for, taken out of their text; other paragraphs keep theirs in front. */
function takeMarks(nodes: readonly HtmlNode[]): Map<HtmlElement, string> {
  const marks = new Map<HtmlElement, string>();
  for (const node of descendants(nodes)) {
    const text = textOf(node);
    if (text === undefined || !text.includes(MARK_START) || !('value' in node)) continue;
    const mark = MARK.exec(text)?.[1] ?? '';
    const item = itemAbove(node);
    if (item && !marks.has(item)) marks.set(item, mark === '' ? '-' : mark);
    node.value = text.replace(MARK, item || mark === '' ? '' : `${mark} `);
  }
  return marks;
}

function itemAbove(node: HtmlNode): HtmlElement | undefined {
  for (let above = node.parentNode; above; above = 'parentNode' in above ? above.parentNode : null) {
    if (above.nodeName === 'li' && 'tagName' in above) return above;
    if (/^(?:p|h[1-6]|td|th)$/.test(above.nodeName)) return undefined;
  }
  return undefined;
}

/** Without it every picture would be unpacked into the HTML. */
function noImage(): Promise<{ src: string }> {
  return Promise.resolve({ src: '' });
}
