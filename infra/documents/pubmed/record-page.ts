import { Failure } from '../../../core/contract/failures.js';
import type {
  RecordFailure,
  RecordPage,
  RecordReading,
  RecordWithdrawal,
  RepeatedRecord,
} from '../../../core/ports/document-reader.js';
import type { ReaderOperations, RecordPart } from '../reader-protocol.js';

/** What one lane read, and what it says of the file. */
export interface LaneReading {
  readonly parts: readonly RecordPart[];
  readonly end: ReaderOperations['readRecords']['result'];
}

/**
 * The page that all lanes read together, in the file's order. Errors: `INTERNAL` when a record is missing or came twice, which
 * no file can bring about.
 */
export function recordPage(fromIndex: number, lanes: readonly [LaneReading, ...LaneReading[]]): RecordPage {
  // The file is the same for all of them: so are its end and where to go on.
  const { end } = lanes[0];
  const parts = lanes.flatMap((lane) => lane.parts);
  const passed = Math.max((end.nextIndex ?? end.total) - fromIndex, 0);
  if (parts.length !== passed || lanes.some((lane) => lane.end.nextIndex !== end.nextIndex)) {
    throw new Failure('INTERNAL', { detail: `records=${parts.length} of ${passed}` });
  }
  const records: RecordReading[] = [];
  const withdrawals: RecordWithdrawal[] = [];
  const repeated: RepeatedRecord[] = [];
  const failures: RecordFailure[] = [];
  for (const part of parts) {
    if ('record' in part) records.push(part.record);
    else if ('withdrawal' in part) withdrawals.push(part.withdrawal);
    else if ('repeated' in part) repeated.push(part.repeated);
    else failures.push(part.failure);
  }
  for (const read of [records, withdrawals, repeated, failures]) read.sort((a, b) => a.index - b.index);
  return { records, withdrawals, repeated, failures, ...end };
}
