import type { ExpectedDocument, LossReason } from '../../../core/contract/golden-question.js';
import type { GoldenGate, SafetyLevel } from '../../../core/contract/states.js';
import type {
  GoldenQuestion,
  GoldenResult,
  SuspectedPublication,
} from '../../../core/ports/golden-question-catalog.js';

export interface GoldenQuestionRow {
  golden_question_id: string;
  organization_id: string;
  collection_id: string;
  collection: string;
  golden_question_no: string | number;
  edition: number;
  question_hash: string;
  sealed: Uint8Array;
  documents: ExpectedDocument[];
  pages: number[];
  within_rank: number;
  safety_level: SafetyLevel;
  gate: GoldenGate;
  created_at: Date;
  checked_at: Date | null;
  rank: number | null;
  lost_reason: LossReason | null;
  lost_since: Date | null;
  lost_by: SuspectedPublication[] | null;
  held_version: string | null;
  held_run: string | null;
  held_at: Date | null;
}

/** Of a question `g` and its collection `k`. */
export const GOLDEN_QUESTION_COLUMNS = `
  g.golden_question_id, g.organization_id, g.collection_id, k.name as collection, g.golden_question_no, g.edition,
  g.question_hash, g.sealed, g.documents, g.pages, g.within_rank, g.safety_level, g.gate, g.created_at, g.checked_at,
  g.rank, g.lost_reason, g.lost_since, g.lost_by,
  g.held_version, g.held_run, g.held_at`;

export function toGoldenQuestion(row: GoldenQuestionRow): GoldenQuestion {
  return {
    goldenQuestionId: row.golden_question_id,
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    collection: row.collection,
    number: Number(row.golden_question_no),
    edition: row.edition,
    questionHash: row.question_hash,
    sealed: row.sealed,
    documents: row.documents,
    pages: row.pages,
    withinRank: row.within_rank,
    safetyLevel: row.safety_level,
    gate: row.gate,
    createdAt: row.created_at,
    heldBack: heldBackOf(row),
    result: resultOf(row),
  };
}

function heldBackOf({ held_version, held_run, held_at }: GoldenQuestionRow): GoldenQuestion['heldBack'] {
  return held_version === null || held_run === null || held_at === null
    ? null
    : { versionId: held_version, runId: held_run, since: held_at };
}

function resultOf({ checked_at, rank, lost_reason, lost_since, lost_by }: GoldenQuestionRow): GoldenResult {
  if (checked_at === null) return { state: 'unchecked' };
  if (lost_reason !== null && lost_since !== null) {
    return {
      state: 'lost',
      checkedAt: checked_at,
      reason: lost_reason,
      lostSince: lost_since,
      publications: lost_by ?? [],
    };
  }
  return { state: 'found', checkedAt: checked_at, rank: rank ?? 0 };
}
