import { open } from 'node:fs/promises';
import { Failure } from '../../../core/contract/failures.js';
import { withArchive, type Archive } from './open-archive.js';
import { allNodes, xmlNodes } from './xml-nodes.js';

export type ArchiveFormat = 'docx' | 'pptx' | 'epub';

/** What a zip holds that is one file in parts: of Office, of OpenDocument and EPUB, of programs. */
const PARTS_OF_ONE_FILE = ['[Content_Types].xml', 'mimetype', 'META-INF/MANIFEST.MF', 'AndroidManifest.xml'];

/**
 * What a zip file is, by the part that every file of its kind has, or by the main part that an Office file names: Word on
 * the web calls it `word/document2.xml`. Errors: `ARCHIVE_OF_FILES`, `UNSUPPORTED_TYPE` for files that are packed so and cannot be read (spreadsheets), and
 * those of the archive.
 */
export function archiveFormat(path: string): Promise<ArchiveFormat> {
  return withArchive(path, async (archive) => {
    const { names } = archive;
    if (names.has('word/document.xml')) return 'docx';
    if (names.has('ppt/presentation.xml')) return 'pptx';
    if (names.has('META-INF/container.xml')) return 'epub';
    const main = await mainPart(archive);
    if (main?.startsWith('word/')) return 'docx';
    if (main?.startsWith('ppt/')) return 'pptx';
    throw new Failure(PARTS_OF_ONE_FILE.some((name) => names.has(name)) ? 'UNSUPPORTED_TYPE' : 'ARCHIVE_OF_FILES');
  });
}

/** The part that an Office file names as its document. */
export async function mainPart(archive: Archive): Promise<string | undefined> {
  const relations = await archive.text('_rels/.rels');
  if (relations === null) return undefined;
  const main = allNodes(xmlNodes(relations), 'Relationship').find(({ attributes }) =>
    attributes['Type']?.endsWith('/officeDocument'),
  );
  const name = main?.attributes['Target']?.replace(/^\//, '');
  return name !== undefined && archive.names.has(name) ? name : undefined;
}

const SECTOR_BYTES = 512;
/** Where the header of a compound file names the first sector of its directory. */
const DIRECTORY_AT = 48;
/** The package's name stands among the first dozen entries, of 128 bytes each. */
const DIRECTORY_BYTES = 4096;

/**
 * Whether a compound file (the container of Office before 2007) holds a locked file of today's: Office puts these into
 * one when they get a password.
 */
export async function isLockedOffice(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = await file.read(Buffer.alloc(SECTOR_BYTES), 0, SECTOR_BYTES, 0);
    if (head.bytesRead < SECTOR_BYTES) return false;
    const at = (head.buffer.readUInt32LE(DIRECTORY_AT) + 1) * SECTOR_BYTES;
    const directory = await file.read(Buffer.alloc(DIRECTORY_BYTES), 0, DIRECTORY_BYTES, at);
    return directory.buffer.includes(Buffer.from('EncryptedPackage', 'utf16le'));
  } finally {
    await file.close();
  }
}
