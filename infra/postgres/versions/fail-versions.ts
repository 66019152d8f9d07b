import type { FailureCode } from '../../../core/contract/failures.js';
import type { VersionId } from '../../../core/contract/ids.js';
import type { DatabaseHandle } from '../database.js';
import { IS_OPEN } from './version-states.js';

const FAIL_VERSIONS = `
  update knowledge.versions v set state = 'failed', failure_code = f.code
  from unnest($1::uuid[], $2::text[]) f (version_id, code)
  where v.version_id = f.version_id and v.${IS_OPEN}`;

/** Only open versions fail: what was published or held has ended otherwise. */
export async function failVersions(
  database: DatabaseHandle,
  versions: readonly { versionId: VersionId; code: FailureCode }[],
): Promise<void> {
  if (versions.length === 0) return;
  await database.query('failVersions', FAIL_VERSIONS, [
    versions.map((version) => version.versionId),
    versions.map((version) => version.code),
  ]);
}
