import type { Operation } from '../reader-protocol.js';
import { RecordCursor } from './record-cursor.js';

/** What the child for PubMed files can do. It keeps its place in the last file between calls. */
export function pubmedOperations(): Record<string, Operation> {
  let cursor: RecordCursor | undefined;
  return {
    readRecords: async (path, input, emit) => {
      const { maxUnpackedBytes, ...range } = input as { fromIndex: number; limit: number; maxUnpackedBytes: number };
      cursor = await RecordCursor.at(cursor, path, maxUnpackedBytes);
      return cursor.read(range, emit);
    },
  };
}
