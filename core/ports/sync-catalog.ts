import type { FailureCode } from '../contract/failures.js';
import type { CollectionId, OrganizationId, RunId, SourceId } from '../contract/ids.js';
import type { RunState, FinalRunState } from '../contract/states.js';
import type { SyncRef, SyncStage } from '../contract/sync-messages.js';
import type { AccessScope } from './access-scope.js';
import type { AnyRun, RunError } from './run-catalog.js';
import type { ListedSource } from './source-store.js';

export interface AcceptSyncInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** As `sourcePrefix` gives it: ends with `/`. */
  readonly location: string;
  /** Withdrawals beyond this share of the sources known before (0…1) wait for somebody to confirm them. */
  readonly maxWithdrawnShare: number;
  /** Whoever started the sync has confirmed its withdrawals, however many. */
  readonly withdrawalsConfirmed: boolean;
  /** The key that asked for it, or `system`. */
  readonly actor: string;
}

/** One run of keeping a location and a collection the same. Its subject is the location. */
export interface Sync extends AnyRun, AcceptSyncInput {
  readonly kind: 'sync';
  readonly collectionId: CollectionId;
  readonly collectionName: string;
  readonly state: RunState;
  readonly stage: SyncStage;
}

/** What a sync found and did, in sources. `listed` = `kept` + `inserted` + `updated`. */
export interface SyncCounts {
  readonly listed: number;
  /** As they were: nothing to do. */
  readonly kept: number;
  readonly inserted: number;
  readonly updated: number;
  /** Of the inserted and updated ones: their runs have ended, well or not. */
  readonly ended: number;
  /** Of those: ended badly, or could not be fetched (but not: changed or gone since they were listed). */
  readonly failed: number;
  /** Of those: waiting for a person (held, or with pages that failed). */
  readonly waiting: number;
  /** Of those: cancelled by somebody. The next sync reads them. */
  readonly cancelled: number;
  /** Gone from the location, and their documents from the index. */
  readonly withdrawn: number;
  /** Gone from the location; still indexed. */
  readonly missing: number;
}

/** A source that is not as it should be, and why. */
export interface SourceProblem {
  readonly uri: string;
  readonly error: RunError;
  /** The run that ended badly; `null` when the source could not be fetched. */
  readonly runId: RunId | null;
}

export interface SyncView extends Sync {
  readonly counts: SyncCounts;
  /** The first 100, by name. */
  readonly problems: readonly SourceProblem[];
}

/** A source of a sync that is new or changed. */
export interface ChangedSource extends ListedSource {
  readonly sourceId: SourceId;
  /** Of what the attempt is made from: etag, size, pipeline, settings. */
  readonly fingerprint: string;
}

/** What syncs know. Every method may be called twice with the same input and then changes nothing the second time. */
export interface SyncCatalog {
  /**
   * Joins the running sync of the same collection and location, if there is one. A new sync, and a confirmation, are in the
   * audit log by the same transaction. `COLLECTION_MISSING`.
   */
  accept(input: AcceptSyncInput): Promise<{ sync: Sync; joined: boolean }>;
  load(ref: SyncRef): Promise<Sync | null>;
  get(scope: AccessScope, runId: RunId): Promise<SyncView | null>;
  recordStage(runId: RunId, stage: SyncStage): Promise<void>;
  /**
   * Marks sources as seen by this sync and answers those that have to be read: never attempted with this fingerprint to
   * an end. A source that failed is not answered again until its fingerprint is another.
   */
  compare(ref: SyncRef, listed: readonly (ListedSource & { readonly fingerprint: string })[]): Promise<ChangedSource[]>;
  /** Sources of this sync by id; those that are not part of it are left out. */
  changedSources(ref: SyncRef, sourceIds: readonly SourceId[]): Promise<ChangedSource[]>;
  /** The run of this source in this sync; `null` when it has none (yet). */
  runOf(ref: SyncRef, sourceId: SourceId): Promise<RunId | null>;
  /**
   * A source that could not be fetched. Where that is the file's own doing (too large, empty), it is not tried again until
   * its fingerprint is another.
   */
  recordUnfetchable(ref: SyncRef, sourceId: SourceId, code: FailureCode): Promise<void>;
  /**
   * Withdraws up to `limit` sources below the location that this sync has not seen: tombstones for their documents, the
   * withdrawal epoch and audit entries, in one transaction. Only for a sync that saw the whole listing. Documents that
   * another source holds stay; where what is live came from a withdrawn source, the next sync reads that other one again.
   * What another sync of an overlapping location saw since this one began is not missing.
   */
  withdrawMissing(ref: SyncRef, limit: number): Promise<{ withdrawn: number; left: number }>;
  /** Those of these runs, if syncs brought them, whose sources formerly held documents that they no longer found there. */
  runsWithVanished(runIds: readonly RunId[]): Promise<RunId[]>;
  /**
   * Withdraws up to `limit` documents that earlier runs of this run's source found there and this one did not; as
   * `withdrawMissing` does. Only for a run that read its source to the end and all of it. `asks`: they are more than the
   * sync's share of the source's known documents and nobody has confirmed; nothing was withdrawn.
   */
  withdrawVanished(runId: RunId, limit: number): Promise<{ withdrawn: number; left: number; asks: boolean }>;
  counts(ref: SyncRef): Promise<SyncCounts>;
  /**
   * Ends a sync as cancelled, as `finish` does, with its entry in the audit log in one transaction. `false`: it had ended
   * before, and nothing was changed. `null`: no such sync in scope.
   */
  cancel(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null>;
  /**
   * Ends a sync once; a sync that ended keeps its first end and the counts it had then. Runs of a cancelled sync end
   * with it.
   */
  finish(runId: RunId, end: { state: FinalRunState; error?: FailureCode }): Promise<void>;
}
