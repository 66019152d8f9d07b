import type { RelatedRecord } from '../../contract/bibliography.js';
import type { DocumentView, LiveChunk } from '../../ports/document-catalog.js';

export const WARNINGS = {
  retracted: 'The paper was retracted.',
  expression_of_concern: 'Its journal published an expression of concern about it.',
  corrected: 'A correction to it was published.',
  superseded: 'Another document has taken its place.',
  not_yet_effective: 'It is not in force yet.',
  partial: 'It was published with pages missing.',
  review_overdue: 'Its review is overdue.',
  table_incomplete: 'A table is shown in part only.',
} as const;
export type WarningCode = keyof typeof WARNINGS;

/** PubMed's names of links (core/contract/bibliography.ts) that lead to a doubt about the paper. */
const DOUBTS: Readonly<Record<string, WarningCode>> = {
  RetractionIn: 'retracted',
  RetractedandRepublishedIn: 'retracted',
  ExpressionOfConcernIn: 'expression_of_concern',
  ErratumIn: 'corrected',
};

/** What a reader has to know of a passage before relying on it. `today`: `YYYY-MM-DD`, in UTC. */
export function warningsOf(
  chunk: LiveChunk,
  { document, isTableWhole, today }: { document: DocumentView; isTableWhole: boolean; today: string },
): WarningCode[] {
  const doubts = relatedRecords(document).flatMap(({ type }) => DOUBTS[type] ?? []);
  const codes: (WarningCode | false)[] = [
    ...doubts,
    chunk.superseded && 'superseded',
    chunk.effectiveFrom !== null && chunk.effectiveFrom > today && 'not_yet_effective',
    chunk.partial && 'partial',
    chunk.reviewStatus === 'due' && 'review_overdue',
    !isTableWhole && 'table_incomplete',
  ];
  const stated = new Set(codes);
  return (Object.keys(WARNINGS) as WarningCode[]).filter((code) => stated.has(code));
}

function relatedRecords({ metadata }: DocumentView): RelatedRecord[] {
  const records: unknown = metadata.relatedRecords;
  return Array.isArray(records) ? records.filter(isRelatedRecord) : [];
}

function isRelatedRecord(record: unknown): record is RelatedRecord {
  return typeof record === 'object' && record !== null && 'type' in record && typeof record.type === 'string';
}
