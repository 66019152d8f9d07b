import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { SAFETY_LEVELS } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { SearchFilter } from '../../core/ports/search-filter.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { nearestVisible, planVectorFilter } from '../../core/retrieval/nearest-visible.js';
import { prepareFirstStart } from '../../api/first-start.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { madeNumbers, madeVector, storeManyVectors } from '../../test/harness/many-vectors.js';
import type { Say } from '../bench.js';
import { indexReadings } from '../eval/index-readings.js';
import type { NativeServer } from '../setting/native-server.js';
import { percentile, round, tableLines } from '../setting/statistics.js';

const COLLECTION = 'guidelines';
const DIMENSIONS = 384;
const CHUNKS_PER_DOCUMENT = 5;
const CLUSTERS = 200;
/** Cosine of two of a cluster about .75, of two clusters about 0: as passages of one topic and of two. */
const SPREAD = 0.1;
const QUERIES = 60;
const K = 10;
/** One document in so many has the value; `far`: all of them in one cluster, and the questions in others. */
const FILTERS: readonly { readonly name: string; readonly filter: SearchFilter }[] = [
  { name: 'none', filter: {} },
  { name: '10 %', filter: { metadata: { tenth: 0 } } },
  { name: '1 %', filter: { metadata: { hundredth: 0 } } },
  { name: '.1 %', filter: { metadata: { thousandth: 0 } } },
  { name: '.5 %, far from the question', filter: { metadata: { cluster: 0 } } },
];

const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: SAFETY_LEVELS.at(-1) ?? 'clinical_staff_only',
};

export interface FilteredFigures {
  readonly recallAt10: Record<string, number>;
  readonly p50Ms: Record<string, number>;
  readonly p95Ms: Record<string, number>;
}

/** The vector leg over made vectors in clusters, through HNSW, under filters: what it finds of what an exact search finds. */
export async function measureFilteredVectors(
  server: NativeServer,
  { chunks, say }: { chunks: number; say: Say },
): Promise<FilteredFigures> {
  const pool = await createPool({ databaseUrl: await server.createDatabase(), kind: 'native' });
  try {
    await migrate(pool);
    const catalog = createPostgresCatalog({ pool });
    await prepareFirstStart(catalog, null);
    const vectorIndex = new PgVectorIndex({ pool });
    const collection = await catalog.collections.byName(EVERYTHING, COLLECTION);
    if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
    const next = madeNumbers(17);
    const nothing = new Float32Array(DIMENSIONS);
    const centres = Array.from({ length: CLUSTERS }, () => madeVector(next, nothing, 1));
    const centreOf = (document: number) => centres[document % CLUSTERS] ?? nothing;
    const model = { name: 'made', revision: '1', dimensions: DIMENSIONS, maxTokens: 256 };
    await indexReadings({
      catalog,
      vectorIndex,
      embedder: {
        model,
        embed: async (texts) => texts.map(() => madeVector(next, nothing, 1)),
        close: async () => undefined,
      },
      tokenizer: { maxTokens: 256, specialTokens: 2, countTokens: (text) => text.length },
      collectionId: collection.collectionId,
      documents: [{ externalId: 'first', reading: assembleText([{ kind: 'paragraph', text: 'made', boxes: [] }], {}) }],
    });
    const { specs } = await catalog.vectorIndexes.searchable(EVERYTHING);
    const [spec] = specs;
    if (!spec) throw new Error('there is no vector index');

    say(`storing ${chunks} made vectors`);
    const vectors = Array.from({ length: chunks }, (_, at) =>
      madeVector(next, centreOf(Math.floor(at / CHUNKS_PER_DOCUMENT)), SPREAD),
    );
    await storeManyVectors(
      { pool, vectorIndex },
      {
        collection,
        spec,
        vectors,
        chunksPerDocument: CHUNKS_PER_DOCUMENT,
        // Not in step with the clusters: the document's number is shuffled by a prime.
        metadataOf: (document) => {
          const shuffled = (document * 7_919) % 100_003;
          return {
            tenth: shuffled % 10,
            hundredth: shuffled % 100,
            thousandth: shuffled % 1_000,
            cluster: document % CLUSTERS,
          };
        },
      },
    );
    say('building HNSW');
    await pool.query('analyze');
    await vectorIndex.maintain();

    const probe = await vectorIndex.search(EVERYTHING, spec, { vector: vectors[0] ?? nothing, k: K });
    if (probe.exact) throw new Error(`${chunks} chunks are too few for HNSW, which is what is measured`);

    const queries = Array.from({ length: QUERIES }, (_, at) =>
      madeVector(next, centreOf(1 + (at % (CLUSTERS - 1))), SPREAD),
    );
    const figures: FilteredFigures = { recallAt10: {}, p50Ms: {}, p95Ms: {} };
    const ports = { vectorIndex, candidates: catalog.candidates };
    for (const { name, filter } of FILTERS) {
      const times: number[] = [];
      let found = 0;
      let wanted = 0;
      for (const vector of queries) {
        const query = { scope: EVERYTHING, filter, specs, vector, k: K };
        const exact = await catalog.candidates.planFilter(EVERYTHING, filter, chunks);
        const documentIds = exact.kind === 'selective' ? { documentIds: exact.documentIds } : {};
        const truth = await vectorIndex.search(EVERYTHING, spec, { vector, k: K, exact: true, ...documentIds });
        const begun = performance.now();
        const { nearest } = await nearestVisible(ports, {
          ...query,
          plan: planVectorFilter(catalog.candidates, query),
        });
        times.push(performance.now() - begun);
        const ids = new Set(nearest.map(({ chunkId }) => chunkId));
        wanted += truth.candidates.length;
        found += truth.candidates.filter(({ chunkId }) => ids.has(chunkId)).length;
      }
      figures.recallAt10[name] = round(found / wanted, 3);
      figures.p50Ms[name] = round(percentile(times, 0.5), 1);
      figures.p95Ms[name] = round(percentile(times, 0.95), 1);
    }
    const rows = FILTERS.map(({ name }) => [name, figures.recallAt10[name], figures.p50Ms[name], figures.p95Ms[name]]);
    for (const line of tableLines([
      [`filter, ${chunks} chunks`, 'recall@10', 'p50 ms', 'p95 ms'],
      ...rows.map((row) => row.map((cell) => cell ?? '')),
    ])) {
      say(line);
    }
    return figures;
  } finally {
    await pool.end();
  }
}
