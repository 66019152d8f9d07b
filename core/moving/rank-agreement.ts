/** How many of the best are looked at, as people do. */
export const DEPTH = 10;

/** Share of the longer list that both have, 0…1; 1 where both are empty. */
export function overlapOf(a: readonly string[], b: readonly string[]): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 1;
  const known = new Set(b);
  return a.filter((one) => known.has(one)).length / longer;
}

/** Weight of each further rank: nine tenths of the one before, so that the first ten have two thirds of the whole weight. */
const PERSISTENCE = 0.9;

/**
 * Rank-biased overlap of two rankings, 0…1: how much their beginnings agree, the first ranks counting most (Webber, Moffat,
 * Zobel: A similarity measure for indefinite rankings, 2010, equation 11), over the ranks that there are and brought to 1
 * for equal lists.
 */
export function rankBiasedOverlap(a: readonly string[], b: readonly string[]): number {
  const depth = Math.max(a.length, b.length);
  if (depth === 0) return 1;
  let [sum, weights, weight] = [0, 0, 1];
  for (let d = 1; d <= depth; d++) {
    const first = new Set(a.slice(0, d));
    const shared = b.slice(0, d).filter((one) => first.has(one)).length;
    sum += weight * (shared / d);
    weights += weight;
    weight *= PERSISTENCE;
  }
  return sum / weights;
}

/**
 * nDCG@10 of a ranking of documents, 0…1: each expected one counts 1 at its first rank, discounted by log2(rank + 1)
 * (Järvelin, Kekäläinen 2002). `expected`: at least one.
 */
export function ndcgOf(ranking: readonly string[], expected: ReadonlySet<string>): number {
  const discount = (rank: number) => 1 / Math.log2(rank + 1);
  let gained = 0;
  const distinct = [...new Set(ranking)].slice(0, DEPTH);
  distinct.forEach((documentId, at) => {
    if (expected.has(documentId)) gained += discount(at + 1);
  });
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(expected.size, DEPTH); rank++) ideal += discount(rank);
  return gained / ideal;
}
