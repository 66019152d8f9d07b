export type Say = (line?: string) => void;

export interface BenchResult {
  /** Names carry their unit; ratios are of one run. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Names of the targets that were missed. */
  readonly short: readonly string[];
}

export interface Bench {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Errors: `MissingForBench` when this machine lacks what is measured. */
  run(args: readonly string[], say: Say): Promise<BenchResult>;
}

/** The names of targets that are not met. */
export function missed(targets: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(targets).flatMap(([name, met]) => (met ? [] : [name]));
}
