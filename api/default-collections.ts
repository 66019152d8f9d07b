import { DEFAULT_CHUNKING } from '../core/contract/chunk.js';
import type { SafetyLevel } from '../core/contract/states.js';
import type { CollectionSettings } from '../core/ports/collection-catalog.js';

/** Clinical content is for clinicians unless its collection says otherwise. */
export const DEFAULT_SAFETY_LEVEL: SafetyLevel = 'healthcare_provider';

/** Long enough to notice a deletion that was a mistake, short enough for most rules of data protection. */
export const DEFAULT_RETENTION_DAYS = 30;

/** A weekend and a day. */
export const DEFAULT_REVIEW_DUE_HOURS = 72;

const DEFAULTS = {
  language: 'en',
  phiPolicy: 'block',
  phiPolicyReason: null,
  chunking: DEFAULT_CHUNKING,
  embeddingModel: null,
  safetyLevel: DEFAULT_SAFETY_LEVEL,
  retentionDays: DEFAULT_RETENTION_DAYS,
  fourEyes: false,
  reviewDueHours: DEFAULT_REVIEW_DUE_HOURS,
  screenQueries: 'off',
  answerThreshold: null,
  rerank: true,
} as const;

/** A year is the customary cycle of local guideline committees; drug labels change more often. */
const YEARLY_DAYS = 365;
const HALF_YEARLY_DAYS = 182;

/** The collections of a fresh stack (DESIGN §7). Published literature does not expire, so nobody has to look it over. */
export const DEFAULT_COLLECTIONS: Readonly<Record<string, CollectionSettings>> = {
  guidelines: { ...DEFAULTS, sourceType: 'guideline', reviewCycleDays: YEARLY_DAYS },
  pubmed_abstracts: { ...DEFAULTS, sourceType: 'pubmed_abstract', safetyLevel: 'public', reviewCycleDays: null },
  pubmed_fulltext: { ...DEFAULTS, sourceType: 'pubmed_fulltext', safetyLevel: 'public', reviewCycleDays: null },
  drug_labels: { ...DEFAULTS, sourceType: 'drug_label', reviewCycleDays: HALF_YEARLY_DAYS },
  consumer_health: { ...DEFAULTS, sourceType: 'consumer_health', safetyLevel: 'public', reviewCycleDays: YEARLY_DAYS },
};
