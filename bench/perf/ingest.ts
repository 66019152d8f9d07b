import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type BenchResult, missed, type Say } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { NativeServer } from '../setting/native-server.js';
import { Peer } from '../setting/peer.js';
import { cpuByName, peakByName, ProcessWatch } from '../setting/process-tree.js';
import { consumerHealthFiles, type SampleFile } from '../setting/samples.js';
import { median, round, tableLines } from '../setting/statistics.js';
import { embeddedTexts, modelAlone } from './ceiling.js';

const COLLECTION = 'consumer_health';

const TARGETS = { timesPeer: 2, shareOfCeiling: 0.8, timesResync: 50 };

interface MedindexRound {
  readonly seconds: number;
  readonly resyncSeconds: number;
  readonly chunks: number;
  readonly ceilingSeconds: number;
  readonly ceilingCpuSeconds: number;
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly peakRssMiB: Readonly<Record<string, number>>;
}

/**
 * The same source files on one native Postgres: medindex through Temporal with its defaults, the peer with its own, and
 * the model alone on the texts that medindex embedded. All figures are characters of the source a second.
 */
export const ingestBench: Bench = {
  name: 'ingest',
  summary:
    '[--files 300] [--rounds 2] [--by sync|upload] [--without-peer]  source characters a second, beside the peer and the model alone',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '300' },
        rounds: { type: 'string', default: '2' },
        by: { type: 'string', default: 'sync' },
        'without-peer': { type: 'boolean', default: false },
      },
    });
    const way = values.by === 'upload' ? 'upload' : 'sync';
    const files = consumerHealthFiles(Number(values.files));
    const characters = files.reduce((sum, file) => sum + file.text.length, 0);
    say(`${files.length} files, ${characters} characters of source`);
    const peer = values['without-peer'] ? null : await Peer.install(say);
    const server = await NativeServer.start();
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-files-'));
    try {
      for (const file of files) await cp(file.path, join(folder, file.name));
      const ours: MedindexRound[] = [];
      const theirs: number[] = [];
      const peerRound = async () => {
        if (!peer) return;
        const { seconds, chunks } = await peer.ingest(await server.createDatabase(), folder);
        theirs.push(seconds);
        say(`peer      ${round(seconds, 1)} s, ${chunks} chunks, ${Math.round(characters / seconds)} characters/s`);
      };
      for (let turn = 0; turn < Number(values.rounds); turn++) {
        say(`round ${turn + 1}`);
        // Whoever comes second finds a machine that is warmer, or busier: they take turns.
        if (turn % 2 === 1) await peerRound();
        ours.push(await medindexRound({ server, wayIn: waysIn[way], files, folder, say }));
        if (turn % 2 === 0) await peerRound();
      }
      return summarise({ characters, ours, theirs, say });
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** How the files get in: all of it, from the first call until everything is published. Gives how they ended. */
type WayIn = (stack: Medindex, input: { files: readonly SampleFile[]; folder: string }) => Promise<unknown>;

const waysIn: Readonly<Record<'sync' | 'upload', WayIn>> = {
  sync: (stack, { folder }) => stack.sync(folder, COLLECTION),
  upload: (stack, { files }) => stack.ingest(files, COLLECTION),
};

async function medindexRound(input: {
  server: NativeServer;
  wayIn: WayIn;
  files: readonly SampleFile[];
  folder: string;
  say: Say;
}): Promise<MedindexRound> {
  const { server, wayIn, say } = input;
  const databaseUrl = await server.createDatabase();
  const stack = await Medindex.start({ databaseUrl });
  try {
    const watch = new ProcessWatch([stack.pid, server.pid]);
    const begun = performance.now();
    const ends = await wayIn(stack, input);
    const seconds = (performance.now() - begun) / 1000;
    const uses = watch.stop();
    say(`medindex  ${round(seconds, 1)} s, ends ${JSON.stringify(ends)}`);
    say(`          CPU seconds ${JSON.stringify(cpuByName(uses))}`);
    const again = performance.now();
    const unchanged = await wayIn(stack, input);
    const resyncSeconds = (performance.now() - again) / 1000;
    say(`re-sync   ${round(resyncSeconds, 2)} s, ends ${JSON.stringify(unchanged)}`);
    await stack.stop();
    const texts = await embeddedTexts(databaseUrl);
    const ceiling = await modelAlone(texts);
    say(
      `ceiling   ${round(ceiling.seconds, 1)} s, ${texts.length} distinct texts, CPU seconds ${round(ceiling.cpuSeconds, 1)}`,
    );
    return {
      seconds,
      resyncSeconds,
      chunks: texts.length,
      ceilingSeconds: ceiling.seconds,
      ceilingCpuSeconds: ceiling.cpuSeconds,
      cpuSeconds: cpuByName(uses),
      peakRssMiB: peakByName(uses),
    };
  } finally {
    await stack.stop();
  }
}

function summarise(input: {
  characters: number;
  ours: readonly MedindexRound[];
  theirs: readonly number[];
  say: Say;
}): BenchResult {
  const { characters, ours, theirs, say } = input;
  const perSecond = (seconds: number) => Math.round(characters / seconds);
  const seconds = median(ours.map((turn) => turn.seconds));
  const ceiling = median(ours.map((turn) => turn.ceilingSeconds));
  const timesPeer = theirs.length === 0 ? null : round(median(theirs) / seconds);
  // Of each round by itself: the two halves of a ratio should have met the same machine.
  const shareOfCeiling = round(median(ours.map((turn) => turn.ceilingSeconds / turn.seconds)));
  const timesResync = round(median(ours.map((turn) => turn.seconds / turn.resyncSeconds)), 1);
  for (const line of tableLines([
    ['', 'median s', 'characters/s', 'all rounds, s'],
    ['medindex', round(seconds, 1), perSecond(seconds), ours.map((turn) => round(turn.seconds, 1)).join(' ')],
    ['model alone', round(ceiling, 1), perSecond(ceiling), ours.map((turn) => round(turn.ceilingSeconds, 1)).join(' ')],
    ...(theirs.length === 0
      ? []
      : [['peer', round(median(theirs), 1), perSecond(median(theirs)), theirs.map((s) => round(s, 1)).join(' ')]]),
  ])) {
    say(line);
  }
  return {
    figures: {
      sourceCharacters: characters,
      chunks: ours[0]?.chunks,
      medindexCharactersPerSecond: perSecond(seconds),
      ceilingCharactersPerSecond: perSecond(ceiling),
      peerCharactersPerSecond: theirs.length === 0 ? null : perSecond(median(theirs)),
      timesPeer,
      shareOfCeiling,
      timesResync,
      cpuSeconds: ours.at(-1)?.cpuSeconds,
      ceilingCpuSeconds: round(ours.at(-1)?.ceilingCpuSeconds ?? Number.NaN, 1),
      peakRssMiB: ours.at(-1)?.peakRssMiB,
    },
    short: missed({
      timesPeer: timesPeer === null || timesPeer >= TARGETS.timesPeer,
      shareOfCeiling: shareOfCeiling >= TARGETS.shareOfCeiling,
      timesResync: timesResync >= TARGETS.timesResync,
    }),
  };
}
