import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, missed, type Say } from '../bench.js';
import { Medindex, type Source } from '../setting/medindex.js';
import { NativeServer } from '../setting/native-server.js';
import { Peer, type PeerQueries } from '../setting/peer.js';
import { consumerHealthFiles, consumerHealthQuestions, type SampleFile } from '../setting/samples.js';
import { type FilteredFigures, measureFilteredVectors } from './filtered-vectors.js';
import { median, percentile, round, tableLines } from '../setting/statistics.js';

const COLLECTION = 'consumer_health';
const K = 10;

/** First requests of a process: connections, code that is not compiled yet. The peer's own first query is in its times, too. */
const WARM_UP = 20;

const TARGETS = { timesPeer: 0.8, beneathIngestP95Ms: 250, filteredRecall: 0.95 };

/**
 * Hybrid search by HTTP, query embedding included, beside the peer's vector-only search in its process: the same files,
 * server, model and k, every question new to the cache. Then while other files are being ingested, on native Postgres and
 * on PGlite.
 */
export const searchBench: Bench = {
  name: 'search',
  summary:
    '[--files 300] [--rounds 3] [--without-peer] [--filtered-chunks 100000] [--only-filtered]  uncached hybrid search, beside the peer and beneath an ingest; vectors under filters',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '300' },
        rounds: { type: 'string', default: '3' },
        'without-peer': { type: 'boolean', default: false },
        'filtered-chunks': { type: 'string', default: '100000' },
        'only-filtered': { type: 'boolean', default: false },
      },
    });
    const filteredChunks = Number(values['filtered-chunks']);
    if (values['only-filtered']) return onlyFiltered(filteredChunks, say);
    const files = consumerHealthFiles(Number(values.files));
    const questions = consumerHealthQuestions();
    const rounds = Number(values.rounds);
    const peer = values['without-peer'] ? null : await Peer.install(say);
    const server = await NativeServer.start();
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-search-'));
    try {
      const revised = await reviseFiles(files, join(folder, 'revised'));
      const native = await Medindex.start({ databaseUrl: await server.createDatabase() });
      const ours: number[][] = [];
      const theirs: PeerQueries[] = [];
      let beneathNative: number[];
      try {
        say(`ingesting ${files.length} files on native Postgres`);
        await native.ingest(files, COLLECTION);
        const peerUrl = await server.createDatabase();
        if (peer) {
          say('the peer ingests the same files');
          for (const file of files) await cp(file.path, join(folder, 'files', file.name));
          await peer.ingest(peerUrl, join(folder, 'files'));
        }
        for (const [turn, part] of parts(questions, rounds).entries()) {
          const queriesFile = join(folder, `queries-${turn}.txt`);
          await writeFile(queriesFile, part.join('\n'));
          if (peer && turn % 2 === 1) theirs.push(await peer.query(peerUrl, queriesFile, K));
          await ask(native, part.slice(0, WARM_UP).map(reworded('warm up')));
          ours.push(await ask(native, part));
          if (peer && turn % 2 === 0) theirs.push(await peer.query(peerUrl, queriesFile, K));
          say(`round ${turn + 1}: ${words(ours.at(-1) ?? [])}; peer ${JSON.stringify(theirs.at(-1) ?? null)}`);
        }
        say('searching on native Postgres while revised files are ingested');
        beneathNative = await askBeneathIngest(native, revised, questions, say);
      } finally {
        await native.stop();
      }

      const embedded = await Medindex.start({ databaseUrl: null });
      let idleEmbedded: number[];
      let beneathEmbedded: number[];
      try {
        say(`ingesting ${files.length} files on PGlite`);
        await embedded.ingest(files, COLLECTION);
        await ask(embedded, questions.slice(0, WARM_UP).map(reworded('warm up')));
        idleEmbedded = await ask(embedded, questions);
        say(`idle: ${words(idleEmbedded)}`);
        say('searching on PGlite while revised files are ingested');
        beneathEmbedded = await askBeneathIngest(embedded, revised, questions, say);
      } finally {
        await embedded.stop();
      }
      const filtered =
        filteredChunks > 0 ? await measureFilteredVectors(server, { chunks: filteredChunks, say }) : null;
      return summarise({ ours, theirs, beneathNative, idleEmbedded, beneathEmbedded, filtered, say });
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function onlyFiltered(chunks: number, say: Say) {
  const server = await NativeServer.start();
  try {
    const filtered = await measureFilteredVectors(server, { chunks, say });
    return { figures: { filtered }, short: missed({ filteredRecall: reachesRecall(filtered) }) };
  } finally {
    await server.stop();
  }
}

function reachesRecall({ recallAt10 }: FilteredFigures): boolean {
  return Object.values(recallAt10).every((recall) => recall >= TARGETS.filteredRecall);
}

/** Other titles, which stand in every embedded text: nothing of them is in the cache of embeddings. */
async function reviseFiles(files: readonly SampleFile[], folder: string): Promise<Source[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    files.map(async ({ name, text }) => {
      const path = join(folder, name);
      await writeFile(path, text.replace(/^# (.*)$/m, '# $1 (revised)'));
      return { name, path };
    }),
  );
}

/** Milliseconds of each question, one after the other, as the peer asks. */
async function ask(stack: Medindex, questions: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const query of questions) {
    const begun = performance.now();
    const { meta } = await stack.client.search({ query, mode: 'hybrid', topK: K });
    times.push(performance.now() - begun);
    if (meta.degraded !== undefined || meta.cache !== 'miss') throw new Error('a search was not what is measured');
  }
  return times;
}

/** Asks until the ingest has ended; new words in each turn, so that no question is in a cache. */
async function askBeneathIngest(
  stack: Medindex,
  sources: readonly Source[],
  questions: readonly string[],
  say: Say,
): Promise<number[]> {
  let running = true;
  const ingest = stack.ingest(sources, COLLECTION).finally(() => (running = false));
  const times: number[] = [];
  for (let turn = 0; running; turn++) {
    const question = reworded(`again ${turn}`)(questions[turn % questions.length] ?? '');
    times.push(...(await ask(stack, [question])));
  }
  const ends = await ingest;
  say(`ends ${JSON.stringify(ends)}; ${words(times)}`);
  return times;
}

const reworded = (words: string) => (question: string) => `${question} (${words})`;

function parts(questions: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, part) => questions.filter((_question, index) => index % count === part));
}

function words(times: readonly number[]): string {
  const at = (share: number) => round(percentile(times, share), 1);
  return `${times.length} searches, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`;
}

function summarise(input: {
  ours: readonly number[][];
  theirs: readonly PeerQueries[];
  beneathNative: readonly number[];
  idleEmbedded: readonly number[];
  beneathEmbedded: readonly number[];
  filtered: FilteredFigures | null;
  say: Say;
}) {
  const { ours, theirs, beneathNative, idleEmbedded, beneathEmbedded, filtered, say } = input;
  const p50Ms = median(ours.map((times) => percentile(times, 0.5)));
  const p95Ms = median(ours.map((times) => percentile(times, 0.95)));
  const peerP50Ms = theirs.length === 0 ? null : median(theirs.map((times) => times.p50Ms));
  const peerP95Ms = theirs.length === 0 ? null : median(theirs.map((times) => times.p95Ms));
  const timesPeerP50 = peerP50Ms === null ? null : round(p50Ms / peerP50Ms);
  const timesPeerP95 = peerP95Ms === null ? null : round(p95Ms / peerP95Ms);
  const row = (name: string, times: readonly number[]) => [
    name,
    times.length,
    round(percentile(times, 0.5), 1),
    round(percentile(times, 0.95), 1),
  ];
  for (const line of tableLines([
    ['', 'searches', 'p50 ms', 'p95 ms'],
    ['medindex hybrid, native, idle', ours.flat().length, round(p50Ms, 1), round(p95Ms, 1)],
    ...(peerP50Ms === null ? [] : [['peer vectors only, native, idle', '', peerP50Ms, peerP95Ms ?? '']]),
    row('medindex hybrid, native, beneath an ingest', beneathNative),
    row('medindex hybrid, PGlite, idle', idleEmbedded),
    row('medindex hybrid, PGlite, beneath an ingest', beneathEmbedded),
  ])) {
    say(line);
  }
  const beneathNativeP95Ms = round(percentile(beneathNative, 0.95), 1);
  const beneathPgliteP95Ms = round(percentile(beneathEmbedded, 0.95), 1);
  return {
    figures: {
      p50Ms: round(p50Ms, 1),
      p95Ms: round(p95Ms, 1),
      peerP50Ms,
      peerP95Ms,
      timesPeerP50,
      timesPeerP95,
      pgliteP50Ms: round(percentile(idleEmbedded, 0.5), 1),
      pgliteP95Ms: round(percentile(idleEmbedded, 0.95), 1),
      beneathNativeP50Ms: round(percentile(beneathNative, 0.5), 1),
      beneathNativeP95Ms,
      beneathPgliteP50Ms: round(percentile(beneathEmbedded, 0.5), 1),
      beneathPgliteP95Ms,
      ...(filtered ? { filtered } : {}),
    },
    short: missed({
      timesPeerP50: timesPeerP50 === null || timesPeerP50 <= TARGETS.timesPeer,
      timesPeerP95: timesPeerP95 === null || timesPeerP95 <= TARGETS.timesPeer,
      beneathNativeP95: beneathNativeP95Ms < TARGETS.beneathIngestP95Ms,
      beneathPgliteP95: beneathPgliteP95Ms < TARGETS.beneathIngestP95Ms,
      filteredRecall: !filtered || reachesRecall(filtered),
    }),
  };
}
