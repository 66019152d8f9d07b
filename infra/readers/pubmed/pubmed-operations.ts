import { contentKey, type Operation, type ReaderOperations } from '../reader-protocol.js';
import { RecordCursor } from './record-cursor.js';

/** More than a worker reads at once: a child that one file is given to may be given another in between. */
const OPEN_FILES = 4;

/** What the child for PubMed files can do. It keeps its place in the last files between calls. */
export function pubmedOperations(): Record<string, Operation> {
  /** By content; the file that was read last is the last one. */
  const cursors = new Map<string, RecordCursor>();
  return {
    readRecords: async (file, input, emit) => {
      const { maxUnpackedBytes, ...range } = input as ReaderOperations['readRecords']['input'];
      const key = `${maxUnpackedBytes} ${await contentKey(file)}`;
      const cursor = cursors.get(key) ?? (await RecordCursor.atStart(file.path, maxUnpackedBytes));
      cursors.delete(key);
      cursors.set(key, cursor);
      for (const [other, oldest] of [...cursors].slice(0, -OPEN_FILES)) {
        cursors.delete(other);
        await oldest.close();
      }
      return cursor.read(file.path, range, emit);
    },
  };
}
