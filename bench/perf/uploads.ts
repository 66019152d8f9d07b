import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, missed, type Say } from '../bench.js';
import { Medindex, type Source } from '../setting/medindex.js';
import { NativeServer } from '../setting/native-server.js';
import { cpuByName, ProcessWatch } from '../setting/process-tree.js';
import { consumerHealthFiles } from '../setting/samples.js';
import { median, round, tableLines } from '../setting/statistics.js';
import { SentenceSource } from './made-sources.js';

const COLLECTION = 'consumer_health';

const TARGETS = { shareOfSync: 0.7 };

/** Enough that models, children and connections are there, and that their start is nobody's. */
const WARMING_FILES = 12;

/** Uploads that come alone, one after the end of the other. */
const ALONE = 9;

type Way = 'sync' | 'upload';

interface Measured {
  readonly seconds: number;
  readonly ends: unknown;
  /** That its runs were in. */
  readonly workflows: number;
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

/** What a round measured: both ways in, and an upload that came alone. */
type Round = Readonly<Record<Way, Measured>> & { readonly aloneMs: number };

interface Setting {
  readonly files: number;
  readonly bytes: number;
  readonly atOnce: number;
  /** `0`: each upload has a workflow of its own. */
  readonly gatherMs: string;
}

/**
 * Small files by `POST /v1/documents`, several at a time as a script sends them, beside the sync of as many files of the same
 * size, in one stack. Both end when everything is published.
 */
export const uploadsBench: Bench = {
  name: 'uploads',
  summary:
    '[--files 200] [--bytes 1000] [--at-once 8] [--rounds 3] [--gather-ms 200] [--database native|embedded]  small files by upload, beside the sync of as many',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '200' },
        bytes: { type: 'string', default: '1000' },
        'at-once': { type: 'string', default: '8' },
        rounds: { type: 'string', default: '3' },
        'gather-ms': { type: 'string', default: '200' },
        database: { type: 'string', default: 'native' },
      },
    });
    const setting = {
      files: Number(values.files),
      bytes: Number(values.bytes),
      atOnce: Number(values['at-once']),
      gatherMs: values['gather-ms'],
    };
    const prose = new SentenceSource(consumerHealthFiles(300).map(({ text }) => text));
    const server = values.database === 'embedded' ? null : await NativeServer.start();
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-uploads-'));
    const rounds: Round[] = [];
    try {
      for (let turn = 0; turn < Number(values.rounds); turn++) {
        // Whoever comes second finds a machine that is warmer, or busier, and a fuller index: they take turns.
        const order: readonly Way[] = turn % 2 === 0 ? ['sync', 'upload'] : ['upload', 'sync'];
        rounds.push(await oneRound({ server, folder: join(folder, String(turn)), order, prose, setting, say }));
      }
    } finally {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    }
    return summarise(rounds, setting, say);
  },
};

async function oneRound(input: {
  server: NativeServer | null;
  folder: string;
  order: readonly Way[];
  prose: SentenceSource;
  setting: Setting;
  say: Say;
}): Promise<Round> {
  const { server, folder, order, prose, setting, say } = input;
  const make = (name: string, count: number) => makeFiles(join(folder, name), { count, bytes: setting.bytes, prose });
  const stack = await Medindex.start({
    databaseUrl: server && (await server.createDatabase()),
    env: { MEDINDEX_GATHER_UPLOADS_MS: setting.gatherMs },
  });
  try {
    const ways: Readonly<Record<Way, (files: readonly Source[], name: string) => Promise<unknown>>> = {
      sync: (_files, name) => stack.sync(join(folder, name), COLLECTION),
      upload: (files) => stack.ingest(files, COLLECTION, setting.atOnce),
    };
    const measured = new Map<Way, Measured>();
    for (const way of order) await ways[way](await make(`warm-${way}`, WARMING_FILES), `warm-${way}`);
    for (const way of order) {
      const files = await make(way, setting.files);
      const watch = new ProcessWatch([stack.pid, ...(server ? [server.pid] : [])]);
      const begun = performance.now();
      const ends = await ways[way](files, way);
      const seconds = (performance.now() - begun) / 1000;
      const cpuSeconds = cpuByName(watch.stop());
      say(`${way.padEnd(6)}  ${round(seconds, 1)} s, ends ${JSON.stringify(ends)}, CPU ${JSON.stringify(cpuSeconds)}`);
      const workflows = await workflowsOf(stack, files);
      measured.set(way, { seconds, ends, workflows, cpuSeconds });
    }
    const aloneMs = median(await alone(stack, await make('alone', ALONE)));
    say(`alone   ${Math.round(aloneMs)} ms from the call to published, median of ${ALONE}`);
    const [sync, upload] = [measured.get('sync'), measured.get('upload')];
    if (!sync || !upload) throw new Error('a way was not measured');
    return { sync, upload, aloneMs };
  } finally {
    await stack.stop();
  }
}

async function workflowsOf(stack: Medindex, files: readonly Source[]): Promise<number> {
  const names = new Set(files.map(({ name }) => name));
  const workflows = new Set<string>();
  for await (const { fileName, workflowId } of stack.runs()) if (names.has(fileName)) workflows.add(workflowId);
  return workflows.size;
}

async function alone(stack: Medindex, files: readonly Source[]): Promise<number[]> {
  const tookMs: number[] = [];
  for (const { path, name } of files) {
    const begun = performance.now();
    const { runId } = await stack.client.upload({ path, fileName: name, collection: COLLECTION });
    const { state } = await stack.ended(runId);
    if (state !== 'published') throw new Error(`an upload that came alone ended ${state}`);
    tookMs.push(performance.now() - begun);
  }
  return tookMs;
}

async function makeFiles(
  folder: string,
  { count, bytes, prose }: { count: number; bytes: number; prose: SentenceSource },
): Promise<Source[]> {
  await mkdir(folder, { recursive: true });
  const files: Source[] = [];
  for (let index = 0; index < count; index++) {
    const name = `${folder.slice(folder.lastIndexOf('/') + 1)}-${index}.md`;
    const path = join(folder, name);
    const title = `# Leaflet ${index}\n\n`;
    await writeFile(path, `${title}${prose.passage(bytes - title.length)}\n`);
    files.push({ name, path });
  }
  return files;
}

function summarise(rounds: readonly Round[], { files }: Setting, say: Say) {
  const temporal = (way: Way) =>
    median(rounds.map((one) => (one[way].cpuSeconds['temporal'] ?? Number.NaN) / files)) * 1000;
  const perSecond = (way: Way) => files / median(rounds.map((one) => one[way].seconds));
  // Of each round by itself: the two halves of a ratio should have met the same machine.
  const shareOfSync = round(median(rounds.map((one) => one.sync.seconds / one.upload.seconds)));
  const cpuOf = (way: Way) =>
    median(rounds.map((one) => Object.values(one[way].cpuSeconds).reduce((sum, seconds) => sum + seconds, 0)));
  const ways: readonly Way[] = ['sync', 'upload'];
  for (const line of tableLines([
    ['', 'files/s', 'all rounds, s', 'CPU ms a file', 'of these Temporal', 'workflows'],
    ...ways.map((way) => [
      way,
      round(perSecond(way), 1),
      rounds.map((one) => round(one[way].seconds, 1)).join(' '),
      Math.round((cpuOf(way) / files) * 1000),
      round(temporal(way), 1),
      rounds.at(-1)?.[way].workflows ?? 0,
    ]),
  ])) {
    say(line);
  }
  return {
    figures: {
      files,
      syncFilesPerSecond: round(perSecond('sync'), 1),
      uploadFilesPerSecond: round(perSecond('upload'), 1),
      shareOfSync,
      temporalCpuMsPerFile: { sync: round(temporal('sync'), 1), upload: round(temporal('upload'), 1) },
      workflows: { sync: rounds.at(-1)?.sync.workflows, upload: rounds.at(-1)?.upload.workflows },
      cpuMsPerFile: {
        sync: Math.round((cpuOf('sync') / files) * 1000),
        upload: Math.round((cpuOf('upload') / files) * 1000),
      },
      cpuSeconds: { sync: rounds.at(-1)?.sync.cpuSeconds, upload: rounds.at(-1)?.upload.cpuSeconds },
      aloneMs: Math.round(median(rounds.map(({ aloneMs }) => aloneMs))),
    },
    short: missed({ shareOfSync: shareOfSync >= TARGETS.shareOfSync }),
  };
}
