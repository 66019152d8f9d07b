/** Where a run stands. `running` until it ends in exactly one of the others. */
export const RUN_STATES = [
  'running',
  'published',
  'unchanged',
  'held',
  'needs_attention',
  'rejected',
  'failed',
  'superseded',
  'cancelled',
] as const;
export type RunState = (typeof RUN_STATES)[number];
export type FinalRunState = Exclude<RunState, 'running'>;

/** What a run is: the act that it records. */
export const RUN_KINDS = ['ingest', 'sync', 'reread', 'review', 'rescreen', 'migration', 'erasure', 'backup'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Kinds that take a source from its bytes to published versions. */
export type SourceRunKind = Extract<RunKind, 'ingest' | 'reread'>;

/** Kinds that are accepted as acts on a subject, without a source and a listing. */
export const ACT_KINDS = ['review', 'rescreen', 'migration', 'erasure', 'backup'] as const satisfies readonly RunKind[];
export type ActKind = (typeof ACT_KINDS)[number];

/** Acts that are listed among the runs. A review tells that something is held, and has calls and rights of its own. */
export const SHOWN_ACT_KINDS = ['rescreen', 'migration', 'erasure', 'backup'] as const satisfies readonly ActKind[];
export type ShownActKind = (typeof SHOWN_ACT_KINDS)[number];

/** Where a run of any kind stands; `completed` is the good end of a kind that reads no source. */
export const ANY_RUN_STATES = [...RUN_STATES, 'completed'] as const;
export type AnyRunState = (typeof ANY_RUN_STATES)[number];

/** What a run does, in order; shown as `stage` of a run and as the search attribute `MedindexStage`. */
export const STAGES = ['accepted', 'inspect', 'extract', 'ocr', 'screen', 'chunk', 'embed', 'publish', 'done'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * A version is `open` while it is being made; only `published` ones were ever readable by search. What moves it from one
 * state to another stands in `core/publishing/version-life.ts`. `sanitized`: a person had it redacted, and another version
 * goes on in its place. `erased`: only ids, hashes and times are left of it.
 */
export const VERSION_STATES = [
  'open',
  'published',
  'held',
  'needs_attention',
  'superseded',
  'failed',
  'cancelled',
  'rejected',
  'sanitized',
  'archived',
  'erased',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/**
 * What a document shows to clients: its live version's state, or why it has none. `withdrawn`: its source says that it no
 * longer counts; `deleted`: a person or a sync took it out.
 */
export const DOCUMENT_STATES = [
  'processing',
  'published',
  'held',
  'needs_attention',
  'failed',
  'superseded',
  'cancelled',
  'rejected',
  'sanitized',
  'archived',
  'deleted',
  'withdrawn',
  'erased',
] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/**
 * What became of one record of a source: its version's state, or why it has none. `repeated`: a later record of the file
 * has the same identity and counts instead. `withdrawn`: the record takes its document out of the index.
 */
export const RECORD_OUTCOMES = [...DOCUMENT_STATES, 'unchanged', 'repeated'] as const;
export type RecordOutcome = (typeof RECORD_OUTCOMES)[number];

/** Why a source withdraws a document: the paper was retracted, or the source deleted its record. */
export const WITHDRAWAL_CAUSES = ['retracted', 'deleted_at_source'] as const;
export type WithdrawalCause = (typeof WITHDRAWAL_CAUSES)[number];

/** Why a passage that an answer rests on holds no longer. */
export const RECALL_REASONS = [
  ...WITHDRAWAL_CAUSES,
  'deleted',
  'held',
  'replaced',
  'superseded',
  'review_overdue',
] as const;
export type RecallReason = (typeof RECALL_REASONS)[number];

/** How one page of a version ended. `pending` exists only while the version is open. */
export const PAGE_OUTCOMES = ['pending', 'native', 'ocr', 'blank', 'failed', 'held'] as const;
export type PageOutcome = (typeof PAGE_OUTCOMES)[number];

/** How a page can be read: by its text layer, or by OCR of its picture. */
export const PAGE_METHODS = ['native', 'ocr'] as const;
export type PageMethod = (typeof PAGE_METHODS)[number];

/**
 * `unscreened` until the whole reading was screened. `approved`: a person found that what was suspected is no patient data.
 * `sanitized`: what was suspected was replaced by placeholders. `contains_phi`: its collection lets patient data in.
 */
export const PHI_STATUSES = ['unscreened', 'clear', 'suspected', 'approved', 'sanitized', 'contains_phi'] as const;
export type PhiStatus = (typeof PHI_STATUSES)[number];

/**
 * What happens to a version with findings: `block` (the default) holds it for review, `redact` publishes it with placeholders,
 * `allow` publishes it for keys that may read patient data, and needs a reason.
 */
export const PHI_POLICIES = ['block', 'redact', 'allow'] as const;
export type PhiPolicy = (typeof PHI_POLICIES)[number];

/** What happens to a question that holds a patient's identifiers; of several collections the strictest counts. */
export const QUERY_SCREENINGS = ['off', 'redact', 'refuse'] as const;
export type QueryScreening = (typeof QUERY_SCREENINGS)[number];

/** Whether a live version is due to be looked over, by its collection's review cycle counted from publication. */
export const REVIEW_STATUSES = ['not_scheduled', 'current', 'due'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

/** Who may read, from anyone to clinical staff; a key's level caps what its searches see. */
export const SAFETY_LEVELS = ['public', 'resident_accessible', 'healthcare_provider', 'clinical_staff_only'] as const;
export type SafetyLevel = (typeof SAFETY_LEVELS)[number];

/** What a lost answer to a golden question does: it is told, or it also keeps a new version from going live. */
export const GOLDEN_GATES = ['warn', 'block'] as const;
export type GoldenGate = (typeof GOLDEN_GATES)[number];

/** How a search was answered. */
export const ANSWERING_MODES = ['hybrid', 'vector', 'text'] as const;
export type AnsweringMode = (typeof ANSWERING_MODES)[number];

/** What somebody thinks of an answer; `missing`: nothing here answers the question. */
export const FEEDBACK_VERDICTS = ['up', 'down', 'missing'] as const;
export type FeedbackVerdict = (typeof FEEDBACK_VERDICTS)[number];

/** What kind of documents a collection holds. */
export const SOURCE_TYPES = [
  'guideline',
  'pubmed_abstract',
  'pubmed_fulltext',
  'drug_label',
  'consumer_health',
  'other',
] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/** What the bytes are, told from the bytes and not from the file name. */
export const FORMATS = [
  'pdf',
  'png',
  'jpeg',
  'tiff',
  'docx',
  'pptx',
  'epub',
  'html',
  'markdown',
  'csv',
  'text',
  'pubmed-xml',
  'pmc-xml',
] as const;
export type Format = (typeof FORMATS)[number];

/** Formats of many documents: each record is one, with an identity of its own. */
export const RECORD_FORMATS = ['pubmed-xml', 'pmc-xml'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

export function isRecordFormat(format: Format): format is RecordFormat {
  return (RECORD_FORMATS as readonly Format[]).includes(format);
}

/** Formats of one document with pages. */
const PAGED_FORMATS = ['pdf', 'png', 'jpeg', 'tiff'] as const satisfies readonly Format[];
export type PagedFormat = (typeof PAGED_FORMATS)[number];

export function isPaged(format: Format): format is PagedFormat {
  return (PAGED_FORMATS as readonly Format[]).includes(format);
}

/** What an API key may do. `admin` includes all others. */
export const KEY_SCOPES = ['search', 'read', 'ingest', 'delete', 'phi:review', 'phi:read', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];
