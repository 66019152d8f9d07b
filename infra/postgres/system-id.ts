import type { Pool } from 'pg';
import { Database } from './database.js';

/** The id of the system that this database belongs to, made with the schema. Errors: `Failure DATABASE_UNAVAILABLE`. */
export async function readSystemId(pool: Pool): Promise<string> {
  const database = new Database(pool).forSystem('a system has many organizations');
  const [row] = await database.query<{ system_id: string }>('systemId', 'select system_id from ops.system');
  if (!row) throw new Error('ops.system is empty');
  return row.system_id;
}
