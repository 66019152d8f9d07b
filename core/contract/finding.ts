/**
 * The identifiers of 45 CFR 164.514(b)(2) ("Safe Harbor") and their Portuguese counterparts: CPF and RG are
 * `national_id`, the CNS and numbers of insurers `health_plan`, the prontuário `mrn`, the CEP part of an `address`.
 */
export const PHI_CATEGORIES = [
  'ssn',
  'mrn',
  'phone',
  'email',
  'date_of_birth',
  'patient_name',
  'fax',
  'address',
  'date',
  'age',
  'employer',
  'health_plan',
  'account',
  'licence',
  'national_id',
  'vehicle',
  'device',
  'url',
  'ip',
  'biometric',
  'photograph',
  'other_id',
] as const;
export type PhiCategory = (typeof PHI_CATEGORIES)[number];

/** What of an upload is screened beside its text; offsets of such a finding refer to the value of this field. */
export const SCREENED_FIELDS = ['fileName', 'title', 'externalId', 'metadata', 'unseen'] as const;
export type ScreenedField = (typeof SCREENED_FIELDS)[number];

/** One span of suspected patient data. It never carries the text itself. */
export interface Finding {
  readonly category: PhiCategory;
  /** Offsets into the reading's text (or the value of `field`), in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** 1-based page of `start`; absent where the source has no pages. */
  readonly page?: number;
  /** 0–1: how sure the recogniser is. */
  readonly score: number;
  /** Name of the recogniser and its evidence, e.g. `ssn/checksum`; a constant. */
  readonly recogniser: string;
  /** Absent: the span lies in the text. Otherwise in what came with it, which no reader of the text sees. */
  readonly field?: ScreenedField;
}
