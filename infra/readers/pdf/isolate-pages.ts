import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import type { ReadLimits } from '../../../core/ports/document-reader.js';
import type { PageReading } from '../../../core/contract/reading.js';
import { PAGE_REASONS } from '../../../core/reading/recognition/page-decision.js';

/** Ordinary pages take 10–40 ms, and the worst of the samples (a fax of 35,000 × 35,000 dots) 3.6 s. */
const PAGE_DEADLINE_MS = 30_000;
/**
 * A file of which a call reads no page because more than this in a row kill their reader is given up as a whole: each of
 * them costs a process and up to half a minute.
 */
const MAX_FATAL_PAGES_IN_A_ROW = 8;
/** A4, for a page whose size could not be read. */
const UNKNOWN_SIZE = { width: 595, height: 842 };

export interface PageBudget {
  /** Behind it the reader begins no further page; it reads one at least. */
  readonly budgetMs: number;
  /** For all of the range, its opening included. */
  readonly deadlineMs: number;
  /** For one page. */
  readonly partDeadlineMs: number;
  /** For opening the file. */
  readonly firstPartDeadlineMs: number;
}

/** Sends `null` when the file is open, and then page after page. */
type ReadRange = (
  range: { from: number; to: number },
  budget: PageBudget,
  receiver: { onPart: (page: PageReading | null) => void; onRestart: () => void },
) => Promise<null>;

/**
 * Reads pages one after the other. A page that takes its reader with it (endless, too large, crashing) is answered
 * `failed` alone, and the pages after it are read in a new process. The deadline is for a page: past it no further page is
 * begun, and what was read until then is the answer; the caller goes on behind it. Errors of the file as a whole are thrown.
 */
export async function readPagesOneByOneFailing(
  pages: { from: number; to: number },
  limits: ReadLimits,
  readRange: ReadRange,
): Promise<PageReading[]> {
  const readings: PageReading[] = [];
  const endsAt = Date.now() + limits.deadlineMs;
  const pageDeadlineMs = Math.min(PAGE_DEADLINE_MS, limits.deadlineMs);
  let fatalInARow = 0;
  let triedAgain = 0;
  // A file whose first pages are all fatal is looked at further: whether any page can be read decides about the file.
  const goesOn = () => Date.now() < endsAt || readings.length === fatalInARow;
  while (pages.from + readings.length <= pages.to && goesOn()) {
    const from = pages.from + readings.length;
    const budget = {
      budgetMs: Math.max(endsAt - Date.now(), 0),
      deadlineMs: limits.deadlineMs + (pages.to - from + 1) * pageDeadlineMs,
      partDeadlineMs: pageDeadlineMs,
      firstPartDeadlineMs: limits.deadlineMs,
    };
    let isOpen = false;
    const before = readings.length;
    try {
      await readRange({ from, to: pages.to }, budget, {
        onPart: (page) => {
          isOpen = true;
          if (page === null) return;
          readings.push(page);
          fatalInARow = 0;
        },
        onRestart: () => (readings.length = before),
      });
      // The budget is used up, or the file has fewer pages than were asked for.
      break;
    } catch (error) {
      if (!(error instanceof Failure) || !error.code.startsWith('PARSER_')) throw error;
      const culprit = pages.from + readings.length;
      // A process may also be killed from outside, or be full from the pages before: once more, in a new one.
      if (error.code !== 'PARSER_TIMEOUT' && triedAgain !== culprit) {
        triedAgain = culprit;
        continue;
      }
      if (!isOpen) throw error;
      fatalInARow++;
      const nothingRead = readings.length < fatalInARow;
      if (fatalInARow > MAX_FATAL_PAGES_IN_A_ROW && nothingRead) throw error;
      readings.push(failedPage(culprit, error.code));
    }
  }
  return readings;
}

/** The ledger's row of a page that could not be read, with what is known of its size. */
export function failedPage(page: number, failureCode: FailureCode, size = UNKNOWN_SIZE): PageReading {
  return { page, outcome: 'failed', reason: PAGE_REASONS.damaged, failureCode, scores: {}, ...size, blocks: [] };
}
