/**
 * What a score says, and what it does. The steps are set by what may stand in a published text, not by a model: they were
 * checked on the published samples (nothing held) and on labelled sentences; docs/screening.md has the figures.
 */
export const SCORES = {
  /** Label and well-formed value agree (`SSN 123-45-6789`, `DOB: 3 Feb 1951`). */
  certain: 0.95,
  /** A patient's label and a plausible value; or a value whose form hardly means anything else. */
  strong: 0.8,
  /** A label with a value of doubtful form, or a form with a validity rule and no label. */
  likely: 0.65,
  /** What also stands in published text: a contact's `Name:`, a birthday in a biography, a labelled telephone number. */
  weak: 0.4,
  /** Form alone, and published text is full of it: telephone numbers, e-mail addresses. */
  faint: 0.25,
} as const;

/** From this score on a finding alone holds a version for review. `weak` and `faint` ones are recorded, not held. */
export const HOLD_SCORE = 0.6;

/** What a weak finding becomes next to one that supports it (see `neighbourhood.ts`). */
export const SUPPORTED_SCORE = SCORES.strong;
