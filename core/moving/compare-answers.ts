import type { GoldenExpectation } from '../contract/golden-question.js';
import type { DocumentId } from '../contract/ids.js';
import type { ComparisonSummary } from '../contract/move-messages.js';
import { isExpectedDocument, judgeGoldenQuestion, type JudgedHit } from '../retrieval/golden-question.js';
import { DEPTH, ndcgOf, overlapOf, rankBiasedOverlap } from './rank-agreement.js';

/** A question to both vector indexes. */
export interface ComparedQuestion {
  readonly text: string;
  /** What its answer is, where somebody said it. */
  readonly expectation?: GoldenExpectation;
}

/** One question of a comparison. */
export interface QuestionComparison {
  readonly text: string;
  readonly judged: boolean;
  readonly overlap: number;
  readonly rankBiasedOverlap: number;
  /** Where documents are expected. */
  readonly ndcg: { readonly live: number; readonly next: number } | null;
  /** What the live index finds and the next one does not: the expected answer, or without a judgement the best document. */
  readonly lost: readonly DocumentId[];
}

interface Found {
  readonly live: readonly JudgedHit[];
  readonly next: readonly JudgedHit[];
}

export function compareAnswers({ text, expectation }: ComparedQuestion, found: Found): QuestionComparison {
  const [live, next] = [found.live.slice(0, DEPTH), found.next.slice(0, DEPTH)];
  const chunks = (hits: readonly JudgedHit[]) => hits.map(({ chunkId }) => chunkId);
  return {
    text,
    judged: expectation !== undefined,
    overlap: overlapOf(chunks(live), chunks(next)),
    rankBiasedOverlap: rankBiasedOverlap(chunks(live), chunks(next)),
    ndcg: expectation && expectation.documents.length > 0 ? ndcgs(expectation, { live, next }) : null,
    lost: expectation ? lostAnswer(expectation, found) : lostBest(live, next),
  };
}

function ndcgs(expectation: GoldenExpectation, { live, next }: Found): { live: number; next: number } {
  // An expected document that only has an external id is known by the hits that have it.
  const wanted = new Set(
    [...live, ...next].filter((hit) => isExpectedDocument(expectation, hit)).map(({ documentId }) => documentId),
  );
  for (const one of expectation.documents) if ('documentId' in one) wanted.add(one.documentId);
  if (wanted.size === 0) return { live: 0, next: 0 };
  const documents = (hits: readonly JudgedHit[]) => hits.map(({ documentId }) => documentId);
  return { live: ndcgOf(documents(live), wanted), next: ndcgOf(documents(next), wanted) };
}

function lostAnswer(expectation: GoldenExpectation, { live, next }: Found): DocumentId[] {
  const before = judgeGoldenQuestion(expectation, live);
  if (before.outcome === 'lost' || judgeGoldenQuestion(expectation, next).outcome === 'found') return [];
  const best = live.find(({ chunkId }) => chunkId === before.chunkId);
  return best ? [best.documentId] : [];
}

function lostBest([best]: readonly JudgedHit[], next: readonly JudgedHit[]): DocumentId[] {
  return best && !next.some(({ documentId }) => documentId === best.documentId) ? [best.documentId] : [];
}

export function summarise(questions: readonly QuestionComparison[]): ComparisonSummary {
  const judged = questions.flatMap(({ ndcg }) => ndcg ?? []);
  return {
    questions: questions.length,
    judged: questions.filter((question) => question.judged).length,
    overlap: mean(questions.map(({ overlap }) => overlap)),
    rankBiasedOverlap: mean(questions.map((one) => one.rankBiasedOverlap)),
    ndcg:
      judged.length === 0
        ? null
        : { live: mean(judged.map(({ live }) => live)) ?? 0, next: mean(judged.map(({ next }) => next)) ?? 0 },
    lost: questions.filter(({ lost }) => lost.length > 0).length,
  };
}

/** Without a question nothing can be told. */
export type MoveJudgement = 'nothing_lost' | 'something_lost' | 'cannot_tell';

/** A lower nDCG is a loss, too: an expected document may still be found, and further down. */
export function judgeMove({ questions, lost, ndcg }: ComparisonSummary): MoveJudgement {
  if (questions === 0) return 'cannot_tell';
  return lost > 0 || (ndcg !== null && ndcg.next < ndcg.live) ? 'something_lost' : 'nothing_lost';
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
