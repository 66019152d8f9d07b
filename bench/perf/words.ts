import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { storeChunks } from '../../infra/postgres/chunks/store-chunks.js';
import { Database } from '../../infra/postgres/database.js';
import { countLiveChunks } from '../../infra/postgres/lexical/count-live-chunks.js';
import { PgLexicalIndex } from '../../infra/postgres/lexical/pg-lexical-index.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { type Bench, missed } from '../bench.js';
import { NativeServer } from '../setting/native-server.js';
import { percentile, round, tableLines } from '../setting/statistics.js';
import { attachDocuments, madeDocuments, madeRandom, madeRank, madeWord, makeDocuments } from './words/made-corpus.js';
import { countAsRows, MAKE_ROW_FORM, searchRows, storeAsRows } from './words/row-form.js';

const COLLECTION = 'pubmed_abstracts';
const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};
/** About what a batch of 500 PubMed records has. */
const BATCH = 1_000;
/** Of each batch so many are stored and not live: held, or taken out again. */
const SHARE_NOT_LIVE = 0.1;
/** As a search asks of the words' leg. */
const CANDIDATES = 100;
const WARM_UP = 20;
/** Each question is asked so often in turns, and its quickest answer counts: other work on the machine only adds. */
const ROUNDS = 5;

/**
 * Words in segments beside the row for each chunk and term that they replaced, on the same made texts, batch by batch and
 * question by question in one run on native Postgres: what storing and counting cost, what lies on disk, how long a search by
 * words takes, and whether both rank alike. Without `--rows` the former form is left out, for sizes at which it takes too long.
 */
export const wordsBench: Bench = {
  name: 'words',
  summary:
    '[--chunks 100000] [--questions 200] [--without-rows]  words in segments, beside a row for each chunk and term',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        chunks: { type: 'string', default: '100000' },
        questions: { type: 'string', default: '200' },
        'without-rows': { type: 'boolean', default: false },
      },
    });
    const chunks = Number(values.chunks);
    const withRows = !values['without-rows'];
    const server = await NativeServer.start();
    try {
      const pool = await createPool({ databaseUrl: await server.createDatabase(), kind: 'native' });
      await migrate(pool);
      const catalog = createPostgresCatalog({ pool });
      await prepareFirstStart(catalog, null);
      const collection = await catalog.collections.byName(EVERYTHING, COLLECTION);
      if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
      const { organizationId, collectionId } = collection;
      const database = new Database(pool).forOrganization(organizationId);
      if (withRows) await pool.query(MAKE_ROW_FORM);

      const ms = { storeSegments: 0, countSegments: 0, merge: 0, storeRows: 0, countRows: 0 };
      const timed = async (name: keyof typeof ms, work: () => Promise<unknown>) => {
        const begun = performance.now();
        await work();
        ms[name] += performance.now() - begun;
      };
      for (let from = 0; from < chunks; from += BATCH) {
        const made = madeDocuments(collectionId, from, Math.min(BATCH, chunks - from));
        const stored = made.map(({ chunk }) => chunk);
        const live = made.filter((_, at) => at % Math.round(1 / SHARE_NOT_LIVE) !== 0);
        await makeDocuments(pool, [organizationId, collectionId], made);
        const segments = async () => {
          await timed('storeSegments', () => storeChunks(database, organizationId, stored));
          await attachDocuments(pool, organizationId, made, live);
          const changes = live.map(({ documentId, versionId }) => ({ documentId, from: null, to: versionId }));
          await timed('countSegments', () =>
            database.transaction('count', (tx) => countLiveChunks(tx, collectionId, changes)),
          );
          await timed('merge', async () => {
            while ((await catalog.lexical.mergeSegments()).more);
          });
        };
        const rows = async () => {
          await timed('storeRows', () => storeAsRows(database, organizationId, stored));
          const chunkIds = live.map(({ chunk }) => chunk.chunkId);
          await timed('countRows', () => countAsRows(database, organizationId, collectionId, chunkIds));
        };
        // Whoever comes second finds a busier disk: they take turns.
        const turn = withRows ? [segments, rows] : [segments];
        if ((from / BATCH) % 2 === 1) turn.reverse();
        for (const work of turn) await work();
        if ((from / BATCH) % 20 === 19) {
          say(
            `${from + BATCH} chunks: ${JSON.stringify(ms, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) : value))} ms`,
          );
        }
      }
      await pool.query(`update knowledge.collections set text_configs = '{english}' where collection_id = $1`, [
        collectionId,
      ]);
      await pool.query('vacuum analyze');
      if (withRows) await checkNumbers(pool);
      const bytes = await sizes(pool, withRows);

      const lexical = new PgLexicalIndex(new Database(pool));
      const random = madeRandom(99);
      const [segmentTimes, rowTimes] = [[] as number[], [] as number[]];
      let [same, questions] = [0, 0];
      for (let at = 0; at < Number(values.questions) + WARM_UP; at++) {
        const query = await lexical.analyse(EVERYTHING, madeQuestion(random));
        let found: readonly Found[] = [];
        let expected: readonly Found[] = [];
        const best = { segments: Infinity, rows: Infinity };
        const asked = async (form: keyof typeof best, ask: () => Promise<readonly Found[]>) => {
          const begun = performance.now();
          const answer = await ask();
          best[form] = Math.min(best[form], performance.now() - begun);
          return answer;
        };
        for (let round = 0; round < ROUNDS; round++) {
          found = await asked('segments', () => lexical.search(EVERYTHING, query, {}, CANDIDATES));
          if (withRows) expected = await asked('rows', () => searchRows(database, EVERYTHING, query, CANDIDATES));
        }
        if (at < WARM_UP) continue;
        segmentTimes.push(best.segments);
        rowTimes.push(best.rows);
        questions += 1;
        if (withRows && sameTopTen(found, expected)) same += 1;
      }
      await pool.end();
      const perSecond = (name: 'Segments' | 'Rows') =>
        Math.round((1_000 * chunks) / (ms[`store${name}`] + ms[`count${name}`]));
      const p = (times: readonly number[], share: number) => round(percentile(times, share), 1);
      for (const line of tableLines([
        [
          '',
          'chunks/s stored and counted',
          'store s',
          'count s',
          'merge s',
          'bytes a chunk',
          'search p50 ms',
          'p95 ms',
        ],
        [
          'segments',
          perSecond('Segments'),
          round(ms.storeSegments / 1e3, 1),
          round(ms.countSegments / 1e3, 1),
          round(ms.merge / 1e3, 1),
          Math.round(bytes.segments / chunks),
          p(segmentTimes, 0.5),
          p(segmentTimes, 0.95),
        ],
        ...(withRows
          ? [
              [
                'rows',
                perSecond('Rows'),
                round(ms.storeRows / 1e3, 1),
                round(ms.countRows / 1e3, 1),
                '',
                Math.round(bytes.rows / chunks),
                p(rowTimes, 0.5),
                p(rowTimes, 0.95),
              ],
            ]
          : []),
      ])) {
        say(line);
      }
      const maxP95 = chunks > 100_000 ? 60 : 20;
      return {
        figures: {
          chunks,
          postingsAChunk: round(bytes.postings / chunks, 1),
          segments: bytes.segmentCount,
          chunksPerSecond: perSecond('Segments'),
          chunksPerSecondRows: withRows ? perSecond('Rows') : null,
          mergeSeconds: round(ms.merge / 1_000, 1),
          bytesAChunk: Math.round(bytes.segments / chunks),
          bytesAChunkRows: withRows ? Math.round(bytes.rows / chunks) : null,
          bytesAChunkOfPostings: Math.round(bytes.lexical_postings / chunks),
          bytesAChunkOfFrequencies: Math.round(bytes.lexical_terms / chunks),
          bytesRatio: withRows ? round(bytes.segments / bytes.rows) : null,
          searchP50Ms: p(segmentTimes, 0.5),
          searchP95Ms: p(segmentTimes, 0.95),
          searchP50MsRows: withRows ? p(rowTimes, 0.5) : null,
          searchP95MsRows: withRows ? p(rowTimes, 0.95) : null,
          sameTopTen: withRows ? `${same} of ${questions}` : null,
        },
        short: missed({
          bytesAThird: !withRows || bytes.segments <= bytes.rows / 3,
          searchP95: percentile(segmentTimes, 0.95) <= maxP95,
          sameTopTen: !withRows || same === questions,
        }),
      };
    } finally {
      await server.stop();
    }
  },
};

/** Both forms number chunks alike, so that one can be searched with the other's numbers. */
async function checkNumbers(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ different: number }>(`
    select count(*)::int as different from row_form.chunks r full join knowledge.chunks c using (chunk_id)
    where r.chunk_no is distinct from c.chunk_no`);
  if (rows[0]?.different !== 0) throw new Error('the chunks of both forms have other numbers');
}

interface Sizes {
  readonly segments: number;
  readonly rows: number;
  readonly postings: number;
  readonly segmentCount: number;
  readonly lexical_postings: number;
  readonly lexical_terms: number;
}

/** What is kept for words alone, indexes included: postings, document frequencies, and what a chunk says. */
async function sizes(pool: Pool, withRows: boolean): Promise<Sizes> {
  const sql = (schema: string, column: string, tables: readonly string[]) =>
    `(select sum(pg_column_size(${column})) from ${schema}.chunks)
     ${tables.map((table) => `+ pg_total_relation_size('${schema}.${table}')`).join('')}`;
  const { rows } = await pool.query<Sizes>(`
    select (${sql('knowledge', 'words', ['lexical_postings', 'lexical_segments', 'lexical_terms'])})::float8 as segments,
      (${withRows ? sql('row_form', 'lexemes', ['lexical_postings', 'lexical_terms']) : '0'})::float8 as rows,
      ${['lexical_postings', 'lexical_terms'].map((table) => `pg_total_relation_size('knowledge.${table}')::float8 as "${table}"`).join(', ')},
      (select sum(cardinality(postings)) from knowledge.lexical_postings)::float8 as postings,
      (select count(*) from knowledge.lexical_segments)::float8 as "segmentCount"`);
  const [row] = rows;
  if (!row) throw new Error('no sizes');
  return row;
}

/** Four to nine words, one of them rare in most questions. */
function madeQuestion(random: () => number): string {
  const words = Array.from({ length: 4 + Math.floor(6 * random()) }, () => madeWord(madeRank(random)));
  return words.join(' ');
}

interface Found {
  readonly chunkId: string;
  readonly score: number;
}

/** The same scores in the same places, and above the tenth the same chunks: of equal scores either may come first. */
function sameTopTen(found: readonly Found[], expected: readonly Found[]): boolean {
  const [a, b] = [found.slice(0, 10), expected.slice(0, 10)];
  const last = b.at(-1)?.score ?? 0;
  const ids = new Set(a.map(({ chunkId }) => chunkId));
  return (
    a.length === b.length &&
    a.every(({ score }, at) => Math.abs(score - (b[at]?.score ?? NaN)) < 1e-6) &&
    b.every(({ chunkId, score }) => score < last + 1e-6 || ids.has(chunkId))
  );
}
