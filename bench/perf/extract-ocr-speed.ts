import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { recognisePage } from '../../activities/reading/recognise-page.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { TesseractBinaryEngine } from '../../infra/ocr/tesseract-binary-engine.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import type { Say } from '../bench.js';
import { type BareEngine, bareTesseractJs, nativeTesseract } from '../setting/scans/bare-engines.js';
import { degradedScan } from '../setting/scans/degraded-scans.js';
import { round } from '../setting/statistics.js';
import { ENGLISH } from '../setting/typeset/prose.js';

const LANGUAGES = ['eng'];
const LIMITS = { deadlineMs: 600_000 };
/** Full pages, as scanned guidelines have them: some 480 words. */
const PARAGRAPHS = 11;
/** Each side reads all pages this often, in turns: what else the machine does then falls on both. */
const ROUNDS = 2;
const PAGES_AN_ENGINE = 3;
const A4 = { width: 595, height: 842 };

export interface OcrSpeed {
  readonly engine: string;
  readonly engines: number;
  /** Best round of each side. */
  readonly pagesPerSecond: number;
  readonly barePagesPerSecond: number;
  readonly ratio: number;
}

/**
 * Pages a second of a scanned PDF by medindex (drawn, prepared, read by a pool of n engines) beside n engines of the same kind
 * that are given the finished pictures.
 */
export async function measureOcrSpeed(say: Say): Promise<OcrSpeed[]> {
  const n = availableParallelism();
  const folder = await mkdtemp(join(tmpdir(), 'medindex-ocr-speed-'));
  const environment = { PATH: process.env['PATH'] ?? '' };
  const sides: { ours: OcrEngine; bare: BareEngine[] }[] = [
    {
      ours: new TesseractJsEngine({ languages: LANGUAGES, threads: n }),
      bare: await Promise.all(Array.from({ length: n }, bareTesseractJs)),
    },
  ];
  const native = await nativeTesseract();
  if (native) {
    sides.push({
      ours: new TesseractBinaryEngine({ languages: LANGUAGES, environment, processes: n }),
      bare: Array.from({ length: n }, () => native),
    });
  }
  try {
    const { pdf, pictures } = await scans(folder, n * PAGES_AN_ENGINE);
    const speeds: OcrSpeed[] = [];
    for (const { ours, bare } of sides) {
      const reader = new ChildProcessDocumentReader({ childrenPerKind: n });
      const pages = pictures.map((_, index) => index + 1);
      const input = { reader, ocr: ours, path: pdf, languages: LANGUAGES, available: LANGUAGES, limits: LIMITS };
      const oursOnce = () => inLanes(n, pages, (page) => recognisePage({ ...input, page }));
      const bareOnce = () => inLanes(n, pictures, (path, lane) => bare[lane]?.words(path, 300) ?? Promise.resolve([]));
      // Engines and children are started, and that is no part of a page.
      await Promise.all([
        inLanes(n, pages.slice(0, n), (page) => recognisePage({ ...input, page })),
        inLanes(n, pictures.slice(0, n), (path, lane) => bare[lane]?.words(path, 300) ?? Promise.resolve([])),
      ]);
      const seconds = { ours: [] as number[], bare: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        seconds.bare.push(await bareOnce());
        seconds.ours.push(await oursOnce());
      }
      await reader.close();
      const [best, bareBest] = [Math.min(...seconds.ours), Math.min(...seconds.bare)];
      speeds.push({
        engine: ours.name,
        engines: n,
        pagesPerSecond: round(pages.length / best, 3),
        barePagesPerSecond: round(pages.length / bareBest, 3),
        ratio: round(bareBest / best, 3),
      });
      const last = speeds.at(-1);
      if (last) {
        say(`${last.engine}: ${last.pagesPerSecond} pages/s, bare ${last.barePagesPerSecond}, ratio ${last.ratio}`);
      }
    }
    return speeds;
  } finally {
    await Promise.all(sides.flatMap(({ ours, bare }) => [ours.close(), ...bare.map((engine) => engine.close())]));
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same sheets as one PDF and as a picture each. */
async function scans(folder: string, pages: number): Promise<{ pdf: string; pictures: string[] }> {
  const document = await PDFDocument.create();
  const pictures: string[] = [];
  for (let page = 0; page < pages; page++) {
    const text = Array.from({ length: PARAGRAPHS }, (_, at) => ENGLISH[(page + at) % ENGLISH.length] ?? '');
    const { picture } = degradedScan('grey paper', text);
    const path = join(folder, `page-${page}.png`);
    await writeFile(path, picture);
    pictures.push(path);
    const sheet = document.addPage([A4.width, A4.height]);
    sheet.drawImage(await document.embedPng(picture), { x: 0, y: 0, ...A4 });
  }
  const pdf = join(folder, 'scans.pdf');
  await writeFile(pdf, await document.save());
  return { pdf, pictures };
}

/** Seconds that n lanes take for all items. */
async function inLanes<Item>(
  n: number,
  items: readonly Item[],
  work: (item: Item, lane: number) => Promise<unknown>,
): Promise<number> {
  const waiting = [...items];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: n }, async (_, lane) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, lane);
    }),
  );
  return (performance.now() - begun) / 1000;
}
