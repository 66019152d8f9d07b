import { createReadStream, createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { type Say } from '../bench.js';
import { ProcessWatch } from '../setting/process-tree.js';
import { shared } from '../setting/samples.js';
import { round } from '../setting/statistics.js';

const LIMITS = { deadlineMs: 600_000 };
/** As the workflow asks for them. */
const RECORDS_PER_BATCH = 500;
const FIRST_PMID = 41_000_000;

export const PUBMED_RECORDS_PER_SECOND = 2_000;

export interface PubmedSpeed {
  readonly form: 'plain' | 'gzip';
  readonly records: number;
  readonly bytesPerRecord: number;
  /** From the first call to the last answer, the child process and what it sends included. */
  readonly recordsPerSecond: number;
  /** Of the child alone: what a busy machine does not change much. */
  readonly recordsPerCpuSecond: number;
  readonly peakRssMiB: number;
}

/** How fast the reader goes through files of real records, plain and as PubMed ships them. Errors: `MissingForBench`. */
export async function measurePubmedReader(folder: string, records: number, say: Say): Promise<PubmedSpeed[]> {
  const plain = join(folder, 'pubmed-records.xml');
  const packed = `${plain}.gz`;
  const bytes = await writeRecords(plain, records);
  await pipeline(createReadStream(plain), createGzip(), createWriteStream(packed));
  const speeds: PubmedSpeed[] = [];
  for (const [form, path] of [
    ['plain', plain],
    ['gzip', packed],
  ] as const) {
    const speed = { form, bytesPerRecord: Math.round(bytes / records), ...(await readAll(path, records)) };
    say(
      `${form}: ${speed.recordsPerSecond} records/s of ${speed.bytesPerRecord} bytes, ${speed.recordsPerCpuSecond} a second of CPU`,
    );
    speeds.push(speed);
  }
  return speeds;
}

async function readAll(path: string, records: number): Promise<Omit<PubmedSpeed, 'form' | 'bytesPerRecord'>> {
  const reader = new ChildProcessDocumentReader({ childrenPerKind: 1 });
  try {
    // Started before the clock, as a worker's children are.
    await reader.readRecords(path, { fromIndex: 0, limit: 1 }, LIMITS);
    await reader.readRecords(path, { fromIndex: records, limit: 1 }, LIMITS);
    const watch = new ProcessWatch(reader.childPids);
    const startedAt = performance.now();
    let read = 0;
    for (let next: number | null = 0; next !== null;) {
      const page = await reader.readRecords(path, { fromIndex: next, limit: RECORDS_PER_BATCH }, LIMITS);
      read += page.records.length;
      next = page.nextIndex;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const uses = watch.stop();
    if (read !== records) throw new Error(`${read} of ${records} records were read`);
    return {
      records,
      recordsPerSecond: Math.round(records / seconds),
      recordsPerCpuSecond: Math.round(records / uses.reduce((sum, use) => sum + use.cpuSeconds, 0)),
      peakRssMiB: round(Math.max(...uses.map((use) => use.peakRssMiB)), 0),
    };
  } finally {
    await reader.close();
  }
}

/** The records of the samples over and over, each with a PMID of its own. */
async function writeRecords(path: string, records: number): Promise<number> {
  const samples = readdirSync(shared('samples', 'pubmed'))
    .map((name) => readFileSync(shared('samples', 'pubmed', name), 'utf8'))
    .flatMap((file) => file.match(/<PubmedArticle>[\s\S]*?<\/PubmedArticle>/g) ?? []);
  const file = createWriteStream(path);
  await pipeline(function* () {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n';
    for (let index = 0; index < records; index++) {
      const record = samples[index % samples.length] ?? '';
      yield `${record.replace(/(<PMID[^>]*>)\d+/, `$1${FIRST_PMID + index}`)}\n`;
    }
    yield '</PubmedArticleSet>\n';
  }, file);
  return file.bytesWritten;
}
