import { parseArgs } from 'node:util';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { createRetrieval, type Retrieve } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { Database, type DatabaseHandle } from '../../infra/postgres/database.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { startPglite } from '../../test/harness/pglite.js';
import { type Bench, missed, type Say } from '../bench.js';
import { indexReadings } from '../eval/index-readings.js';
import { asReading, embedder, tokenizer } from '../setting/arbitrary-model.js';
import { NativeServer } from '../setting/native-server.js';
import { consumerHealthFiles, consumerHealthQuestions, type SampleFile } from '../setting/samples.js';
import { percentile, round, tableLines } from '../setting/statistics.js';

const COLLECTION = 'consumer_health';
const WARM_UP = 20;
const MAX_COST = 1.05;

const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};

/** The same statements as the owner of the tables, whom no policy restricts. */
class Unrestricted extends Database {
  override forOrganization(): DatabaseHandle {
    return this.forSystem('measures what isolation costs');
  }
}

/**
 * What row-level security costs a hybrid search: each question twice in a row, restricted to its organization and as the owner
 * of the tables, in changing order. Vectors are arbitrary and cost nothing, and nothing goes by HTTP, so that a search is
 * its statements: the cost of a whole one is smaller.
 */
export const isolationBench: Bench = {
  name: 'isolation',
  summary: '[--files 300] [--rounds 3]  what row-level security adds to a search, on native Postgres and on PGlite',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: { files: { type: 'string', default: '300' }, rounds: { type: 'string', default: '3' } },
    });
    const files = consumerHealthFiles(Number(values.files));
    const rounds = Number(values.rounds);
    const server = await NativeServer.start();
    let native: Compared;
    try {
      native = await compare(await server.createDatabase(), 'native', { files, rounds, say });
    } finally {
      await server.stop();
    }
    const embedded = await startPglite({ migrated: true });
    let pglite: Compared;
    try {
      pglite = await compare(embedded.databaseUrl, 'pglite', { files, rounds, say });
    } finally {
      await embedded.stop();
    }
    for (const line of tableLines([
      ['', 'searches', 'restricted p50 ms', 'p95', 'unrestricted p50 ms', 'p95', 'ratio of p50', 'of sums'],
      ...Object.entries({ native, pglite }).map(([name, { restricted, unrestricted, p50Ratio, sumRatio }]) => [
        name,
        restricted.length,
        ...[restricted, unrestricted].flatMap((times) => [0.5, 0.95].map((at) => round(percentile(times, at), 1))),
        p50Ratio,
        sumRatio,
      ]),
    ])) {
      say(line);
    }
    const ratios = ({ p50Ratio, sumRatio }: Compared) => ({ p50Ratio, sumRatio });
    return {
      figures: { native: ratios(native), pglite: ratios(pglite) },
      short: missed({ native: native.p50Ratio <= MAX_COST, pglite: pglite.p50Ratio <= MAX_COST }),
    };
  },
};

interface Compared {
  readonly restricted: readonly number[];
  readonly unrestricted: readonly number[];
  readonly p50Ratio: number;
  readonly sumRatio: number;
}

async function compare(
  databaseUrl: string,
  kind: 'native' | 'pglite',
  { files, rounds, say }: { files: readonly SampleFile[]; rounds: number; say: Say },
): Promise<Compared> {
  // A pool for each, as a server process keeps what it knows of a role while it serves that one.
  const pool = await createPool({ databaseUrl, kind });
  const ownerPool = await createPool({ databaseUrl, kind });
  try {
    await migrate(pool);
    const search = (database: Database) => {
      const catalog = createPostgresCatalog({ pool, database });
      const vectorIndex = new PgVectorIndex({ pool, database });
      const collectionModels = new LoadedModels([]);
      return { catalog, vectorIndex, retrieve: createRetrieval({ catalog, vectorIndex, embedder, collectionModels }) };
    };
    const restricted = search(new Database(pool));
    const unrestricted = search(new Unrestricted(ownerPool));
    await prepareFirstStart(restricted.catalog, null);
    const collection = await restricted.catalog.collections.byName(EVERYTHING, COLLECTION);
    if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
    const documents = files.map(({ name, text }) => ({ externalId: name, reading: asReading(text) }));
    const { collectionId } = collection;
    const chunks = await indexReadings({ ...restricted, embedder, tokenizer, collectionId, documents });
    await pool.query('analyze');
    say(`${kind}: ${chunks} chunks of ${files.length} files`);
    return await ask(restricted.retrieve, unrestricted.retrieve, rounds);
  } finally {
    await Promise.all([pool.end(), ownerPool.end()]);
  }
}

async function ask(restricted: Retrieve, unrestricted: Retrieve, rounds: number): Promise<Compared> {
  const questions = consumerHealthQuestions();
  const times = { restricted: [] as number[], unrestricted: [] as number[] };
  const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
  const timed = async (retrieve: Retrieve, text: string) => {
    const begun = performance.now();
    await retrieve(EVERYTHING, { text, mode: 'hybrid', topK: 10, filter });
    return performance.now() - begun;
  };
  for (const text of questions.slice(0, WARM_UP)) {
    await timed(restricted, text);
    await timed(unrestricted, text);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [at, text] of questions.entries()) {
      const first = (at + round) % 2 === 0;
      if (first) times.restricted.push(await timed(restricted, text));
      times.unrestricted.push(await timed(unrestricted, text));
      if (!first) times.restricted.push(await timed(restricted, text));
    }
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    ...times,
    p50Ratio: round(percentile(times.restricted, 0.5) / percentile(times.unrestricted, 0.5), 3),
    sumRatio: round(sum(times.restricted) / sum(times.unrestricted), 3),
  };
}
