export const PHI_CATEGORIES = ['ssn', 'mrn', 'phone', 'email', 'date_of_birth', 'patient_name'] as const;
export type PhiCategory = (typeof PHI_CATEGORIES)[number];

/** One span of suspected patient data. It never carries the text itself. */
export interface Finding {
  readonly category: PhiCategory;
  /** Offsets into the reading's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** 1-based page of `start`; absent where the source has no pages. */
  readonly page?: number;
  /** 0–1: how sure the recogniser is. */
  readonly score: number;
  /** Name of the recogniser and its evidence, e.g. `ssn/checksum`; a constant. */
  readonly recogniser: string;
}
