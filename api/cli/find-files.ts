import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';

/** What a folder is searched for. A file that is named itself is always sent: the system tells its type from its bytes. */
export const SUPPORTED_EXTENSIONS = [
  '.pdf',
  '.docx',
  '.pptx',
  '.epub',
  '.csv',
  '.tsv',
  '.png',
  '.jpg',
  '.jpeg',
  '.tif',
  '.tiff',
  '.md',
  '.markdown',
  '.html',
  '.htm',
  '.xhtml',
  '.txt',
  '.text',
  '.xml',
  '.gz',
] as const;

export interface FoundFile {
  /** On this machine, or the URI of an object that the system fetches itself. */
  readonly path: string;
  readonly isUri: boolean;
  /**
   * What the file is known by: its path below the folder that was named, with `/`, or its own name. It stays the same
   * from whatever folder the command is given, and tells two files of one name apart.
   */
  readonly fileName: string;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** In the folders, but of a kind that cannot be read. */
  readonly unsupported: readonly string[];
  /** Named, but not there. */
  readonly missing: readonly string[];
  /** Folders that could not be looked into. */
  readonly unreadable: readonly string[];
}

/** Files of the paths, URIs as they are, folders recursively, in the order of their names; hidden files and folders are left out. */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const unsupported: string[] = [];
  const missing: string[] = [];
  const unreadable: string[] = [];
  for (const path of paths) {
    if (/^(s3|file):/i.test(path)) {
      files.push({ path, fileName: path, isUri: true });
      continue;
    }
    const found = await stat(path).catch(() => null);
    if (!found) missing.push(path);
    else if (!found.isDirectory()) files.push({ path, fileName: basename(path), isUri: false });
    else {
      for (const file of await filesBelow(path, unreadable)) {
        const supported =
          (SUPPORTED_EXTENSIONS as readonly string[]).includes(extname(file).toLowerCase()) &&
          !/\.tar\.gz$/i.test(file);
        if (supported) files.push({ path: file, fileName: relative(path, file).split(sep).join('/'), isUri: false });
        else unsupported.push(file);
      }
    }
  }
  return { files, unsupported, missing, unreadable };
}

async function filesBelow(folder: string, unreadable: string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  // One closed folder is told and does not keep the others from being sent.
  if (!entries) {
    unreadable.push(folder);
    return [];
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // A link is followed to a file, not into a folder: links can go in circles.
    if (entry.isDirectory()) found.push(...(await filesBelow(path, unreadable)));
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) found.push(path);
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}
