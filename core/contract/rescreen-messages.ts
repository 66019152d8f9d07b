import type { FailureCode } from './failures.js';
import type { PhiCategory } from './finding.js';
import type { DocumentId } from './ids.js';
import type { RunRef } from './ingest-messages.js';

/** Screened by rules alone, without a model that tells names. */
export const RULES_ALONE = 'rules';

/** By what a version is screened. */
export interface Screen {
  /** `core/screening/screen-version.ts`. */
  readonly version: number;
  /** `rules`, or the rules and the name of a model. */
  readonly screenedWith: string;
}

/** What somebody asks a rescreen for. */
export interface RescreenOptions {
  /** Nothing is held: what would be is counted. */
  readonly report: boolean;
  /** Also what was screened by the present screen. */
  readonly all: boolean;
}

/** What a rescreen found so far, in documents; no word of any. */
export interface RescreenCounts {
  readonly screened: number;
  readonly clear: number;
  /** Gone from search, and waiting for their reviews. */
  readonly held: number;
  /** Would be held; of a report. */
  readonly suspected: number;
  /** Their collection lets patient data in: marked as holding some. */
  readonly allowed: number;
  /** Could not be screened, and stay as they were. */
  readonly failed: number;
  /** Documents with a finding of the category that would hold them; each counts for all of its categories. */
  readonly findings: Readonly<Partial<Record<PhiCategory, number>>>;
}

export const NOTHING_RESCREENED: RescreenCounts = {
  screened: 0,
  clear: 0,
  held: 0,
  suspected: 0,
  allowed: 0,
  failed: 0,
  findings: {},
};

export interface RescreenBatchInput extends RunRef {
  /** The last document of the batch before; `null`: this is the first. */
  readonly after: DocumentId | null;
}

export interface RescreenBatchResult {
  /** `null`: that was the last batch, or the run is over. */
  readonly after: DocumentId | null;
}

export interface SettleRescreenInput extends RunRef {
  readonly end:
    { readonly state: 'completed' | 'cancelled' } | { readonly state: 'failed'; readonly code: FailureCode };
}
