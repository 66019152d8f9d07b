import { open } from 'node:fs/promises';
import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import { archiveNames, withArchive, type Archive } from './open-archive.js';
import { allNodes, xmlNodes } from './xml-nodes.js';

export type ArchiveFormat = 'docx' | 'pptx' | 'epub';

/** What a zip holds that is one file in parts: of Office, of OpenDocument and EPUB, of programs. */
const PARTS_OF_ONE_FILE = ['[Content_Types].xml', 'mimetype', 'META-INF/MANIFEST.MF', 'AndroidManifest.xml'];
const MAIN_PARTS = { docx: 'word/document.xml', pptx: 'ppt/presentation.xml', epub: 'META-INF/container.xml' } as const;

/**
 * What a zip file is, by the part that every file of its kind has, or by the main part that an Office file names: Word on
 * the web calls it `word/document2.xml`. Errors: `ARCHIVE_OF_FILES`, `UNSUPPORTED_TYPE` for files that are packed so and cannot be read (spreadsheets), and
 * those of the archive.
 */
export async function archiveFormat(path: string): Promise<ArchiveFormat> {
  try {
    return await formatByParts(path);
  } catch (error) {
    // Without its password, or in smaller ones, an archive of files would be refused again.
    if (isCode(error, 'ARCHIVE_TOO_LARGE', 'OFFICE_ENCRYPTED') && (await holdsFiles(path))) {
      throw new Failure('ARCHIVE_OF_FILES', { cause: error });
    }
    throw error;
  }
}

function isCode(error: unknown, ...codes: FailureCode[]): boolean {
  return error instanceof Failure && codes.includes(error.code);
}

async function holdsFiles(path: string): Promise<boolean> {
  const names = await archiveNames(path);
  return ![...PARTS_OF_ONE_FILE, ...Object.values(MAIN_PARTS)].some((name) => names.has(name));
}

function formatByParts(path: string): Promise<ArchiveFormat> {
  return withArchive(path, async (archive) => {
    const { names } = archive;
    for (const format of ['docx', 'pptx', 'epub'] as const) if (names.has(MAIN_PARTS[format])) return format;
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
