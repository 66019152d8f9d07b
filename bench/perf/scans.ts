import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { recognisePage } from '../../activities/recognise-page.js';
import type { OcrPage } from '../../core/ports/ocr-engine.js';
import { ChildProcessDocumentReader } from '../../infra/documents/child-process-document-reader.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { type Bench, missed } from '../bench.js';
import { DEGRADATION_NAMES, degradedScan } from '../setting/scans/degraded-scans.js';
import { round, tableLines } from '../setting/statistics.js';
import { ENGLISH } from '../setting/typeset/prose.js';

const LIMITS = { deadlineMs: 600_000 };
/** Some 170 words, so that a scan takes seconds. */
const PARAGRAPHS = 4;
/** Of the mean over all scans; the bare engine has the same pages as they are. */
const TARGETS = { wordErrorRate: 0.04 };

/** Pages from known text, harmed as scans are: word error rate with and without what is done to a page before it is read. */
export const scansBench: Bench = {
  name: 'scans',
  summary: '[--only <part of a name>]  word error rate on made scans, with and without preparing the page',
  async run(args, say) {
    const { values } = parseArgs({ args: [...args], options: { only: { type: 'string', default: '' } } });
    const reader = new ChildProcessDocumentReader();
    const ocr = new TesseractJsEngine({ languages: ['eng'], threads: 1 });
    const folder = await mkdtemp(join(tmpdir(), 'medindex-scans-'));
    const native = await nativeTesseract();
    const rows: Row[] = [];
    try {
      for (const name of DEGRADATION_NAMES.filter((known) => known.includes(values.only))) {
        const scan = degradedScan(name, ENGLISH.slice(0, PARAGRAPHS));
        const path = join(folder, 'scan.png');
        await writeFile(path, scan.png);
        const started = performance.now();
        const ours = await recognisePage({
          reader,
          ocr,
          path,
          page: 1,
          languages: ['eng'],
          available: ['eng'],
          limits: LIMITS,
        });
        const seconds = (performance.now() - started) / 1000;
        const image = await reader.renderPage(path, { page: 1, dpi: 300, maxPixels: 17_400_000 }, LIMITS);
        const bare = await ocr.recognise({ image, languages: ['eng'] });
        rows.push({
          name,
          ours: wordErrorRate(scan.words, wordsOf(ours.ocr)),
          bare: wordErrorRate(scan.words, wordsOf(bare)),
          native: native ? wordErrorRate(scan.words, await native(path, scan.dpi)) : null,
          confidence: ours.ocr.confidence,
          turned: ours.turnedDegrees,
          seconds,
        });
        const row = rows.at(-1);
        say(row ? line(row) : '');
      }
    } finally {
      await Promise.all([reader.close(), ocr.close(), rm(folder, { recursive: true, force: true })]);
    }
    say();
    for (const text of tableLines([HEAD, ...rows.map(cells)])) say(text);
    const mean = (of: (row: Row) => number) => round(rows.reduce((sum, row) => sum + of(row), 0) / rows.length, 4);
    const figures = {
      wordErrorRate: mean((row) => row.ours),
      wordErrorRateUnprepared: mean((row) => row.bare),
      wordErrorRateNative: native ? mean((row) => row.native ?? 0) : null,
      scans: rows.map(({ name, ours, bare, native: byNative }) => ({ name, ours, bare, native: byNative })),
    };
    return { figures, short: missed({ wordErrorRate: figures.wordErrorRate <= TARGETS.wordErrorRate }) };
  },
};

interface Row {
  readonly name: string;
  readonly ours: number;
  readonly bare: number;
  readonly native: number | null;
  readonly confidence: number;
  readonly turned: number;
  readonly seconds: number;
}

const HEAD = ['scan', 'WER', 'unprepared', 'native', 'confidence', 'turned', 's'];

function cells({ name, ours, bare, native, confidence, turned, seconds }: Row): (string | number)[] {
  return [name, ours, bare, native ?? '–', round(confidence, 0), round(turned, 1), round(seconds, 1)];
}

function line(row: Row): string {
  return cells(row).join('  ');
}

function wordsOf({ paragraphs }: OcrPage): string[] {
  return paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((each) => each.words.map((word) => word.text)));
}

/** Edit distance in words, over the number of known words. */
function wordErrorRate(known: readonly string[], found: readonly string[]): number {
  let row = Array.from({ length: found.length + 1 }, (_, index) => index);
  for (const [index, word] of known.entries()) {
    const next = [index + 1];
    for (const [column, other] of found.entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return round((row.at(-1) ?? 0) / known.length, 4);
}

/** The words that the `tesseract` binary reads from a picture; `null` where it is not installed. */
async function nativeTesseract(): Promise<((path: string, dpi: number) => Promise<string[]>) | null> {
  const run = promisify(execFile);
  try {
    await run('tesseract', ['--version']);
  } catch {
    return null;
  }
  return async (path, dpi) => {
    const options = ['-l', 'eng', '--dpi', String(dpi), '--psm', '3'];
    const { stdout } = await run('tesseract', [path, 'stdout', ...options], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split(/\s+/).filter((word) => word !== '');
  };
}
