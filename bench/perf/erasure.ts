import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eraseBatch } from '../../activities/erasing/erase-batch.js';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { ingestPrefixes, versionPartKey } from '../../core/contract/object-keys.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { FolderObjectStore } from '../../infra/objectstore/folder-object-store.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { startPglite } from '../../test/harness/pglite.js';
import type { Bench, Say } from '../bench.js';
import { missed } from '../bench.js';
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
/** As activities/erasing/erase-documents.ts takes them. */
const DOCUMENTS_PER_CALL = 20;
const VOCABULARY = 5_000;
const ASK_EVERY_MS = 100;

/**
 * Many deletes and their erasure, from the tombstone to the last object, with searches of what stays beside it. Each document
 * has two passages, vectors, cached embeddings and an object; all of them came with one file, the widest case.
 */
export const erasureBench: Bench = {
  name: 'erasure',
  summary: '[--documents 10000] [--on native,pglite]  deletes, their erasure, and searches beside it',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: { documents: { type: 'string', default: '10000' }, on: { type: 'string', default: 'native,pglite' } },
    });
    const documents = Number(values.documents);
    const figures: Record<string, Erased> = {};
    for (const kind of values.on.split(',')) {
      if (kind === 'native') {
        const server = await NativeServer.start();
        try {
          figures[kind] = await measure(await server.createDatabase(), kind, { documents, say });
        } finally {
          await server.stop();
        }
      } else if (kind === 'pglite') {
        const embedded = await startPglite({ migrated: true });
        try {
          figures[kind] = await measure(embedded.databaseUrl, kind, { documents, say });
        } finally {
          await embedded.stop();
        }
      }
    }
    for (const line of tableLines([
      ['', 'deletes/s', 'erased documents/s', 'searches p50 ms before', 'beside it', 'p95 before', 'beside it', 'left'],
      ...Object.entries(figures).map(([name, figure]) => [
        name,
        figure.deletesPerSecond,
        figure.erasedPerSecond,
        figure.searchBefore.p50,
        figure.searchBeside.p50,
        figure.searchBefore.p95,
        figure.searchBeside.p95,
        figure.rowsLeft,
      ]),
    ])) {
      say(line);
    }
    const whole = Object.entries(figures).map(([name, { rowsLeft }]) => [name, rowsLeft === 0] as const);
    return { figures, short: missed(Object.fromEntries(whole)) };
  },
};

interface Times {
  readonly p50: number;
  readonly p95: number;
}

interface Erased {
  readonly deletesPerSecond: number;
  readonly erasedPerSecond: number;
  readonly erasingSeconds: number;
  readonly searchBefore: Times;
  readonly searchBeside: Times;
  /** Chunks, postings, vectors and cached embeddings of what was deleted, and objects. */
  readonly rowsLeft: number;
}

async function measure(
  databaseUrl: string,
  kind: 'native' | 'pglite',
  { documents, say }: { documents: number; say: Say },
): Promise<Erased> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-erasure-'));
  const pool = await createPool({ databaseUrl, kind });
  try {
    await migrate(pool);
    const catalog = createPostgresCatalog({ pool });
    const vectorIndex = new PgVectorIndex({ pool });
    const objects = new FolderObjectStore(folder);
    await prepareFirstStart(catalog, null);
    const collection = await catalog.collections.byName(EVERYTHING, COLLECTION);
    if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
    const { organizationId, collectionId } = collection;
    const index = (prefix: string, count: number) =>
      indexReadings({
        ...{ catalog, vectorIndex, embedder, tokenizer, collectionId },
        documents: Array.from({ length: count }, (_, at) => ({
          externalId: `${prefix}-${at}`,
          reading: asReading(madeText(prefix.length * 1_000_003 + at)),
        })),
      });
    const staying = Math.ceil(documents / 10);
    const chunksStaying = await index('stays', staying);
    const chunks = await index('goes', documents);
    const { rows } = await pool.query<{ document_id: string; version_id: string; run_id: string }>(
      `select document_id, version_id, run_id from knowledge.documents join knowledge.versions using (document_id)
       where external_id like 'goes-%' order by version_id`,
    );
    for (const row of rows) {
      const place = { organizationId, runId: row.run_id, versionId: row.version_id };
      await objects.put(versionPartKey(place, 'reading'), Buffer.from(row.version_id));
    }
    await catalog.collections.update(EVERYTHING, COLLECTION, { retentionDays: 0 }, 'bench');
    await pool.query('analyze');
    say(`${kind}: ${documents} documents with ${chunks} chunks to go, ${staying} with ${chunksStaying} to stay`);

    const collectionModels = new LoadedModels([]);
    const retrieve = createRetrieval({ catalog, vectorIndex, embedder, collectionModels });
    const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
    const ask = async (times: number[]) => {
      const begun = performance.now();
      await retrieve(EVERYTHING, { text: madeText(times.length).slice(0, 60), mode: 'hybrid', topK: 10, filter });
      times.push(performance.now() - begun);
    };
    const before: number[] = [];
    for (let round = 0; round < 100; round++) await ask(before);

    const deleting = performance.now();
    for (const { document_id } of rows) await catalog.documents.delete(EVERYTHING, document_id, 'bench');
    const deletingSeconds = (performance.now() - deleting) / 1_000;

    const localFiles = { evict: () => Promise.resolve(), withLocalCopy: () => Promise.reject(new Error('not read')) };
    const beside: number[] = [];
    let isErasing = true;
    const asking = (async () => {
      for (; isErasing; await pause(ASK_EVERY_MS)) await ask(beside);
    })();
    const erasing = performance.now();
    for (;;) {
      const documentIds = await catalog.erasures.dueDocuments({ organizationId, collectionId }, DOCUMENTS_PER_CALL);
      if (documentIds.length === 0) break;
      const batch = { organizationId, collectionId, documentIds };
      await eraseBatch({ catalog, vectorIndex, objects, localFiles }, batch, new AbortController().signal);
    }
    const erasingSeconds = (performance.now() - erasing) / 1_000;
    isErasing = false;
    await asking;

    const [spec] = await catalog.vectorIndexes.list(EVERYTHING);
    const left = await pool.query<{ rows: number }>(`
      select (select count(*) from knowledge.chunks) + (select count(*) from knowledge.embedding_cache)
        + (select count(distinct posting >> 23) from knowledge.lexical_postings cross join unnest(postings) posting) as rows`);
    let found = (left.rows[0]?.rows ?? 0) + (spec ? await vectorIndex.count(spec) : 0) - 3 * chunksStaying;
    for (const prefix of ingestPrefixes(organizationId)) {
      for await (const { sizeBytes } of objects.list(prefix)) if (sizeBytes > 0) found += 1;
    }
    return {
      deletesPerSecond: round(documents / deletingSeconds, 0),
      erasedPerSecond: round(documents / erasingSeconds, 0),
      erasingSeconds: round(erasingSeconds, 1),
      searchBefore: timesOf(before),
      searchBeside: timesOf(beside),
      rowsLeft: found,
    };
  } finally {
    await pool.end();
    await rm(folder, { recursive: true, force: true });
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
