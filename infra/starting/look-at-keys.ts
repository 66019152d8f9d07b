import { type KeyMark, keyMark } from '../encryption/key-mark.js';
import { Database } from '../postgres/database.js';
import { readKeyMarks, type RecordedKeyMark, recordKeyMarks } from '../postgres/encryption-key-marks.js';
import { createPool } from '../postgres/pool.js';
import type { EncryptionKey } from '../settings-reader.js';
import { ALL_WELL, type Findings, problem, warning } from './start-refused.js';

/**
 * Whether the encryption keys of the settings are those that the database was filled with; puts new ones on record. The
 * schema must be there. `keys`: newest first, at least one.
 */
export async function lookAtKeys(databaseUrl: string, keys: readonly EncryptionKey[]): Promise<Findings> {
  const pool = await createPool({ databaseUrl, maxConnections: 1 });
  try {
    const database = new Database(pool).forSystem('keys belong to the system');
    const marks = keys.map(keyMark);
    const found = compareKeys(marks, await readKeyMarks(database));
    if (found.problems.length > 0) return found;
    const oldest = marks.at(-1)?.id;
    await recordKeyMarks(
      database,
      marks.map((mark) => ({ ...mark, makesHashes: mark.id === oldest })),
    );
    // Another process may have been faster, with other keys.
    return compareKeys(marks, await readKeyMarks(database));
  } finally {
    await pool.end();
  }
}

/**
 * The keys of the settings (newest first) beside those on record. A key that only one of them has is no mistake by itself:
 * it is how a rotation begins and ends.
 */
export function compareKeys(given: readonly KeyMark[], recorded: readonly RecordedKeyMark[]): Findings {
  if (recorded.length === 0) return ALL_WELL;
  const known = new Map(recorded.map(({ id, mark }) => [id, mark]));
  const others = given.filter(({ id, mark }) => known.has(id) && known.get(id) !== mark).map(({ id }) => id);
  if (others.length > 0) {
    return problem(
      `MEDINDEX_ENCRYPTION_KEYS: the key ${others.join(', ')} is not the one that this database was filled with under the ` +
        `same name. ${PUT_BACK}`,
    );
  }
  if (!given.some(({ id }) => known.has(id))) {
    return problem(
      `MEDINDEX_ENCRYPTION_KEYS: this database was filled with other keys (${recorded.map(({ id }) => id).join(', ')}); none of ` +
        `them is set, so nothing that is stored could be read. ${PUT_BACK}`,
    );
  }
  const hashKey = recorded.find(({ makesHashes }) => makesHashes);
  if (hashKey && given.at(-1)?.id !== hashKey.id) {
    return problem(
      `MEDINDEX_ENCRYPTION_KEYS: the key ${hashKey.id} has to be the last of the list. Decisions of reviewers, kept answers and ` +
        'the signature of certificates are found by hashes that are made with it, for as long as this system lives.',
    );
  }
  const gone = recorded.filter(({ id }) => !given.some((key) => key.id === id)).map(({ id }) => id);
  if (gone.length === 0) return ALL_WELL;
  return warning(
    `MEDINDEX_ENCRYPTION_KEYS lacks ${gone.join(', ')}: what was sealed with that cannot be read (KEY_MISSING). Put it back, ` +
      'before the last one; it may go only when every document that was taken in while it stood first is erased.',
  );
}

const PUT_BACK =
  'Put its keys back (newest first, comma between), or name the database and object store that these keys belong to.';
