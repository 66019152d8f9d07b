import type { JudgeWeights } from '../../../core/screening/judge/judge-models.js';

export interface FittedRow {
  readonly values: readonly number[];
  readonly positive: boolean;
  /** How much the row counts. */
  readonly share: number;
}

/** Columns are brought to one spread, small, so that the penalty weighs on all alike. */
const SPREAD = 0.3;
/** What the rows count beside the penalty; .3, .5 and 1 did alike on sets that were left out, .1 worse. */
const TRUST = 0.5;
const STEPS = 12;

/** Weights of a logistic regression with a quadratic penalty, by Newton's method; the same rows give the same weights. */
export function fitLogisticRegression(rows: readonly FittedRow[]): JudgeWeights {
  const width = rows[0]?.values.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => rows.map(({ values }) => values[column] ?? 0));
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / rows.length);
  const scales = columns.map((column, at) => {
    const mean = means[at] ?? 0;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length;
    return SPREAD / (Math.sqrt(variance) + 1e-6);
  });
  // The last column is the bias, which carries no penalty.
  const made = rows.map(({ values }) =>
    Float64Array.from([...values.map((value, at) => (value - (means[at] ?? 0)) * (scales[at] ?? 0)), 1]),
  );
  const size = width + 1;
  let weights = new Float64Array(size);
  for (let step = 0; step < STEPS; step += 1) {
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    const gradient = Float64Array.from(weights, (weight, at) => (at === width ? 0 : -weight));
    for (let at = 0; at < width; at += 1) row(hessian, at)[at] = 1;
    rows.forEach(({ positive, share }, index) => {
      const values = made[index] ?? new Float64Array(size);
      const likely = 1 / (1 + Math.exp(-dot(values, weights)));
      const pull = TRUST * share * (Number(positive) - likely);
      const bend = TRUST * share * Math.max(1e-6, likely * (1 - likely));
      for (let a = 0; a < size; a += 1) {
        const value = values[a] ?? 0;
        if (value === 0) continue;
        gradient[a] = (gradient[a] ?? 0) + pull * value;
        const into = row(hessian, a);
        for (let b = 0; b <= a; b += 1) into[b] = (into[b] ?? 0) + bend * value * (values[b] ?? 0);
      }
    });
    const change = solved(hessian, gradient);
    weights = weights.map((weight, at) => weight + (change[at] ?? 0));
  }
  const unscaled = Array.from({ length: width }, (_, at) => (weights[at] ?? 0) * (scales[at] ?? 0));
  const bias = unscaled.reduce((sum, weight, at) => sum - weight * (means[at] ?? 0), weights[width] ?? 0);
  return { bias, weights: unscaled };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function row(matrix: readonly Float64Array[], at: number): Float64Array {
  return matrix[at] ?? new Float64Array(0);
}

/** By Cholesky's decomposition; of the symmetric matrix the lower half is read. */
function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let a = 0; a < size; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      let sum = row(matrix, a)[b] ?? 0;
      for (let k = 0; k < b; k += 1) sum -= (row(matrix, a)[k] ?? 0) * (row(matrix, b)[k] ?? 0);
      row(matrix, a)[b] = a === b ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (row(matrix, b)[b] ?? 1);
    }
  }
  const answer = Float64Array.from(right);
  for (let a = 0; a < size; a += 1) {
    for (let k = 0; k < a; k += 1) answer[a] = (answer[a] ?? 0) - (row(matrix, a)[k] ?? 0) * (answer[k] ?? 0);
    answer[a] = (answer[a] ?? 0) / (row(matrix, a)[a] ?? 1);
  }
  for (let a = size - 1; a >= 0; a -= 1) {
    for (let k = a + 1; k < size; k += 1) answer[a] = (answer[a] ?? 0) - (row(matrix, k)[a] ?? 0) * (answer[k] ?? 0);
    answer[a] = (answer[a] ?? 0) / (row(matrix, a)[a] ?? 1);
  }
  return answer;
}
