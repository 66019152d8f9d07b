import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../core/ports/catalog.js';
import { Database } from '../../infra/postgres/database.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';

const postgres = await nativePostgres(16);
const ORGANIZATION = 'default';

/** What every request asks first has connections of its own, and nothing that waits for locks may have them. */
describe.skipIf(postgres.unavailable !== null)(`short ways to ${postgres.name}`, () => {
  let database: TestDatabase;
  let short: Pool;
  let catalog: Catalog;
  beforeAll(async () => {
    database = await postgres.start();
    short = await createPool({ databaseUrl: database.databaseUrl, kind: 'native', maxConnections: 1 });
    catalog = createPostgresCatalog({ pool: database.pool, shortWays: new Database(short) });
  });
  afterAll(async () => {
    await short?.end();
    await database?.close();
  });

  it('keys are looked up while changes of keys wait for the audit log', async () => {
    const key = { organizationId: ORGANIZATION, name: 'asking', scopes: ['read'], collections: 'all' } as const;
    const hash = Buffer.alloc(32, 1);
    await catalog.keys.store({ ...key, keyId: 'one', safetyLevel: 'public', expiresAt: null }, hash, 'system');
    const auditing = await database.pool.connect();
    try {
      await auditing.query('begin');
      await auditing.query('select from compliance.audit_heads where organization_id = $1 for update', [ORGANIZATION]);
      const change = catalog.keys.changePlan({ organizationId: ORGANIZATION, keyId: 'one', plan: 'pro', actor: 'me' });
      expect((await catalog.keys.byHash(hash))?.plan).toBe('enterprise');
      expect((await catalog.keys.byId('one'))?.plan).toBe('enterprise');
      await auditing.query('rollback');
      expect(await change).toBe(true);
    } finally {
      auditing.release();
    }
  });
});
