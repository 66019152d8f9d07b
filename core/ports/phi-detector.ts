/** What a model says of one word of a text: probabilities 0–1, averaged over the pieces that it cut the word into. */
export interface JudgedWord {
  /** Offsets in UTF-16 code units of the text that was asked about. */
  readonly start: number;
  readonly end: number;
  /** Part of a person's name. */
  readonly name: number;
  /** Number of a building, name of a street, flat. */
  readonly street: number;
  /** City, state, postal code. */
  readonly place: number;
}

export interface PhiModel {
  /** E.g. `rampart`. */
  readonly name: string;
  /** `sha256:` and the digest of its weights. */
  readonly revision: string;
}

/** Longest text that is judged well, in characters; a longer one is cut by the caller, with {@link WINDOW_OVERLAP}. */
export const WINDOW_CHARACTERS = 480;
export const WINDOW_OVERLAP = 64;

/**
 * Tells names and addresses of persons from other words by what surrounds them. Costs about 50 ms a window on one core, so
 * it is asked only where rules see a candidate.
 * Errors: `Failure PHI_DETECTOR_UNAVAILABLE` (retryable), the signal's reason.
 */
export interface PhiDetector {
  readonly model: PhiModel;
  /** The words of each text, ascending, in the order of the texts; never a shorter list. */
  judge(texts: readonly string[], signal?: AbortSignal): Promise<JudgedWord[][]>;
  close(): Promise<void>;
}
