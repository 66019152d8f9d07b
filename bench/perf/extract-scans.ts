import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recognisePage } from '../../activities/reading/recognise-page.js';
import type { OcrEngine, OcrPage } from '../../core/ports/ocr-engine.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { TesseractBinaryEngine } from '../../infra/ocr/tesseract-binary-engine.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import type { Say } from '../bench.js';
import { nativeTesseract } from '../setting/scans/bare-engines.js';
import { DEGRADATION_NAMES, degradedScan } from '../setting/scans/degraded-scans.js';
import { round, tableLines } from '../setting/statistics.js';
import { wordErrorRate, wordRecall } from '../setting/text-similarity.js';
import { ENGLISH } from '../setting/typeset/prose.js';

const LIMITS = { deadlineMs: 600_000 };
const LANGUAGES = ['eng'];
/** Some 170 words, so that a scan takes seconds. */
const PARAGRAPHS = 4;

/** Of one way to read a scan. */
interface Score {
  readonly wordErrorRate: number;
  readonly wordRecall: number;
}

export interface ScanScores {
  /** By reader, of all scans: `medindex, <engine>` with preparation and readings again, `bare <engine>` without. */
  readonly means: Readonly<Record<string, Score>>;
  readonly scans: readonly { readonly name: string; readonly scores: Readonly<Record<string, Score>> }[];
}

/**
 * Pages of known text, harmed as scans are: word error rate and word recall of medindex with either engine, and of the bare
 * engines on the same pictures.
 */
export async function measureScans(only: string, say: Say): Promise<ScanScores> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-scans-'));
  const reader = new ChildProcessDocumentReader();
  const js = new TesseractJsEngine({ languages: LANGUAGES, threads: 1 });
  const native = await nativeTesseract();
  const engines: OcrEngine[] = [js];
  if (native) {
    const environment = { PATH: process.env['PATH'] ?? '' };
    engines.push(new TesseractBinaryEngine({ languages: LANGUAGES, environment, processes: 1 }));
  } else say('tesseract is not installed (apt-get install tesseract-ocr): its columns are left out');
  const scans: ScanScores['scans'][number][] = [];
  try {
    for (const name of DEGRADATION_NAMES.filter((known) => known.includes(only))) {
      const scan = degradedScan(name, ENGLISH.slice(0, PARAGRAPHS));
      const path = join(folder, `scan.${scan.format}`);
      await writeFile(path, scan.picture);
      const scores: Record<string, Score> = {};
      const score = (words: readonly string[]): Score => ({
        wordErrorRate: round(wordErrorRate(scan.words, words), 4),
        wordRecall: round(wordRecall(scan.words, words).recall, 4),
      });
      for (const ocr of engines) {
        const input = { reader, ocr, path, page: 1, languages: LANGUAGES, available: LANGUAGES, limits: LIMITS };
        const read = await recognisePage(input);
        scores[`medindex, ${ocr.name}`] = score(wordsOf(read.ocr));
      }
      const image = await reader.renderPage(path, { page: 1, dpi: 300, maxPixels: 17_400_000 }, LIMITS);
      scores['bare tesseract.js'] = score(wordsOf(await js.recognise({ image, languages: LANGUAGES })));
      if (native) scores['bare tesseract'] = score(await native.words(path, scan.dpi));
      scans.push({ name, scores });
      say(`${name}  ${Object.values(scores).map((each) => cell(each)).join('  ')}`); // prettier-ignore
    }
  } finally {
    await Promise.all([reader.close(), ...engines.map((engine) => engine.close())]);
    await rm(folder, { recursive: true, force: true });
  }
  const readers = Object.keys(scans[0]?.scores ?? {});
  const means = Object.fromEntries(
    readers.map((reader) => {
      const all = scans.flatMap(({ scores }) => scores[reader] ?? []);
      const mean = (of: (score: Score) => number) => round(all.reduce((sum, one) => sum + of(one), 0) / all.length, 4);
      return [reader, { wordErrorRate: mean((s) => s.wordErrorRate), wordRecall: mean((s) => s.wordRecall) }];
    }),
  );
  say();
  for (const line of tableLines([
    ['word error rate / recall', ...readers],
    ...scans.map(({ name, scores }) => [name, ...readers.map((reader) => cell(scores[reader]))]),
    ['mean', ...readers.map((reader) => cell(means[reader]))],
  ])) {
    say(line);
  }
  return { means, scans };
}

function cell(score: Score | undefined): string {
  return score ? `${score.wordErrorRate.toFixed(3)} / ${score.wordRecall.toFixed(3)}` : '–';
}

function wordsOf({ paragraphs }: OcrPage): string[] {
  return paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((each) => each.words.map((word) => word.text)));
}
