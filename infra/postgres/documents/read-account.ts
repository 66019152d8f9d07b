import type { VersionId } from '../../../core/contract/ids.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import type { VersionState } from '../../../core/contract/states.js';
import type { WordCounts } from '../../../core/contract/word-account.js';
import type { AccountedVersion } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';

const READ_ACCOUNT = `
  select v.version_id, v.number, v.state, v.phi_status = 'contains_phi' as contains_phi, v.partial, v.published_at,
    v.reading_ref, v.word_counts, r.object_sha256, r.object_size_bytes
  from knowledge.versions v join knowledge.runs r using (run_id)
  where v.version_id = $1`;

interface AccountRow {
  version_id: string;
  number: number;
  state: VersionState;
  contains_phi: boolean;
  partial: boolean;
  published_at: Date | null;
  reading_ref: ObjectRef | null;
  word_counts: WordCounts | null;
  object_sha256: string | null;
  object_size_bytes: number | null;
}

/** Of a version that may be seen, which is checked before. */
export async function readAccount(database: Queryable, versionId: VersionId): Promise<AccountedVersion | null> {
  const [row] = await database.query<AccountRow>('readAccount', READ_ACCOUNT, [versionId]);
  if (!row) return null;
  const { object_sha256: sha256, object_size_bytes: sizeBytes } = row;
  return {
    versionId: row.version_id,
    number: row.number,
    state: row.state,
    containsPhi: row.contains_phi,
    partial: row.partial,
    publishedAt: row.published_at,
    readingRef: row.reading_ref,
    wordCounts: row.word_counts,
    file: sha256 === null || sizeBytes === null ? null : { sha256, sizeBytes },
  };
}
