import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, missed, type Say } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { MissingForBench } from '../setting/missing.js';
import { NativeServer } from '../setting/native-server.js';
import { cpuByName, peakByName, ProcessWatch, type TreePeak } from '../setting/process-tree.js';
import { consumerHealthFiles } from '../setting/samples.js';
import { round } from '../setting/statistics.js';
import { longestHistory } from '../setting/temporal-history.js';
import { type Cancelled, type Killed, measureCancelled, measureKilled } from './interrupted-book.js';
import { makePdf, makePubmed, makeScans, SentenceSource } from './made-sources.js';

const TARGETS = { peakRssMiB: 1024, historyEvents: 10_000, recordsPerSecond: 1_000, cancelSeconds: 5 };
/** Where a book is interrupted: page 1,500 of 2,000. */
const INTERRUPTED_AT = 0.75;
/** Batches of pages under way at once: of text layers one, of OCR as many as the cores have slots (`workers/tuning.ts`). */
const TEXT_BATCHES = 1;

const PARTS = ['records', 'book', 'embedded', 'interrupted', 'scans'] as const;

interface Measured {
  readonly seconds: number;
  readonly end: string;
  readonly peakRssMiB: Readonly<Record<string, number>>;
  /** Worker and all children at one time. */
  readonly workerTree: TreePeak;
  readonly historyEvents: number;
}

/** One large source at a time: what processes hold, how long histories grow, what a kill costs and a cancellation takes. */
export const memoryBench: Bench = {
  name: 'memory',
  summary:
    '[--parts records,book,embedded,interrupted,scans] [--pages 2000] [--scanned-pages 48] [--records 30000] [--embedded-records 2000] [--database pglite|native]  RSS, histories, kills and cancellations of large files',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        parts: { type: 'string', default: PARTS.join() },
        pages: { type: 'string', default: '2000' },
        'scanned-pages': { type: 'string', default: '48' },
        records: { type: 'string', default: '30000' },
        'embedded-records': { type: 'string', default: '2000' },
        database: { type: 'string', default: 'pglite' },
      },
    });
    const parts = new Set(values.parts.split(','));
    const unknown = [...parts].find((part) => !(PARTS as readonly string[]).includes(part));
    if (unknown !== undefined) throw new MissingForBench(`There is no part ${unknown}; parts are ${PARTS.join(', ')}.`);
    const [pages, scannedPages, records] = [
      Number(values.pages),
      Number(values['scanned-pages']),
      Number(values.records),
    ];
    const embeddedRecords = Number(values['embedded-records']);
    const source = new SentenceSource(consumerHealthFiles(60).map((file) => file.text));
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-memory-'));
    const server = values.database === 'native' ? await NativeServer.start() : null;
    const measure = (path: string, collection: string, env: Readonly<Record<string, string>>) =>
      measureIngest({ path, collection, env, server, say });
    const made = async (name: string, make: (path: string) => Promise<void>) => {
      const path = join(folder, name);
      await make(path);
      return path;
    };
    const measured: Record<string, Measured> = {};
    const interrupted: Record<string, { killed: Killed; cancelled: Cancelled }> = {};
    const interrupt = async (path: string, of: number) => {
      const input = { path, atPage: Math.floor(of * INTERRUPTED_AT), say };
      return { killed: await measureKilled(input), cancelled: await measureCancelled(input) };
    };
    try {
      if (parts.has('records')) {
        say(`${records} PubMed records, without embedding`);
        const path = await made('pubmed.xml', (to) => makePubmed(to, records, source));
        measured['records'] = await measure(path, 'pubmed_abstracts', UNEMBEDDED);
      }
      const book = await made('handbook.pdf', (to) => makePdf(to, pages, source));
      if (parts.has('book')) {
        say(`${pages} pages of PDF`);
        measured['book'] = await measure(book, 'guidelines', {});
      }
      if (parts.has('embedded')) {
        say(`${embeddedRecords} PubMed records, with embedding`);
        const path = await made('pubmed-fewer.xml', (to) => makePubmed(to, embeddedRecords, source));
        measured['embedded'] = await measure(path, 'pubmed_abstracts', {});
      }
      if (parts.has('interrupted')) {
        say(`${pages} pages of PDF, interrupted`);
        interrupted['text'] = await interrupt(book, pages);
      }
      if (parts.has('scans')) {
        say(`${scannedPages} scanned pages`);
        const path = await made('scans.pdf', (to) => makeScans(to, scannedPages, source));
        measured['scans'] = await measure(path, 'guidelines', {});
        say(`${scannedPages} scanned pages, interrupted`);
        interrupted['scans'] = await interrupt(path, scannedPages);
      }
      return resultOf({ database: values.database, records, measured, interrupted });
    } finally {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const UNEMBEDDED = { EMBEDDING_PROVIDER: 'off' };

function resultOf(input: {
  database: string;
  records: number;
  measured: Readonly<Record<string, Measured>>;
  interrupted: Readonly<Record<string, { killed: Killed; cancelled: Cancelled }>>;
}) {
  const all = Object.values(input.measured);
  const peakRssMiB = Math.max(0, ...all.flatMap((one) => Object.values(one.peakRssMiB)));
  const text = input.interrupted['text'];
  const ends = Object.values(input.interrupted);
  const trees = [...all, ...ends.map(({ killed }) => killed)].map((one) => one.workerTree.rssMiB);
  const workerTreeMiB = Math.max(0, ...trees);
  const historyEvents = Math.max(0, ...all.map((one) => one.historyEvents));
  const unembedded = input.measured['records'];
  const recordsPerSecond = unembedded ? Math.round(input.records / unembedded.seconds) : null;
  return {
    figures: {
      database: input.database,
      recordsPerSecond,
      peakRssMiB,
      workerTreeMiB,
      historyEvents,
      ...input.measured,
      interrupted: input.interrupted,
    },
    short: missed({
      peakRss: peakRssMiB < TARGETS.peakRssMiB,
      workerTree: workerTreeMiB < TARGETS.peakRssMiB,
      historyEvents: historyEvents < TARGETS.historyEvents,
      recordsPerSecond: recordsPerSecond === null || recordsPerSecond >= TARGETS.recordsPerSecond,
      published: all.every((one) => one.end === 'published') && ends.every(({ killed }) => killed.end === 'published'),
      repeatedBatches: (text?.killed.repeatedBatches['readPages'] ?? 0) <= TEXT_BATCHES,
      cancelled: ends.every(({ cancelled }) => cancelled.end === 'cancelled'),
      cancelSeconds: ends.every(({ cancelled }) => cancelled.seconds <= TARGETS.cancelSeconds),
    }),
  };
}

async function measureIngest(input: {
  path: string;
  collection: string;
  env: Readonly<Record<string, string>>;
  server: NativeServer | null;
  say: Say;
}): Promise<Measured> {
  const { path, collection, env, server, say } = input;
  const stack = await Medindex.start({ databaseUrl: server ? await server.createDatabase() : null, env });
  const watch = new ProcessWatch([stack.pid, ...(server ? [server.pid] : [])], { tree: 'workers/main' });
  try {
    const begun = performance.now();
    const ends = await stack.ingest([{ name: 'measured', path }], collection);
    const seconds = round((performance.now() - begun) / 1000, 1);
    const uses = watch.stop();
    const peakRssMiB = peakByName(uses);
    const workerTree = watch.treePeak;
    const historyEvents = await longestHistory(stack.temporalAddress);
    const end = Object.keys(ends).join();
    say(`  ${end} after ${seconds} s, longest history ${historyEvents} events`);
    say(`  peak RSS in MiB ${JSON.stringify(peakRssMiB)}`);
    say(`  worker with its children ${JSON.stringify(workerTree)}`);
    say(`  CPU seconds ${JSON.stringify(cpuByName(uses))}`);
    return { seconds, end, peakRssMiB, workerTree, historyEvents };
  } finally {
    watch.stop();
    await stack.stop();
  }
}
