import type { VersionState } from '../../../core/contract/states.js';
import type { OpenedVersion } from '../../../core/ports/version-catalog.js';

/** How a document stands, under its lock, when a run brings it. */
export interface DocumentStanding {
  readonly document_id: string;
  readonly external_id: string;
  readonly live_version_id: string | null;
  readonly live_fingerprint: string | null;
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
 * attention, for that is what it was asked for; what is held waits for its review all the same.
 */
export function judgeItem(
  standing: DocumentStanding,
  fingerprint: string,
  /** `respectsTombstone`: for what a sync brings, as only a person brings back what a person deleted. */
  { isRetry, isReread, respectsTombstone }: { isRetry: boolean; isReread: boolean; respectsTombstone: boolean },
): { outcome: OpenedVersion['outcome']; versionId: string | null } {
  if (standing.own_version_id !== null) return { outcome: 'open', versionId: standing.own_version_id };
  // Made from the same as the version before, and yet another reading of it.
  if (isReread) return { outcome: 'open', versionId: null };
  if (standing.live_version_id !== null && standing.live_fingerprint === fingerprint) {
    return { outcome: 'unchanged', versionId: standing.live_version_id };
  }
  const { newest_version_id: newest, newest_state: state } = standing;
  if (respectsTombstone && standing.deleted_by_hand && newest !== null)
    return { outcome: 'deleted', versionId: newest };
  if (
    newest !== null &&
    standing.newest_fingerprint === fingerprint &&
    (state === 'held' || (state === 'needs_attention' && !isRetry))
  ) {
    return { outcome: state, versionId: newest };
  }
  return { outcome: 'open', versionId: null };
}
