import type { VersionState } from '../../../core/contract/states.js';
import type { OpenedVersion, OpenVersionItem } from '../../../core/ports/version-catalog.js';
import { isOlder, type RecordRevision } from '../../../core/contract/record-revision.js';

/** How a document stands, under its lock, when a run brings it. */
export interface DocumentStanding {
  readonly document_id: string;
  readonly live_version_id: string | null;
  readonly live_fingerprint: string | null;
  readonly live_revision: RecordRevision | null;
  /** Its source withdrew it, by a record of this revision, and nobody brought it back. */
  readonly withdrawn: boolean;
  readonly withdrawn_revision: RecordRevision | null;
  /** Of the highest sequence. */
  readonly newest_version_id: string | null;
  readonly newest_fingerprint: string | null;
  readonly newest_state: VersionState | null;
  /** Made by this run already, for an earlier record with the same external id. */
  own_version_id: string | null;
  /** A person deleted it, and nobody brought it back. */
  readonly deleted_by_hand: boolean;
  /** 0 when there is no version yet. */
  readonly last_number: number;
}

/**
 * Whether a version has to be made (`versionId: null`), or which one makes that needless. A retry reads again what needs
 * attention, for that is what it was asked for; what is held waits for its review all the same. What its source withdrew
 * comes back by a newer record, or by a person's upload of one that is not older: never by a sync that reads the old
 * file again.
 */
export function judgeItem(
  standing: DocumentStanding,
  { fingerprint, revision }: Pick<OpenVersionItem, 'fingerprint' | 'revision'>,
  /** `respectsTombstone`: for what a sync brings, as only a person brings back what a person deleted. */
  { isRetry, isReread, respectsTombstone }: { isRetry: boolean; isReread: boolean; respectsTombstone: boolean },
): { outcome: OpenedVersion['outcome']; versionId: string | null } {
  if (standing.own_version_id !== null) return { outcome: 'open', versionId: standing.own_version_id };
  // Made from the same as the version before, and yet another reading of it.
  if (isReread) return { outcome: 'open', versionId: null };
  if (standing.live_version_id !== null && standing.live_fingerprint === fingerprint) {
    return { outcome: 'unchanged', versionId: standing.live_version_id };
  }
  if (standing.live_version_id !== null && isOlder(revision, standing.live_revision)) {
    return { outcome: 'superseded', versionId: standing.live_version_id };
  }
  const { newest_version_id: newest, newest_state: state, withdrawn_revision } = standing;
  if (respectsTombstone && standing.deleted_by_hand && newest !== null)
    return { outcome: 'deleted', versionId: newest };
  const comesBack =
    isOlder(withdrawn_revision, revision) || (!respectsTombstone && !isOlder(revision, withdrawn_revision));
  if (standing.withdrawn && !comesBack && newest !== null) return { outcome: 'superseded', versionId: newest };
  if (
    newest !== null &&
    standing.newest_fingerprint === fingerprint &&
    (state === 'held' || (state === 'needs_attention' && !isRetry))
  ) {
    return { outcome: state, versionId: newest };
  }
  return { outcome: 'open', versionId: null };
}
