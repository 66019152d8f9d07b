import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { QdrantVectorIndex, QUANTIZATIONS } from '../../infra/vectors/qdrant/qdrant-vector-index.js';
import { describeWith } from '../harness/describe-with.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { vectorIndexContract } from './vector-index.contract.js';

// No package registry has the server: who has one sets QDRANT_URL. What is asked of it is checked in any case
// (test/unit/vectors/qdrant-requests.test.ts).
const url = process.env['QDRANT_URL'];
const apiKey = process.env['QDRANT_API_KEY'] ?? null;
const found = url === undefined ? { missing: 'QDRANT_URL is not set: no Qdrant was asked' } : { url };

for (const quantization of QUANTIZATIONS) {
  describeWith([found], `Qdrant, quantization ${quantization}`, () => {
    let database: TestDatabase;
    let vectorIndex: QdrantVectorIndex;
    beforeAll(async () => {
      database = await openTestDatabase();
      vectorIndex = new QdrantVectorIndex({
        url: url ?? '',
        apiKey,
        prefix: `test-${randomBytes(6).toString('hex')}`,
        quantization,
        ef: 128,
      });
    });
    afterAll(async () => {
      await vectorIndex.dropOrphans(async () => new Set());
      await vectorIndex.close();
      await database.close();
    });
    vectorIndexContract(() => ({
      catalog: createPostgresCatalog({ pool: database.pool, vectorStore: 'qdrant' }),
      vectorIndex,
      pool: database.pool,
    }));
  });
}
