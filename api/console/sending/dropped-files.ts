import type { ChosenFile } from './chosen-file.js';

/** Files of an `<input>`, also of one that takes a folder. */
export function chosenFiles(files: FileList | null): ChosenFile[] {
  return [...(files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name })).filter(isNoJunk);
}

/** All files of what was dropped, folders gone through to their bottom. Must be called while the event lasts. */
export async function droppedFiles(dropped: DataTransfer): Promise<ChosenFile[]> {
  // The list is emptied when the event ends, so the entries are taken first.
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(dropped.files);
  const found = await Promise.all(entries.map((entry) => filesOf(entry)));
  return found.flat().filter(isNoJunk);
}

async function filesOf(entry: FileSystemEntry): Promise<ChosenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, name: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A reader gives about a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    inside.push(...some);
  }
  const found: ChosenFile[] = [];
  for (const one of inside) found.push(...(await filesOf(one)));
  return found;
}

/** What operating systems leave in folders: `.DS_Store`, `Thumbs.db`, `~$report.docx`. */
function isNoJunk({ name }: ChosenFile): boolean {
  const last = name.split('/').at(-1) ?? name;
  return !last.startsWith('.') && !last.startsWith('~$') && last !== 'Thumbs.db' && last !== 'desktop.ini';
}
