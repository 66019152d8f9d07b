import { Failure } from '../../../core/contract/failures.js';
import type { ReadLimits, RecordPage } from '../../../core/ports/document-reader.js';
import type { RecordPart, RecordRange } from '../reader-protocol.js';
import { RECORD_PROBLEMS } from './pubmed-article.js';

/** Records take a millisecond each, articles of PMC some ten. */
const RECORD_DEADLINE_MS = 30_000;
/** A file with more records than this in one call that kill their reader is given up: each of them costs two processes. */
const MAX_FATAL_RECORDS = 8;

interface RecordDeadlines {
  readonly deadlineMs: number;
  readonly partDeadlineMs: number;
  readonly firstPartDeadlineMs: number;
}

/** Sends no record as its first part, when it stands at `fromIndex`. */
type ReadRange = (
  range: RecordRange,
  deadlines: RecordDeadlines,
  receiver: { onPart: (parts: readonly RecordPart[]) => void; onRestart: () => void },
) => Promise<Pick<RecordPage, 'total' | 'nextIndex' | 'damage'>>;

/** A part that accounts for a record. */
export type ReadRecord = Exclude<RecordPart, { readonly begun: unknown }>;

/**
 * Reads records one after the other. A record that takes its reader with it fails alone, with its reason: the records from
 * the last message on are read once more, one by one, until the culprit is known, and then those behind it. Past the
 * deadline no further record is begun, and the caller goes on behind what was read. Errors of the file as a whole are
 * thrown.
 */
export async function readRecordsOneByOneFailing(
  { fromIndex, limit }: { readonly fromIndex: number; readonly limit: number },
  { deadlineMs }: ReadLimits,
  readRange: ReadRange,
): Promise<{ readonly parts: readonly ReadRecord[] } & Pick<RecordPage, 'total' | 'nextIndex' | 'damage'>> {
  const parts: ReadRecord[] = [];
  const endsAt = Date.now() + deadlineMs;
  const partDeadlineMs = Math.min(RECORD_DEADLINE_MS, deadlineMs);
  let oneByOne = false;
  let fatalRecords = 0;
  for (;;) {
    const before = parts.length;
    const range = { fromIndex: fromIndex + before, limit: limit - before, oneByOne };
    const budgetMs = Math.max(endsAt - Date.now(), 0);
    // Finding the place goes through the file from its beginning, and has the whole deadline each time.
    const deadlines = { deadlineMs: deadlineMs * 2 + partDeadlineMs, partDeadlineMs, firstPartDeadlineMs: deadlineMs };
    let isOpen = false;
    let externalId: string | undefined;
    try {
      const end = await readRange({ ...range, budgetMs }, deadlines, {
        onPart: (sent) => {
          isOpen = true;
          for (const part of sent) {
            if ('begun' in part) externalId = part.begun.externalId;
            else parts.push(part);
          }
        },
        onRestart: () => (parts.length = before),
      });
      return { parts, ...end };
    } catch (error) {
      if (!(error instanceof Failure) || !error.code.startsWith('PARSER_') || !isOpen) throw error;
      // The second look tells which record it is; and a process may have been killed from outside.
      if (!oneByOne) {
        oneByOne = true;
        continue;
      }
      if (++fatalRecords > MAX_FATAL_RECORDS) throw error;
      const index = fromIndex + parts.length;
      const named = externalId === undefined ? {} : { externalId };
      parts.push({ failure: { index, ...named, reason: RECORD_PROBLEMS.fatal } });
    }
  }
}
