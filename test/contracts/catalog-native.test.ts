import { afterAll, beforeAll, describe } from 'vitest';
import { catalogOver } from '../harness/postgres-catalog.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import { catalogContract } from './catalog.contract.js';

const postgres = await nativePostgres(16);

describe.skipIf(postgres.unavailable !== null)(`Postgres catalog on ${postgres.name}`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgres.start();
  });
  afterAll(() => database.close());
  catalogContract(() => catalogOver(database));
});
