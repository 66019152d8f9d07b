import { Failure } from '../../core/contract/failures.js';
import { migrate, SchemaMismatch } from '../postgres/migrate.js';
import { createPool } from '../postgres/pool.js';
import { StartRefused } from './start-refused.js';

/** Postgres' "insufficient privilege", as it stands in the detail of a `Failure`. */
const INSUFFICIENT_PRIVILEGE = 'state=42501';

/** Brings the schema to the state of this program. Gives the names applied. Errors: `StartRefused`. */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const pool = await createPool({ databaseUrl, maxConnections: 1, applicationName: 'medindex-migrate' });
  try {
    return await migrate(pool);
  } catch (error) {
    if (error instanceof SchemaMismatch) throw new StartRefused([`DATABASE_URL: ${error.message}`]);
    if (error instanceof Failure && error.detail?.includes(INSUFFICIENT_PRIVILEGE)) {
      throw new StartRefused([
        'DATABASE_URL: its user may not make what the migrations need. It has to own the database and to have CREATEROLE ' +
          '(alter database medindex owner to medindex; alter role medindex createrole), or somebody makes the role ' +
          'medindex_tenant and the extension vector beforehand. Example: DATABASE_URL=postgres://medindex:password@db.example.org:5432/medindex',
      ]);
    }
    throw error;
  } finally {
    await pool.end();
  }
}
