/**
 * How firmly a recommendation is made. `strong` and `conditional` (also called weak, discretionary or qualified) are GRADE's,
 * `moderate` is ACC/AHA's between them; `good_practice` stands without graded evidence, and `insufficient` neither for nor
 * against (USPSTF "I statement").
 */
export const RECOMMENDATION_STRENGTHS = ['strong', 'moderate', 'conditional', 'good_practice', 'insufficient'] as const;
export type RecommendationStrength = (typeof RECOMMENDATION_STRENGTHS)[number];

/** GRADE's four: how sure the effect is known, also called quality of or confidence in the evidence. */
export const EVIDENCE_CERTAINTIES = ['high', 'moderate', 'low', 'very_low'] as const;
export type EvidenceCertainty = (typeof EVIDENCE_CERTAINTIES)[number];

/** Schemes that can be told from how a grade is written; many a letter could be of several, and then none is named. */
export const GRADING_SYSTEMS = ['grade', 'acc_aha', 'uspstf', 'sign', 'nice'] as const;
export type GradingSystem = (typeof GRADING_SYSTEMS)[number];

/** What a guideline says of the weight of one of its recommendations. */
export interface RecommendationGrade {
  /** `null`: none is stated, or its scheme does not say which of these it is. */
  readonly strength: RecommendationStrength | null;
  readonly certainty: EvidenceCertainty | null;
  /** Absent where the grade itself does not say. */
  readonly direction?: 'for' | 'against';
  readonly system?: GradingSystem;
  /** `Class IIa, Level of Evidence B`: as the document has it, in one line. */
  readonly asWritten: string;
}

/** A grade with the statement that it belongs to, as offsets into the reading's text (UTF-16 code units), the grade included. */
export interface Recommendation extends RecommendationGrade {
  readonly start: number;
  readonly end: number;
}
