import mammoth from 'mammoth';
import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { htmlBlocks } from '../html/html-blocks.js';
import { childrenOf, descendants, parseHtml } from '../html/html-tree.js';
import { isStruckTag } from '../html/style-sheet.js';
import { officeMetadata } from './office-metadata.js';
import { plainWordMarkup } from './word-markup.js';
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

/**
 * A Word document by way of mammoth's HTML: headings by their styles, nested lists, tables, formulas in a line, notes behind
 * what they belong to. Pictures, comments, tracked deletions, hidden words and tables of contents are left out; nothing
 * outside the file is opened.
 */
export async function readDocx(archive: Archive): Promise<Reading> {
  const metadata = await officeMetadata(archive);
  const [body] = [...descendants(parseHtml(`<body>${await htmlOf(archive)}</body>`))].filter(
    (node) => node.nodeName === 'body',
  );
  const blocks = htmlBlocks(withNotesInPlace(body ? childrenOf(body) : []), { leftOut: isStruckTag });
  const headings = blocks.filter((block) => block.kind === 'heading');
  const topLevel = Math.min(...headings.map((block) => block.headingLevel ?? 1));
  const title = metadata.title ?? headings.find((block) => block.headingLevel === topLevel)?.text;
  return assembleText(blocks, { ...metadata, ...(title === undefined ? {} : { title }) });
}

async function htmlOf(archive: Archive): Promise<string> {
  const options = {
    styleMap: STYLES,
    includeEmbeddedStyleMap: false,
    externalFileAccess: false,
    convertImage: mammoth.images.imgElement(noImage),
  };
  let refused: unknown;
  // What mammoth opens a zip file to, given directly: its parts come through the archive, which bounds them.
  const file = {
    exists: (name: string) => archive.names.has(name),
    read: async (name: string) => {
      try {
        const text = (await archive.text(name)) ?? '';
        return TEXT_PART.test(name) ? plainWordMarkup(text) : text;
      } catch (error) {
        refused = error;
        throw error;
      }
    },
  };
  try {
    const { value } = await mammoth.convertToHtml({ file } as unknown as { path: string }, options);
    return value.replace(/<img\b[^>]*>/g, '');
  } catch (cause) {
    throw refused instanceof Failure ? refused : new Failure('ARCHIVE_DAMAGED', { cause });
  }
}

/** Without it every picture would be unpacked into the HTML. */
function noImage(): Promise<{ src: string }> {
  return Promise.resolve({ src: '' });
}
