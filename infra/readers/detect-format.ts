import { open } from 'node:fs/promises';
import { gunzipSync, constants } from 'node:zlib';
import { Failure } from '../../core/contract/failures.js';
import { isRecordFormat } from '../../core/contract/states.js';
import type { DetectedFormat } from './reader-protocol.js';
import { archiveFormat, isLockedOffice } from './archive/archive-format.js';
import { csvForm, isCommentedTable } from './csv/csv-evidence.js';
import { decodeHtml } from './html/decode-html.js';
import { looksLikeMarkdown } from './markdown/markdown-evidence.js';
import { pagedFormatOf } from './paged-format.js';
import { decodeText, utf16Of } from './text/decode-text.js';

/** Enough for an XML prolog with a long DOCTYPE and for several screens of text. */
const HEAD_BYTES = 64 * 1024;

/**
 * What a file is, from its first bytes and never from its name.
 * Errors: `EMPTY_FILE`, `UNSUPPORTED_TYPE`, `XML_NOT_PUBMED`, `ARCHIVE_*` (`ARCHIVE_OF_FILES`: a zip, tar, 7z or rar), `OFFICE_ENCRYPTED`, `TEXT_UNREADABLE`.
 */
export async function detectFormat(path: string): Promise<DetectedFormat> {
  const { head, whole } = await readHead(path);
  if (head.length === 0) throw new Failure('EMPTY_FILE');
  if (startsWith(head, ZIP_MAGIC)) return { format: await archiveFormat(path), compressed: false };
  if (startsWith(head, COMPOUND_MAGIC) && (await isLockedOffice(path))) throw new Failure('OFFICE_ENCRYPTED');
  if (isArchiveOfFiles(head)) throw new Failure('ARCHIVE_OF_FILES');
  const compressed = head[0] === 0x1f && head[1] === 0x8b;
  if (!compressed) return { format: formatOf(head, whole), compressed };
  const unpacked = unpackHead(head);
  if (unpacked.length === 0) throw new Failure('EMPTY_FILE');
  if (isArchiveOfFiles(unpacked)) throw new Failure('ARCHIVE_OF_FILES');
  // PubMed ships its files this way; other formats are compressed inside and do not gain by it.
  const format = formatOf(unpacked, false);
  if (!isRecordFormat(format)) throw new Failure('UNSUPPORTED_TYPE');
  return { format, compressed };
}

async function readHead(path: string): Promise<{ head: Buffer; whole: boolean }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), whole: size <= bytesRead };
  } finally {
    await file.close();
  }
}

function unpackHead(head: Buffer): Buffer {
  try {
    // 64 KiB of deflate unpack to at most 66 MB; SYNC_FLUSH takes the cut end of the head for no error.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1032 * HEAD_BYTES });
  } catch (cause) {
    throw new Failure('ARCHIVE_DAMAGED', { cause });
  }
}

function formatOf(head: Buffer, whole: boolean): DetectedFormat['format'] {
  const paged = pagedFormatOf(head);
  if (paged) return paged;
  if (isBinary(head)) throw new Failure('UNSUPPORTED_TYPE');
  // Markup is told from its ASCII characters, whatever the charset of the rest; that is looked at where it is declared.
  const text = looksLikeHtml(head) || isDeclaredXml(head) ? decodeHtml(head, { cutOff: !whole }) : decodeText(head, { cutOff: !whole }); // prettier-ignore
  const root = xmlRoot(text);
  if (root !== undefined) {
    if (/^Pubmed(?:Book)?Article(?:Set)?$/.test(root)) return 'pubmed-xml';
    if (root === 'pmc-articleset' || (root === 'article' && isJats(text))) return 'pmc-xml';
    if (/^html$/i.test(root)) return 'html';
    throw new Failure('XML_NOT_PUBMED');
  }
  if (HTML_OPENING.test(text)) return 'html';
  if (looksLikeMarkdown(text) && !isCommentedTable(text)) return 'markdown';
  return csvForm(text) === undefined ? 'text' : 'csv';
}

/** The first tag of an HTML file, behind comments; a lone `<p>` or `<b>` may open a Markdown text. */
const HTML_OPENING =
  /^\uFEFF?(?:\s|<!--(?:(?!-->)[\s\S])*-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body|title|meta)\b/i;

function looksLikeHtml(head: Buffer): boolean {
  return HTML_OPENING.test(head.toString('latin1').replace(/^\xEF\xBB\xBF/, ''));
}

/** Its declaration may name an encoding. */
function isDeclaredXml(head: Buffer): boolean {
  return /^(?:\xEF\xBB\xBF)?\s*<\?xml\s/.test(head.toString('latin1', 0, 64));
}

const ZIP_MAGIC = 'PK\x03\x04';
/** Office before 2007, and locked files of today. */
const COMPOUND_MAGIC = '\xD0\xCF\x11\xE0';

function startsWith(head: Buffer, magic: string): boolean {
  return head.subarray(0, magic.length).toString('latin1') === magic;
}

/** Where the header of a tar file says that it is one. */
const TAR_MAGIC_AT = 257;

/** 7z, rar and tar; zips are looked into, as documents are packed so too. */
function isArchiveOfFiles(head: Buffer): boolean {
  if (startsWith(head, '7z\xBC\xAF\x27\x1C') || startsWith(head, 'Rar!\x1A\x07')) return true;
  // With the NUL behind it, of POSIX and of GNU: a text may hold `ajustar` there.
  return /^ustar(?: {2})?\0/.test(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 8).toString('latin1'));
}

/** Magic numbers of what people upload most: Office and other zips, other images, old Office, executables, RTF. */
const BINARY_MAGIC = ['PK\x03\x04', '\x89PNG', 'II+\0', 'MM\0+', '\xD0\xCF\x11\xE0', '\x7FELF', 'MZ\x90', '{\\rtf', 'GIF8', '7z\xBC\xAF', 'Rar!', 'BZh']; // prettier-ignore

/** Text has no control characters but line ends and tabs; a stray few (old terminals, form feeds, NUL padding) are let pass. */
function isBinary(head: Buffer): boolean {
  const start = head.subarray(0, 8).toString('latin1');
  if (BINARY_MAGIC.some((magic) => start.startsWith(magic))) return true;
  if (utf16Of(head) !== undefined) return false;
  const sample = head.subarray(0, 8192);
  const controls = sample.filter((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte)).length;
  return controls > sample.length * 0.02;
}

/** Name of the root element behind declaration, comments, instructions and DOCTYPE; `undefined` when this is no XML. */
function xmlRoot(text: string): string | undefined {
  let rest = text.replace(/^\uFEFF/, '').trimStart();
  if (!/^<(?:\?xml|!--|!DOCTYPE|[A-Za-z_])/.test(rest)) return undefined;
  const declared = rest.startsWith('<?xml');
  for (;;) {
    if (rest.startsWith('<?')) rest = behind(rest, '?>');
    else if (rest.startsWith('<!--')) rest = behind(rest, '-->');
    else if (rest.startsWith('<!DOCTYPE')) rest = behindDoctype(rest);
    else break;
  }
  const root = /^<([A-Za-z_][\w.-]*)[\s/>]/.exec(rest)?.[1];
  // Without a declaration, `<p>` or `<b>` may open a Markdown text; only roots that we know are taken for XML.
  const known = /^(?:Pubmed|pmc-articleset$)/.test(root ?? '') || (root === 'article' && isJats(text));
  return declared || known ? (root ?? '') : undefined;
}

/** An `article` may also be DocBook's or HTML's; JATS and the NLM's DTD before it begin with what is told of the journal. */
function isJats(text: string): boolean {
  return /<!DOCTYPE\s+article\s[^>[]*(?:JATS|NLM)|<(?:front|journal-meta|article-meta)[\s>]/.test(text);
}

function behind(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? '' : text.slice(at + end.length).trimStart();
}

/** Behind `<!DOCTYPE … [ … ]>`; an internal subset is skipped, and never read. */
function behindDoctype(text: string): string {
  const bracket = text.indexOf('[');
  const close = text.indexOf('>');
  if (bracket < 0 || close < bracket) return behind(text, '>');
  const subset = /\]\s*>/.exec(text);
  return subset ? text.slice(subset.index + subset[0].length).trimStart() : '';
}
