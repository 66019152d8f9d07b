import { randomNumbers } from '../../../test/fixtures/random-numbers.js';

const RESAMPLES = 5_000;
const PERMUTATIONS = 20_000;

export function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Between which 95 % of the means of resampled questions lie (percentile bootstrap; Efron 1979). The same each time. */
export function confidenceInterval(numbers: readonly number[]): [low: number, high: number] {
  const random = randomNumbers(1);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < numbers.length; drawn++) sum += numbers[Math.floor(random() * numbers.length)] ?? 0;
    return sum / numbers.length;
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

/**
 * The chance of a difference of means as large as this one if it were of no account which of both systems answered which question
 * how well: the paired randomisation test, two-sided (Smucker, Allan & Carterette, CIKM 2007). The same each time.
 */
export function pairedRandomisation(ours: readonly number[], theirs: readonly number[]): number {
  const differences = ours.map((value, index) => value - (theirs[index] ?? value));
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const random = randomNumbers(1);
  let asLarge = 0;
  for (let permutation = 0; permutation < PERMUTATIONS; permutation++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    // Sums of the same numbers in another order differ by rounding.
    if (Math.abs(sum) >= observed - 1e-9) asLarge += 1;
  }
  return (asLarge + 1) / (PERMUTATIONS + 1);
}
