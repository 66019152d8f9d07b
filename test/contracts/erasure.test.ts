import { afterAll, beforeAll, describe } from 'vitest';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { erasureContract } from './erasure.contract.js';
import { orphansContract } from './orphans.contract.js';

for (const postgres of await eachPostgres(16)) {
  describe.skipIf(postgres.unavailable !== null)(`erasure and sweep on ${postgres.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await postgres.start();
    });
    afterAll(() => database.close());
    erasureContract(() => catalogOver(database));
    orphansContract(() => catalogOver(database));
  });
}
