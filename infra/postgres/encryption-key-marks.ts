import type { KeyMark } from '../encryption/key-mark.js';
import type { DatabaseHandle } from './database.js';

export interface RecordedKeyMark extends KeyMark {
  /** Whether keyed hashes hang on this key (the oldest one of the first start). */
  readonly makesHashes: boolean;
}

/** The keys that this database was filled with, the first seen first. Errors: `Failure DATABASE_UNAVAILABLE`. */
export function readKeyMarks(database: DatabaseHandle): Promise<RecordedKeyMark[]> {
  return database.query<RecordedKeyMark>(
    'readKeyMarks',
    'select key_id as id, mark, makes_hashes as "makesHashes" from ops.encryption_keys order by first_seen_at, key_id',
  );
}

/**
 * Puts keys on record that are not yet. Of two processes that record at once the first one wins; the other one's are left
 * out, so whoever calls reads again and compares. Errors: `Failure DATABASE_UNAVAILABLE`.
 */
export async function recordKeyMarks(database: DatabaseHandle, marks: readonly RecordedKeyMark[]): Promise<void> {
  await database.query(
    'recordKeyMarks',
    `insert into ops.encryption_keys (key_id, mark, makes_hashes)
     select * from unnest($1::text[], $2::text[], $3::boolean[])
     on conflict do nothing`,
    [marks.map(({ id }) => id), marks.map(({ mark }) => mark), marks.map(({ makesHashes }) => makesHashes)],
  );
}
