import type { Environment } from '../../settings-reader.js';

/** The version that is downloaded or built; its server is 1.29.1. Later ones cannot be had by `go install`. */
export const TEMPORAL_CLI_VERSION = '1.5.1';

export interface ProvisionTemporalCliInput {
  /** `userCacheDir(env)`, or a test's own. */
  readonly cacheDir: string;
  /** Read for TEMPORAL_CLI and PATH, and given to the programs that are run. */
  readonly env: Environment;
  /** Plain sentences for the person who waits. */
  readonly log: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Where releases are fetched from; a test has its own. */
  readonly releases?: string;
}

/** A way of getting the binary into an empty folder. Gives its path, or why it did not work. */
export type Acquisition = (
  folder: string,
  input: ProvisionTemporalCliInput,
) => Promise<{ readonly path: string } | { readonly problem: string }>;
