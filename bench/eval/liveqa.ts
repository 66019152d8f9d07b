import { readFileSync } from 'node:fs';
import { shared } from '../setting/samples.js';

export interface Passage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Judged {
  readonly id: string;
  readonly question: string;
  /** Passage id → 0 (not relevant) to 3. */
  readonly grades: ReadonlyMap<string, number>;
}

/** 1,935 passages and 104 questions of consumers with graded judgements (MedQuAD, LiveQA-Med). Errors: `MissingForBench`. */
export function loadLiveqa(): { passages: Passage[]; questions: Judged[] } {
  const lines = (name: string) =>
    readFileSync(shared('samples', 'retrieval', 'liveqa', name), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const grades = new Map<string, Map<string, number>>();
  for (const line of lines('qrels.tsv')) {
    const [question = '', passage = '', grade] = line.split('\t');
    const known = grades.get(question) ?? new Map<string, number>();
    grades.set(question, known.set(passage, Number(grade)));
  }
  return {
    passages: lines('corpus.jsonl').map((line) => JSON.parse(line) as Passage),
    questions: lines('queries.jsonl').flatMap((line) => {
      const { id, text } = JSON.parse(line) as { id: string; text: string };
      const judged = grades.get(id);
      return judged ? [{ id, question: text, grades: judged }] : [];
    }),
  };
}

/**
 * Normalised discounted cumulative gain of the first `k` (Järvelin & Kekäläinen 2002; gain = grade, as trec_eval has it).
 * Passages without a judgement count as not relevant; a question without a relevant passage gives `null`.
 */
export function ndcg(ranked: readonly string[], grades: ReadonlyMap<string, number>, k: number): number | null {
  const discounted = (gains: readonly number[]) =>
    gains.slice(0, k).reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0);
  const ideal = discounted([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? null : discounted(ranked.map((id) => grades.get(id) ?? 0)) / ideal;
}
