import { afterAll, beforeAll, describe } from 'vitest';
import { catalogOver } from '../harness/postgres-catalog.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { catalogContract } from './catalog.contract.js';

describe('Postgres catalog on PGlite', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  catalogContract(() => catalogOver(database));
});
