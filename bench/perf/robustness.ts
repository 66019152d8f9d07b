import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, missed } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { peakByName, ProcessWatch } from '../setting/process-tree.js';
import { mutatedCopies } from '../setting/robustness/mutations.js';
import {
  MAX_DAMAGED_BYTES,
  MAX_PEAK_BYTES,
  readDamagedCopies,
  TOO_SLOW,
} from '../setting/robustness/read-damaged-copies.js';
import { shared } from '../setting/samples.js';
import { round } from '../setting/statistics.js';
import { KNOWN_DOCUMENTS } from '../setting/typeset/known-documents.js';
import { typeset } from '../setting/typeset/typesetter.js';

const MIB = 1024 * 1024;
const SEED = 11;
const TARGETS = { copies: 500, workerTreeMiB: 1024, processMiB: 1024 };
/** Ends that need no word; the others say what is wrong. */
const GOOD_ENDS: ReadonlySet<string> = new Set(['published', 'unchanged', 'held']);
/** Ends of a file that say that something is wrong with medindex, not with the file. */
const OUR_FAULT = new Set(['INTERNAL', 'PARSER_CRASHED', 'PARSER_TIMEOUT']);

/** Real PDFs and harmed copies of them through the whole system: how each ends, and what it costs. */
export const robustnessBench: Bench = {
  name: 'robustness',
  summary: '[--copies 500] [--max-bytes 2000000]  harmed copies of the sample PDFs, from upload to end',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        copies: { type: 'string', default: String(TARGETS.copies) },
        'max-bytes': { type: 'string', default: '2000000' },
      },
    });
    const source = shared('samples', 'pdf');
    const originals = readdirSync(source)
      .map((name) => ({ name, bytes: readFileSync(join(source, name)) }))
      .filter(({ bytes }) => bytes.length <= Number(values['max-bytes']));
    const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-robustness-'));
    const reader = await readSmallCopies(folder, Number(values.copies));
    say(`${reader.copies} damaged copies through the reader alone, faults of ${Object.keys(reader.faults).length}`);
    const stack = await Medindex.start({ databaseUrl: null, env: { EMBEDDING_PROVIDER: 'off' } });
    const watch = new ProcessWatch([stack.pid], { tree: 'workers/main' });
    try {
      const files: { name: string; path: string }[] = [];
      for (const { name, bytes } of [...originals, ...mutatedCopies(originals, Number(values.copies), SEED)]) {
        const path = join(folder, `${files.length}.pdf`);
        await writeFile(path, bytes);
        files.push({ name, path });
      }
      say(`${originals.length} files and ${values.copies} harmed copies`);
      const worker = stack.workerPid;
      const begun = performance.now();
      await stack.ingest(files, 'guidelines');
      const seconds = round((performance.now() - begun) / 1000, 0);
      const uses = watch.stop();

      const ends: Record<string, number> = {};
      const suspicious: string[] = [];
      for await (const { fileName, state, error } of stack.runs()) {
        const end = error ? `${state} ${error.code}` : state;
        ends[end] = (ends[end] ?? 0) + 1;
        const unexplained = !error && !GOOD_ENDS.has(state);
        if (unexplained || (error && OUR_FAULT.has(error.code))) suspicious.push(`${end}: ${fileName}`);
      }
      for (const [end, count] of Object.entries(ends).sort()) say(`${String(count).padStart(5)}  ${end}`);
      for (const line of suspicious) say(`  ${line}`);
      const figures = {
        reader,
        files: files.length,
        seconds,
        ends,
        suspicious: suspicious.length,
        workerRestarts: stack.workerPid === worker ? 0 : 1,
        workerTree: watch.treePeak,
        peakRssMiB: peakByName(uses),
      };
      const ended = Object.values(ends).reduce((sum, count) => sum + count, 0);
      return {
        figures,
        short: missed({
          reader: reader.copies === Number(values.copies) && Object.keys(reader.faults).length === 0,
          readerPeak: reader.peakMiB * MIB < MAX_PEAK_BYTES,
          allEnded: ended === files.length,
          reasons: suspicious.length === 0,
          worker: figures.workerRestarts === 0,
          workerTree: figures.workerTree.rssMiB < TARGETS.workerTreeMiB,
          processes: Math.max(...Object.values(figures.peakRssMiB)) < TARGETS.processMiB,
        }),
      };
    } finally {
      watch.stop();
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The suite reads the first sixty of these. The page that must be readable afterwards is of a typeset guideline. */
async function readSmallCopies(folder: string, copies: number) {
  const source = shared('samples', 'pdf');
  const originals = readdirSync(source)
    .filter((name) => name !== TOO_SLOW)
    .map((name) => ({ name, bytes: readFileSync(join(source, name)) }))
    .filter(({ bytes }) => bytes.length <= MAX_DAMAGED_BYTES);
  const wholePath = join(folder, 'whole.pdf');
  const [known] = KNOWN_DOCUMENTS;
  if (!known) throw new Error('there are no typeset documents');
  await writeFile(wholePath, (await typeset(known)).bytes);
  const { read, faults, peakBytes } = await readDamagedCopies({ originals, copies, folder, wholePath });
  return { copies: read, faults, peakMiB: round(peakBytes / MIB, 0) };
}
