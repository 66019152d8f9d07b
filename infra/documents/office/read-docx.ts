import { readFile } from 'node:fs/promises';
import mammoth from 'mammoth';
import { Failure } from '../../../core/contract/failures.js';
import type { Reading } from '../../../core/reading/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { readHtml } from '../html/read-html.js';
import { officeMetadata } from './office-metadata.js';

/** Word's own styles that mammoth leaves alone. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh", "p[style-name='Caption'] => p.caption:fresh"]; // prettier-ignore
/** Parts that mammoth reads; unpacked here first, so that one that lies about its size ends before mammoth takes it. */
const PARTS = /^(?:word\/[^/]+\.xml|word\/_rels\/[^/]+|_rels\/[^/]+|\[Content_Types\]\.xml)$/;

/**
 * A Word document by way of mammoth's HTML: headings by their styles, nested lists, tables, foot- and endnotes.
 * Pictures, comments and tracked deletions are left out; nothing outside the file is opened.
 */
export async function readDocx(path: string, archive: Archive): Promise<Reading> {
  for (const name of archive.names) if (PARTS.test(name)) await archive.text(name);
  const metadata = await officeMetadata(archive);
  const html = await htmlOf(path);
  const reading = readHtml(`<body>${html}</body>`);
  return { ...reading, metadata: { ...reading.metadata, ...metadata } };
}

async function htmlOf(path: string): Promise<string> {
  try {
    const input = { buffer: await readFile(path) };
    const options = { styleMap: STYLES, externalFileAccess: false, convertImage: mammoth.images.imgElement(noImage) };
    const { value } = await mammoth.convertToHtml(input, options);
    return value.replace(/<img\b[^>]*>/g, '');
  } catch (cause) {
    throw new Failure('ARCHIVE_DAMAGED', { cause });
  }
}

/** Without it every picture would be unpacked into the HTML. */
function noImage(): Promise<{ src: string }> {
  return Promise.resolve({ src: '' });
}
