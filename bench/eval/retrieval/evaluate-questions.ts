import type { MedindexClient } from '../../../api/client/client.js';
import type { Judged } from './beir.js';
import { ndcg, recall, reciprocalRank } from './measures.js';

export const MODES = ['text', 'vector', 'hybrid'] as const;
export type Mode = (typeof MODES)[number];

export const MEASURES = ['nDCG@10', 'MRR@10', 'recall@5', 'recall@100'] as const;
export type Measure = (typeof MEASURES)[number];

/** Of each question, in their order. */
export type Scores = Readonly<Record<Measure, readonly number[]>>;

/** A hit of which it is known whether it answers its question. */
export interface JudgedHit {
  /** As the answer says, 0…1. */
  readonly relevance: number;
  readonly relevant: boolean;
}

export interface Evaluated {
  readonly scores: Scores;
  /** Of the first ten hits of each question. */
  readonly judgedHits: readonly JudgedHit[];
}

/** What a search answers at most. */
const TOP_K = 100;
const AT_ONCE = 2;

/**
 * Asks every question through the API and measures the documents that it finds, each at the place of its best passage. Passages
 * beyond the hundredth are not seen, so recall@100 is of the documents among a hundred passages.
 */
export async function evaluateQuestions(input: {
  readonly client: MedindexClient;
  readonly collection: string;
  readonly questions: readonly Judged[];
  readonly mode: Mode;
  /** Which passage of the corpus a document is. */
  readonly passageOf: ReadonlyMap<string, string>;
}): Promise<Evaluated> {
  const { client, collection, questions, mode, passageOf } = input;
  const scores: Record<Measure, number[]> = { 'nDCG@10': [], 'MRR@10': [], 'recall@5': [], 'recall@100': [] };
  const judgedHits: JudgedHit[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < questions.length; at = next++) {
      const { question, grades } = questions[at] ?? { question: '', grades: new Map<string, number>() };
      const { data } = await client.search({ query: question, collections: [collection], mode, topK: TOP_K });
      const ranked = [...new Set(data.hits.map(({ documentId }) => passageOf.get(documentId) ?? documentId))];
      for (const { documentId, relevance } of data.hits.slice(0, 10)) {
        const grade = grades.get(passageOf.get(documentId) ?? '');
        if (grade !== undefined && relevance !== null) judgedHits.push({ relevance, relevant: grade > 0 });
      }
      scores['nDCG@10'][at] = ndcg(ranked, grades, 10) ?? 0;
      scores['MRR@10'][at] = reciprocalRank(ranked, grades, 10);
      scores['recall@5'][at] = recall(ranked, grades, 5) ?? 0;
      scores['recall@100'][at] = recall(ranked, grades, 100) ?? 0;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { scores, judgedHits };
}
