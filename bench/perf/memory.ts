import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { readStackState } from '../../infra/local/stack-state.js';
import { type Bench, missed, type Say } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { NativeServer } from '../setting/native-server.js';
import { cpuByName, peakByName, ProcessWatch } from '../setting/process-tree.js';
import { consumerHealthFiles } from '../setting/samples.js';
import { round } from '../setting/statistics.js';
import { makePdf, makePubmed, SentenceSource } from './made-sources.js';

const TARGETS = { peakRssMiB: 1024, historyEvents: 10_000, recordsPerSecond: 1_000 };

interface Measured {
  readonly seconds: number;
  readonly end: string;
  readonly peakRssMiB: Readonly<Record<string, number>>;
  readonly historyEvents: number;
}

/** One large source at a time: what the largest process of each kind holds, and how long the histories grow. */
export const memoryBench: Bench = {
  name: 'memory',
  summary: '[--pages 1000] [--records 30000] [--embedded-records 2000] [--database pglite|native]  RSS and histories',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        pages: { type: 'string', default: '1000' },
        records: { type: 'string', default: '30000' },
        'embedded-records': { type: 'string', default: '2000' },
        database: { type: 'string', default: 'pglite' },
      },
    });
    const [pages, records] = [Number(values.pages), Number(values.records)];
    const embeddedRecords = Number(values['embedded-records']);
    const source = new SentenceSource(consumerHealthFiles(60).map((file) => file.text));
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-memory-'));
    const server = values.database === 'native' ? await NativeServer.start() : null;
    const measure = async (path: string, collection: string, env: Readonly<Record<string, string>>) =>
      measureIngest({ path, collection, env, server, say });
    try {
      say('making the files');
      const pdf = join(folder, 'handbook.pdf');
      await makePdf(pdf, pages, source);
      const pubmed = join(folder, 'pubmed.xml');
      await makePubmed(pubmed, records, source);
      const fewer = join(folder, 'pubmed-fewer.xml');
      await makePubmed(fewer, embeddedRecords, source);

      say(`${records} PubMed records, without embedding`);
      const unembedded = await measure(pubmed, 'pubmed_abstracts', { EMBEDDING_PROVIDER: 'off' });
      say(`${pages} pages of PDF`);
      const book = await measure(pdf, 'guidelines', {});
      say(`${embeddedRecords} PubMed records, with embedding`);
      const embedded = await measure(fewer, 'pubmed_abstracts', {});

      const all = [unembedded, book, embedded];
      const peakRssMiB = Math.max(...all.flatMap((one) => Object.values(one.peakRssMiB)));
      const historyEvents = Math.max(...all.map((one) => one.historyEvents));
      const recordsPerSecond = Math.round(records / unembedded.seconds);
      return {
        figures: { database: values.database, recordsPerSecond, peakRssMiB, historyEvents, unembedded, book, embedded },
        short: missed({
          peakRss: peakRssMiB < TARGETS.peakRssMiB,
          historyEvents: historyEvents < TARGETS.historyEvents,
          recordsPerSecond: recordsPerSecond >= TARGETS.recordsPerSecond,
          published: all.every((one) => one.end === 'published'),
        }),
      };
    } finally {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measureIngest(input: {
  path: string;
  collection: string;
  env: Readonly<Record<string, string>>;
  server: NativeServer | null;
  say: Say;
}): Promise<Measured> {
  const { path, collection, env, server, say } = input;
  const stack = await Medindex.start({ databaseUrl: server ? await server.createDatabase() : null, env });
  const watch = new ProcessWatch([stack.pid, ...(server ? [server.pid] : [])]);
  try {
    const begun = performance.now();
    const ends = await stack.ingest([{ name: 'measured', path }], collection);
    const seconds = round((performance.now() - begun) / 1000, 1);
    const uses = watch.stop();
    const peakRssMiB = peakByName(uses);
    const historyEvents = await longestHistory(stack.dataDir);
    const end = Object.keys(ends).join();
    say(`  ${end} after ${seconds} s, longest history ${historyEvents} events`);
    say(`  peak RSS in MiB ${JSON.stringify(peakRssMiB)}`);
    say(`  CPU seconds ${JSON.stringify(cpuByName(uses))}`);
    return { seconds, end, peakRssMiB, historyEvents };
  } finally {
    watch.stop();
    await stack.stop();
  }
}

/** Events of the longest history in the stack's own Temporal server, every part of a continued one by itself. */
async function longestHistory(dataDir: string): Promise<number> {
  const state = readStackState(dataDir);
  if (!state) throw new Error('the stack left no state');
  const connection = await Connection.connect({ address: state.temporal.address });
  try {
    let longest = 0;
    for await (const { historyLength } of new Client({ connection }).workflow.list()) {
      longest = Math.max(longest, historyLength ?? 0);
    }
    return longest;
  } finally {
    await connection.close();
  }
}
