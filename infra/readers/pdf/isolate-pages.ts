import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import type { ReadLimits } from '../../../core/ports/document-reader.js';
import type { PageReading } from '../../../core/contract/reading.js';
import { PAGE_REASONS } from '../../../core/reading/recognition/page-decision.js';

/** Ordinary pages take 10–40 ms, and the worst of the samples (a fax of 35,000 × 35,000 dots) 3.6 s. */
const PAGE_DEADLINE_MS = 30_000;
/** A file with more pages than this that kill their reader is given up as a whole: every one of them costs a process. */
const MAX_FATAL_PAGES = 8;
/** A4, for a page whose size could not be read. */
const UNKNOWN_SIZE = { width: 595, height: 842 };

type ReadRange = (
  range: { from: number; to: number },
  limits: ReadLimits & { readonly partDeadlineMs: number },
  receiver: { onPage: (page: PageReading) => void; onRestart: () => void },
) => Promise<null>;

/**
 * Reads a range of pages; a page that takes its reader with it (endless, too large, crashing) is answered `failed`
 * alone, and the pages after it are read in a new process. Errors of the file as a whole are thrown.
 */
export async function readPagesOneByOneFailing(
  pages: { from: number; to: number },
  limits: ReadLimits,
  readRange: ReadRange,
): Promise<PageReading[]> {
  const readings: PageReading[] = [];
  const endsAt = Date.now() + limits.deadlineMs;
  let fatalPages = 0;
  let triedAgain = 0;
  while (pages.from + readings.length <= pages.to) {
    const page = pages.from + readings.length;
    const within = { ...limits, deadlineMs: Math.max(endsAt - Date.now(), 0), partDeadlineMs: PAGE_DEADLINE_MS };
    try {
      const before = readings.length;
      await readRange({ from: page, to: pages.to }, within, {
        onPage: (reading) => readings.push(reading),
        onRestart: () => (readings.length = before),
      });
      // A file with fewer pages than asked for ends the range.
      break;
    } catch (error) {
      if (!(error instanceof Failure) || !error.code.startsWith('PARSER_') || Date.now() >= endsAt) throw error;
      const culprit = pages.from + readings.length;
      // A process may also be killed from outside, or be full from the pages before: once more, in a new one.
      if (error.code !== 'PARSER_TIMEOUT' && triedAgain !== culprit) {
        triedAgain = culprit;
        continue;
      }
      fatalPages++;
      const nothingRead = readings.every((reading) => reading.outcome === 'failed');
      if (fatalPages > (nothingRead ? 1 : MAX_FATAL_PAGES) && pages.to > pages.from) throw error;
      readings.push(failedPage(culprit, error.code));
    }
  }
  return readings;
}

/** The ledger's row of a page that could not be read, with what is known of its size. */
export function failedPage(page: number, failureCode: FailureCode, size = UNKNOWN_SIZE): PageReading {
  return { page, outcome: 'failed', reason: PAGE_REASONS.damaged, failureCode, scores: {}, ...size, blocks: [] };
}
