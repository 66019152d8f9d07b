import type { ChunkId, DocumentId } from '../contract/ids.js';
import type { ComparisonSummary } from '../contract/move-messages.js';
import { DEPTH, ndcgOf, overlapOf, rankBiasedOverlap } from './rank-agreement.js';

/** A question to both vector indexes. */
export interface ComparedQuestion {
  readonly text: string;
  /** Documents that should be found, where somebody said which. */
  readonly expected?: readonly DocumentId[];
}

/** What a search found, best first. */
export interface FoundPassage {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
}

/** One question of a comparison. */
export interface QuestionComparison {
  readonly text: string;
  readonly judged: boolean;
  readonly overlap: number;
  readonly rankBiasedOverlap: number;
  readonly ndcg: { readonly live: number; readonly next: number } | null;
  /** Documents that the live index finds among the ten best, and the next one does not: expected ones, or else the best. */
  readonly lost: readonly DocumentId[];
}

export function compareAnswers(
  { text, expected = [] }: ComparedQuestion,
  found: { readonly live: readonly FoundPassage[]; readonly next: readonly FoundPassage[] },
): QuestionComparison {
  const [live, next] = [found.live.slice(0, DEPTH), found.next.slice(0, DEPTH)];
  const chunks = (passages: readonly FoundPassage[]) => passages.map(({ chunkId }) => chunkId);
  const documents = (passages: readonly FoundPassage[]) => passages.map(({ documentId }) => documentId);
  const judged = expected.length > 0;
  const wanted = new Set(judged ? expected : documents(live).slice(0, 1));
  const still = new Set(documents(next));
  return {
    text,
    judged,
    overlap: overlapOf(chunks(live), chunks(next)),
    rankBiasedOverlap: rankBiasedOverlap(chunks(live), chunks(next)),
    ndcg: judged ? { live: ndcgOf(documents(live), wanted), next: ndcgOf(documents(next), wanted) } : null,
    lost: [...new Set(documents(live))].filter((documentId) => wanted.has(documentId) && !still.has(documentId)),
  };
}

export function summarise(questions: readonly QuestionComparison[]): ComparisonSummary {
  const judged = questions.flatMap(({ ndcg }) => ndcg ?? []);
  return {
    questions: questions.length,
    judged: judged.length,
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
