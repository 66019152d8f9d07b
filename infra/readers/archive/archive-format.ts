import { open } from 'node:fs/promises';
import { Failure } from '../../../core/contract/failures.js';
import { withArchive } from './open-archive.js';

export type ArchiveFormat = 'docx' | 'pptx' | 'epub';

/** What a zip file is, by the part that every file of its kind has. Errors: `UNSUPPORTED_TYPE`, and those of the archive. */
export function archiveFormat(path: string): Promise<ArchiveFormat> {
  return withArchive(path, ({ names }) => {
    if (names.has('word/document.xml')) return Promise.resolve('docx');
    if (names.has('ppt/presentation.xml')) return Promise.resolve('pptx');
    if (names.has('META-INF/container.xml')) return Promise.resolve('epub');
    return Promise.reject(new Failure('UNSUPPORTED_TYPE'));
  });
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
