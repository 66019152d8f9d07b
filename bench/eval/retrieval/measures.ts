/** Passage id → 0 (not relevant) and up; a passage that is not judged counts as not relevant. */
export type Grades = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `k` (Järvelin & Kekäläinen 2002; gain = grade, as trec_eval has it).
 * `null`: nothing is relevant.
 */
export function ndcg(ranked: readonly string[], grades: Grades, k: number): number | null {
  const discounted = (gains: readonly number[]) =>
    gains.slice(0, k).reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0);
  const ideal = discounted([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? null : discounted(ranked.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** One over the rank of the first relevant passage; 0 where none is among the first `k`. */
export function reciprocalRank(ranked: readonly string[], grades: Grades, k: number): number {
  const rank = ranked.slice(0, k).findIndex((id) => (grades.get(id) ?? 0) > 0);
  return rank < 0 ? 0 : 1 / (rank + 1);
}

/** The share of what is relevant that is among the first `k`; `null`: nothing is relevant. */
export function recall(ranked: readonly string[], grades: Grades, k: number): number | null {
  const relevant = [...grades].flatMap(([id, grade]) => (grade > 0 ? [id] : []));
  if (relevant.length === 0) return null;
  const found = new Set(ranked.slice(0, k));
  return relevant.filter((id) => found.has(id)).length / relevant.length;
}
