import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createIndexFilling } from '../../activities/indexing/index-filling.js';
import { createVectorMaking } from '../../activities/indexing/vector-making.js';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { startPglite } from '../../test/harness/pglite.js';
import { type Bench, missed, type Say } from '../bench.js';
import { indexReadings } from '../eval/index-readings.js';
import { asReading, embedder, tokenizer } from '../setting/arbitrary-model.js';
import { NativeServer } from '../setting/native-server.js';
import { percentile, round, tableLines } from '../setting/statistics.js';

const COLLECTION = 'consumer_health';
const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};
const ASK_EVERY_MS = 20;
const IDLE_SEARCHES = 200;
const VOCABULARY = 5_000;
/** Searches may take twice as long while a move is under way. */
const MAX_RATIO = 2;

/** Another model of as many dimensions, whose vectors are not known yet. */
const next = { ...embedder, model: { ...embedder.model, name: 'arbitrary-next', revision: 'arbitrary:2' } };

/**
 * A collection moves to another model and back while it is searched: built, given its approximate index, promoted, rolled back,
 * promoted again, and the former index dropped. The models' vectors cost nothing here: what is measured is what a move does to
 * the database, and not whether the machine has a core for the model.
 */
export const movingBench: Bench = {
  name: 'moving',
  summary: '[--chunks 20000] [--on native,pglite]  vectors move to another model, and searches beside it',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: { chunks: { type: 'string', default: '20000' }, on: { type: 'string', default: 'native,pglite' } },
    });
    const chunks = Number(values.chunks);
    const figures: Record<string, Moved> = {};
    for (const kind of values.on.split(',')) {
      if (kind === 'native') {
        const server = await NativeServer.start();
        try {
          figures[kind] = await measure(await server.createDatabase(), kind, { chunks, say });
        } finally {
          await server.stop();
        }
      } else if (kind === 'pglite') {
        const embedded = await startPglite({ migrated: true });
        try {
          figures[kind] = await measure(embedded.databaseUrl, kind, { chunks, say });
        } finally {
          await embedded.stop();
        }
      }
    }
    const heads = [
      '',
      'chunks',
      'build s',
      'p50 ms idle',
      'beside it',
      'p95 idle',
      'beside it',
      'ratio',
      'searches',
      'failed',
    ];
    const rows = Object.entries(figures).map(([name, figure]) => [
      ...[name, figure.chunks, figure.buildSeconds, figure.idle.p50, figure.beside.p50, figure.idle.p95],
      ...[figure.beside.p95, figure.ratio, figure.searches, figure.failed],
    ]);
    for (const line of tableLines([heads, ...rows])) say(line);
    const met = Object.entries(figures).flatMap(([name, { failed, ratio }]): [string, boolean][] => [
      [`${name} failed`, failed === 0],
      [`${name} p95`, ratio <= MAX_RATIO],
    ]);
    return { figures, short: missed(Object.fromEntries(met)) };
  },
};

interface Times {
  readonly p50: number;
  readonly p95: number;
}

interface Moved {
  readonly chunks: number;
  readonly buildSeconds: number;
  readonly idle: Times;
  readonly beside: Times;
  /** p95 beside the move over that of the idle system. */
  readonly ratio: number;
  readonly searches: number;
  readonly failed: number;
}

async function measure(
  databaseUrl: string,
  kind: 'native' | 'pglite',
  { chunks: wanted, say }: { chunks: number; say: Say },
): Promise<Moved> {
  const pool = await createPool({ databaseUrl, kind });
  try {
    await migrate(pool);
    const catalog = createPostgresCatalog({ pool });
    const vectorIndex = new PgVectorIndex({ pool });
    await prepareFirstStart(catalog, null);
    const collection = await catalog.collections.byName(EVERYTHING, COLLECTION);
    if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
    const { organizationId, collectionId } = collection;
    const chunks = await indexReadings({
      ...{ catalog, vectorIndex, embedder, tokenizer, collectionId },
      documents: Array.from({ length: Math.ceil(wanted / 2) }, (_, at) => ({
        externalId: `document-${at}`,
        reading: asReading(madeText(at)),
      })),
    });
    await pool.query('analyze');
    await vectorIndex.maintain();
    say(`${kind}: ${chunks} chunks`);

    const collectionModels = new LoadedModels([
      { name: next.model.name, open: async () => next, openTokenizer: async () => tokenizer },
    ]);
    const deps = { catalog, vectorIndex, embedder, collectionModels };
    const retrieve = createRetrieval(deps);
    const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
    let failed = 0;
    let asked = 0;
    const ask = async (times: number[]) => {
      const begun = performance.now();
      const text = madeText(1_000_003 + asked++).slice(0, 60);
      const found = await retrieve(EVERYTHING, { text, mode: 'hybrid', topK: 10, filter }).catch(() => null);
      if (found?.mode !== 'hybrid' || found.degraded !== undefined || found.hits.length === 0) failed += 1;
      times.push(performance.now() - begun);
    };
    const idle: number[] = [];
    for (let search = 0; search < IDLE_SEARCHES; search++) {
      await ask(idle);
      await pause(ASK_EVERY_MS);
    }

    const beside: number[] = [];
    let isMoving = true;
    const asking = (async () => {
      for (; isMoving; await pause(ASK_EVERY_MS)) await ask(beside);
    })();
    const building = performance.now();
    const live = await searched();
    const target = await catalog.vectorIndexes.buildBeside({
      organizationId,
      collectionId,
      model: next.model,
      store: 'pgvector',
    });
    if (!target) throw new Error('nothing is built');
    await vectorIndex.prepare(target);
    const making = createVectorMaking(deps);
    const fillIndex = createIndexFilling(deps, making);
    const { signal } = new AbortController();
    for (let [behind, more] = [0, true]; more;) {
      const step = await making.withIndex(target, (index) => fillIndex(index, { skipped: 1, behind }, signal));
      ({ behind, more } = step);
    }
    await vectorIndex.maintain();
    const buildSeconds = (performance.now() - building) / 1_000;
    for (const spec of [target, live, target]) {
      if ((await catalog.vectorIndexes.promote(spec, 'bench')) === 'incomplete') throw new Error('vectors are missing');
      const until = performance.now() + 2_000;
      while (performance.now() < until) await pause(ASK_EVERY_MS);
    }
    const former = await catalog.vectorIndexes.retire(live);
    if (former) await vectorIndex.drop(former);
    isMoving = false;
    await asking;
    const [idleTimes, besideTimes] = [timesOf(idle), timesOf(beside)];
    return {
      chunks,
      buildSeconds: round(buildSeconds, 1),
      idle: idleTimes,
      beside: besideTimes,
      ratio: round(besideTimes.p95 / idleTimes.p95, 2),
      searches: beside.length,
      failed,
    };

    async function searched(): Promise<VectorIndexSpec> {
      const [spec] = (await catalog.vectorIndexes.searchable(EVERYTHING)).specs;
      if (!spec) throw new Error('nothing is searched');
      return spec;
    }
  } finally {
    await pool.end();
  }
}

function timesOf(times: readonly number[]): Times {
  return { p50: round(percentile(times, 0.5), 1), p95: round(percentile(times, 0.95), 1) };
}

/** Two paragraphs of a passage each; common words often, rare ones rarely. */
function madeText(seed: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const paragraph = () =>
    Array.from({ length: 110 }, () => `word${Math.floor(VOCABULARY ** random()).toString(36)}`).join(' ');
  return `${paragraph()}.\n\n${paragraph()}.`;
}
