import type { Finding, PhiCategory } from '../contract/finding.js';
import type { DocumentId, RunId, VersionId } from '../contract/ids.js';
import type { RunRef } from '../contract/ingest-messages.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type { PhiStatus } from '../contract/states.js';
import type { Screen } from '../contract/rescreen-messages.js';
import type { ScreenedSpan } from './version-catalog.js';
import type { StartableRun } from './workflow-starter.js';

/** A live version that a rescreen has to look at. */
export interface LiveVersion {
  readonly versionId: VersionId;
  readonly documentId: DocumentId;
  /** The run that read it. */
  readonly runId: RunId;
  readonly phiStatus: PhiStatus;
  /** Its reading, sealed; `null`: of a version from before readings were kept. */
  readonly reading: ObjectRef | null;
  /** As it is shown. */
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a rescreen found of a live version. */
export type Rescreened = { readonly versionId: VersionId } & (
  | { readonly outcome: 'clear' | 'failed' }
  | (SuspectedVersion & { readonly outcome: 'suspected' | 'allowed' })
  | (SuspectedVersion & {
      readonly outcome: 'held';
      /** Sealed under `held/`. */
      readonly reading: ObjectRef;
    })
);

export interface SuspectedVersion {
  readonly findings: readonly (Finding & ScreenedSpan)[];
  /** Of those findings that hold it, each once. */
  readonly categories: readonly PhiCategory[];
}

/** What a rescreen does with what is live. Every method may be called twice: a run counts each version once. */
export interface RescreenCatalog {
  /** How many live versions the run has still to look at. */
  count(run: RunRef, screen: Screen): Promise<number>;
  /** The next of them, by document id. */
  next(run: RunRef, screen: Screen, page: { after: DocumentId | null; limit: number }): Promise<LiveVersion[]>;
  /**
   * One transaction: what is held is gone from search, its findings are on record and its review is open (the reviews are
   * answered: their workflows are to be started); what is allowed is marked; the run counts. Versions that are no longer live,
   * and those that the run has counted, are left alone. `null`: the run is over, and nothing was changed.
   */
  apply(run: RunRef, screen: Screen, rescreened: readonly Rescreened[]): Promise<StartableRun[] | null>;
}
