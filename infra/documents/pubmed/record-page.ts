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

/** The page that all lanes read together, in the file's order. */
export function recordPage(lanes: readonly [LaneReading, ...LaneReading[]]): RecordPage {
  const records: RecordReading[] = [];
  const withdrawals: RecordWithdrawal[] = [];
  const repeated: RepeatedRecord[] = [];
  const failures: RecordFailure[] = [];
  for (const part of lanes.flatMap(({ parts }) => parts)) {
    if ('record' in part) records.push(part.record);
    else if ('withdrawal' in part) withdrawals.push(part.withdrawal);
    else if ('repeated' in part) repeated.push(part.repeated);
    else failures.push(part.failure);
  }
  for (const read of [records, withdrawals, repeated, failures]) read.sort((a, b) => a.index - b.index);
  // The file is the same for all of them: so are its end and where to go on.
  return { records, withdrawals, repeated, failures, ...lanes[0].end };
}
