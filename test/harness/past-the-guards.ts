import type { Pool, PoolClient } from 'pg';

/**
 * One transaction in which triggers do nothing (those of foreign keys neither), for what a test must write behind the
 * catalog's back: Postgres leaves triggers out for the role of a replica. The user must be a superuser.
 */
export async function pastTheGuards(pool: Pool, work: (client: PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("set local session_replication_role = 'replica'");
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
