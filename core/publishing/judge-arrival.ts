import { isOlder, type RecordRevision } from '../contract/record-revision.js';
import type { VersionState } from '../contract/states.js';

/** How a document stands, under its lock, when a run brings it. */
export interface DocumentNow {
  readonly live: {
    readonly versionId: string;
    readonly fingerprint: string;
    readonly revision: RecordRevision | null;
  } | null;
  /** Was live until a rescreen held it; nothing went live since. */
  readonly takenOut: { readonly versionId: string; readonly revision: RecordRevision | null } | null;
  /** Of the highest sequence. */
  readonly newest: {
    readonly versionId: string;
    readonly fingerprint: string;
    readonly state: VersionState;
  } | null;
  /** Made by this run already, for an earlier record with the same external id. */
  readonly ownVersionId: string | null;
  /** A person deleted it, and nobody brought it back. */
  readonly deletedByHand: boolean;
  /** Its source withdrew it, by a record of this revision, and nobody brought it back. */
  readonly withdrawal: { readonly revision: RecordRevision | null } | null;
}

export interface Arrival {
  readonly fingerprint: string;
  readonly revision?: RecordRevision;
  /** A person asked to try again what ended badly. */
  readonly isRetry: boolean;
  /** One page is read again. */
  readonly isReread: boolean;
  /** Brought by a sync: only a person brings back what a person deleted. */
  readonly respectsTombstone: boolean;
}

export interface ArrivalVerdict {
  readonly outcome: 'open' | 'unchanged' | 'held' | 'needs_attention' | 'rejected' | 'superseded' | 'deleted';
  /** The version that makes another one needless; `null`: a version has to be made. */
  readonly versionId: string | null;
}

const TO_BE_MADE: ArrivalVerdict = { outcome: 'open', versionId: null };

/**
 * Whether a version has to be made for what a run brings, or which version makes that needless. A retry reads again what
 * needs attention, for that is what it was asked for; what is held waits for its review all the same, and what a
 * review rejected stays rejected. What its source
 * withdrew comes back by a newer record, or by a person's upload of one that is not older: never by a sync that reads the
 * old file again. A record that is older than what was live does not take its place while that is held, either.
 */
export function judgeArrival(document: DocumentNow, arrival: Arrival): ArrivalVerdict {
  const { live, newest, withdrawal } = document;
  const { fingerprint, revision, respectsTombstone } = arrival;
  if (document.ownVersionId !== null) return { outcome: 'open', versionId: document.ownVersionId };
  // It has the fingerprint of the version before, and is yet another reading of it.
  if (arrival.isReread) return TO_BE_MADE;
  if (live?.fingerprint === fingerprint) return { outcome: 'unchanged', versionId: live.versionId };
  const latest = live ?? document.takenOut;
  if (latest && isOlder(revision, latest.revision)) return { outcome: 'superseded', versionId: latest.versionId };
  if (!newest) return TO_BE_MADE;
  if (respectsTombstone && document.deletedByHand) return { outcome: 'deleted', versionId: newest.versionId };
  if (withdrawal && !comesBack(withdrawal.revision, arrival)) {
    return { outcome: 'superseded', versionId: newest.versionId };
  }
  if (newest.fingerprint === fingerprint && waits(newest.state, arrival)) {
    return { outcome: newest.state, versionId: newest.versionId };
  }
  return TO_BE_MADE;
}

function comesBack(withdrawn: RecordRevision | null, { revision, respectsTombstone }: Arrival): boolean {
  return isOlder(withdrawn, revision) || (!respectsTombstone && !isOlder(revision, withdrawn));
}

function waits(state: VersionState, { isRetry }: Arrival): state is 'held' | 'needs_attention' | 'rejected' {
  return state === 'held' || state === 'rejected' || (state === 'needs_attention' && !isRetry);
}
