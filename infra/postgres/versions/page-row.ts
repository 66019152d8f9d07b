import { isFailureCode } from '../../../core/contract/failures.js';
import type { PageOutcome } from '../../../core/contract/states.js';
import type { PageRecord, PageScores } from '../../../core/contract/reading.js';

export interface PageRow {
  page: number;
  outcome: PageOutcome;
  reason: string;
  failure_code: string | null;
  scores: PageScores;
  width: number;
  height: number;
}

export function toPageRecord(row: PageRow): PageRecord {
  return {
    page: row.page,
    outcome: row.outcome,
    reason: row.reason,
    ...(isFailureCode(row.failure_code) ? { failureCode: row.failure_code } : {}),
    scores: row.scores,
    width: row.width,
    height: row.height,
  };
}
