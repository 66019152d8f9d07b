import yauzl from 'yauzl';
import { Failure } from '../../../core/contract/failures.js';
import { isUtf8, oneByteCharset, oneByteDecoder } from '../text/charset.js';
import { utf16Of } from '../text/decode-text.js';

/** Far more parts than a book has; a file of millions of empty ones is made to be slow. */
const MAX_ENTRIES = 20_000;
/** Text and markup of a long book unpack to some 20 MB; pictures count too, though they are not read. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
/** One part that is read: the longest chapter or document seen has 12 MB of markup. */
const MAX_PART_BYTES = 64 * 1024 * 1024;
/** Bit 0 of the general purpose flags. */
const ENCRYPTED = 1;

/** The parts of a zip file by their names. Nothing is written to a disk. */
export interface Archive {
  readonly names: ReadonlySet<string>;
  /** Text by its declared charset, usually UTF-8; `null` where there is no such part. Errors: `ARCHIVE_DAMAGED`, `ARCHIVE_TOO_LARGE`, `ARCHIVE_UNSAFE`. */
  text(name: string): Promise<string | null>;
  bytes(name: string): Promise<Buffer | null>;
}

/**
 * Opens a zip file by its table of contents. Sizes are checked as they are told here, and again as the parts are
 * unpacked, since a table may lie. Errors: `ARCHIVE_DAMAGED`, `ARCHIVE_TOO_LARGE`, `ARCHIVE_UNSAFE` for names that lead out
 * of the archive, `OFFICE_ENCRYPTED`.
 */
export async function withArchive<Result>(path: string, use: (archive: Archive) => Promise<Result>): Promise<Result> {
  const zip = await openZip(path);
  try {
    const entries = await entriesOf(zip);
    const bytes = async (name: string) => {
      const entry = entries.get(name);
      return entry ? unpack(zip, entry) : null;
    };
    return await use({
      names: new Set(entries.keys()),
      bytes,
      text: async (name) => {
        const part = await bytes(name);
        return part === null ? null : markup(part);
      },
    });
  } finally {
    zip.close();
  }
}

/** What the table of contents names, whatever size or lock it tells of: of a table without end its first part. Errors: `ARCHIVE_DAMAGED`. */
export async function archiveNames(path: string): Promise<ReadonlySet<string>> {
  const zip = await openZip(path);
  const names = new Set<string>();
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', ({ fileName }: yauzl.Entry) => {
        names.add(fileName);
        if (names.size < MAX_ENTRIES) zip.readEntry();
        else resolve();
      });
      zip.on('end', resolve);
      zip.on('error', (cause: Error) => reject(new Failure('ARCHIVE_DAMAGED', { cause })));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
  return names;
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (cause, zip) => {
      if (zip) resolve(zip);
      else reject(new Failure('ARCHIVE_DAMAGED', { cause }));
    });
  });
}

function entriesOf(zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > MAX_ENTRIES) return Promise.reject(new Failure('ARCHIVE_TOO_LARGE'));
  const entries = new Map<string, yauzl.Entry>();
  let unpacked = 0;
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      unpacked += entry.uncompressedSize;
      if (unpacked > MAX_UNPACKED_BYTES) return reject(new Failure('ARCHIVE_TOO_LARGE'));
      if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) return reject(new Failure('OFFICE_ENCRYPTED'));
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    // Names that begin with a slash or hold `..` are told by their error's text only.
    zip.on('error', (cause: Error) => {
      const unsafe = /invalid relative path|absolute path|invalid characters in fileName/.test(cause.message);
      reject(new Failure(unsafe ? 'ARCHIVE_UNSAFE' : 'ARCHIVE_DAMAGED', { cause }));
    });
    zip.readEntry();
  });
}

function unpack(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  if (entry.uncompressedSize > MAX_PART_BYTES) return Promise.reject(new Failure('ARCHIVE_TOO_LARGE'));
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Failure('ARCHIVE_DAMAGED', { cause }));
    zip.openReadStream(entry, (error, stream) => {
      if (!stream) return fail(error);
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => resolve(Buffer.concat(pieces)));
      // Also when a part unpacks to more than the table says.
      stream.on('error', fail);
    });
  });
}

/**
 * A part with markup. Office and book formats have no use for entities of their own; whoever defines some wants files
 * or memory of the reader. Nothing here resolves them, and the file is refused.
 */
function markup(part: Buffer): string {
  const charset = oneByteCharset(part);
  const text = charset === undefined || isUtf8(part) ? utf16OrUtf8(part) : oneByteDecoder(charset)(part);
  if (/<!ENTITY/i.test(text)) throw new Failure('ARCHIVE_UNSAFE');
  return text;
}

/** Both are what the standards of these formats allow. */
function utf16OrUtf8(part: Buffer): string {
  return new TextDecoder(utf16Of(part) ?? 'utf-8').decode(part);
}
