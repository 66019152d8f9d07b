import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PDFDocument } from 'pdf-lib';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { createOcrEngine } from '../../infra/ocr/create-ocr-engine.js';
import { type Bench, missed, type Say } from '../bench.js';
import { type MadeGuideline, madeGuidelines, type MadeQuestion } from '../setting/guidelines/made-guidelines.js';
import { NativeServer } from '../setting/native-server.js';
import { OurReader } from '../setting/our-reader.js';
import { round, tableLines } from '../setting/statistics.js';
import { typeset } from '../setting/typeset/typesetter.js';
import type { ReadDocument } from './index-readings.js';
import { type Hit, type IndexedSearch, MODES, openIndexedSearch } from './indexed-search.js';

const TARGETS = { documentFirst: 0.93, pageInTop3: 0.88, rowInHit: 0.9 };
/** What a search answers without being asked for more. */
const TOP_K = 10;
const PAGE_AMONG = 3;
const SCAN_DPI = 200;
const A4 = { width: 595, height: 842 };

/** A question with the pages on which its answer was set. */
interface Judged extends MadeQuestion {
  readonly documentId: string;
  readonly pages: readonly number[];
  readonly scanned: boolean;
}

interface Outcome {
  readonly documentFirst: boolean;
  readonly pageInTop3: boolean;
  /** Of questions that a row answers. */
  readonly rowInHit: boolean | null;
}

/** Guidelines set as PDF, some of them scanned, each with questions: is the first hit of the document, its page near, its row there? */
export const guidelinesBench: Bench = {
  name: 'guidelines',
  summary: '[--documents 28] [--show]  questions to typeset and scanned guidelines: document, page and row of a table',
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: { documents: { type: 'string', default: '28' }, show: { type: 'boolean', default: false } },
    });
    const folder = await mkdtemp(join(tmpdir(), 'medindex-eval-guidelines-'));
    const server = await NativeServer.start();
    const ocr = await createOcrEngine({
      engine: 'auto',
      languages: ['eng'],
      binaryEnvironment: { PATH: process.env['PATH'] ?? '' },
    });
    try {
      const { documents, questions, pages } = await read(madeGuidelines(Number(values.documents)), folder, ocr);
      const indexed = await openIndexedSearch({
        server,
        modelFile: 'model_quantized.onnx',
        collection: 'guidelines',
        documents,
      });
      say(
        `${documents.length} guidelines of ${pages} pages in ${indexed.chunks} chunks, ${questions.length} questions`,
      );
      try {
        return await evaluate(indexed, questions, values.show ? say : () => undefined, say);
      } finally {
        await indexed.close();
      }
    } finally {
      await Promise.all([server.stop(), ocr.close(), rm(folder, { recursive: true, force: true })]);
    }
  },
};

async function evaluate(indexed: IndexedSearch, questions: readonly Judged[], show: Say, say: Say) {
  const figures: Record<string, unknown> = {};
  const rows: (string | number)[][] = [['', 'document first', 'page in top 3', 'row in a hit', 'scans: page']];
  for (const mode of MODES) {
    const outcomes: { judged: Judged; outcome: Outcome }[] = [];
    for (const judged of questions) {
      const hits = await indexed.search(judged.question, mode, TOP_K);
      const outcome = outcomeOf(judged, hits);
      outcomes.push({ judged, outcome });
      if (mode === 'hybrid' && Object.values(outcome).includes(false)) {
        show(`${JSON.stringify(outcome)} ${judged.documentId} p${judged.pages.join()} ${judged.question}`);
        show(`   wanted: ${judged.answer.slice(0, 120)}`);
        for (const { chunk } of hits.slice(0, PAGE_AMONG)) {
          show(
            `   ${chunk.externalId} p${chunk.anchor.pages.join()} ${chunk.text.slice(0, 160).replaceAll('\n', ' ⏎ ')}`,
          );
        }
      }
    }
    const share = (of: (outcome: Outcome) => boolean | null, among = outcomes) => {
      const known = among.map(({ outcome }) => of(outcome)).filter((value) => value !== null);
      return round(known.filter(Boolean).length / known.length, 3);
    };
    const scans = outcomes.filter(({ judged }) => judged.scanned);
    const scores = {
      documentFirst: share((outcome) => outcome.documentFirst),
      pageInTop3: share((outcome) => outcome.pageInTop3),
      rowInHit: share((outcome) => outcome.rowInHit),
      pageInTop3OfScans: share((outcome) => outcome.pageInTop3, scans),
    };
    figures[mode] = scores;
    rows.push([mode, ...Object.values(scores)]);
    if (mode === 'hybrid') {
      Object.assign(figures, {
        short: missed({
          documentFirst: scores.documentFirst >= TARGETS.documentFirst,
          pageInTop3: scores.pageInTop3 >= TARGETS.pageInTop3,
          rowInHit: scores.rowInHit >= TARGETS.rowInHit,
          pageOfScans: scores.pageInTop3OfScans >= TARGETS.pageInTop3,
        }),
      });
    }
  }
  for (const line of tableLines(rows)) say(line);
  const { short, ...rest } = figures as { short: string[] };
  return { figures: rest, short };
}

function outcomeOf(judged: Judged, hits: readonly Hit[]): Outcome {
  const own = hits.filter(({ chunk }) => chunk.externalId === judged.documentId);
  const near = hits.slice(0, PAGE_AMONG).filter((hit) => own.includes(hit));
  const { row } = judged;
  return {
    documentFirst: hits[0]?.chunk.externalId === judged.documentId,
    pageInTop3: near.some(({ chunk }) => chunk.anchor.pages.some((page) => judged.pages.includes(page))),
    rowInHit: row ? own.some(({ chunk }) => chunk.text.split('\n').some((line) => isRow(line, row))) : null,
  };
}

/** Cells in their order on one line, whatever stands between them. */
function isRow(line: string, cells: readonly string[]): boolean {
  let from = 0;
  const text = letters(line);
  return cells.map(letters).every((cell) => {
    const at = text.indexOf(cell, from);
    from = at + cell.length;
    return at >= 0;
  });
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

async function read(guidelines: readonly MadeGuideline[], folder: string, ocr: OcrEngine) {
  const reader = new OurReader(ocr);
  const documents: ReadDocument[] = [];
  const questions: Judged[] = [];
  let count = 0;
  try {
    for (const { document, scanned, questions: asked } of guidelines) {
      const set = await typeset(document);
      const path = join(folder, `${document.name}.pdf`);
      await writeFile(path, set.bytes);
      const { reading, pages } = await reader.read(scanned ? await scannedAgain(reader, path) : path);
      documents.push({ externalId: document.name, reading });
      count += pages.length;
      for (const question of asked) {
        const places = set.places.find(({ text }) => text === question.answer);
        if (!places) throw new Error(`the answer was not set: ${question.answer}`);
        questions.push({ ...question, documentId: document.name, pages: places.pages, scanned });
      }
    }
  } finally {
    await reader.close();
  }
  return { documents, questions, pages: count };
}

/** Pictures of all pages, and nothing else. */
async function scannedAgain(reader: OurReader, path: string): Promise<string> {
  const pages = (await reader.inspect(path)).pageCount ?? 0;
  const pdf = await PDFDocument.create();
  for (let number = 1; number <= pages; number++) {
    const picture = await pdf.embedPng(await reader.picture(path, number, SCAN_DPI));
    pdf.addPage([A4.width, A4.height]).drawImage(picture, { x: 0, y: 0, ...A4 });
  }
  const scanned = `${path}.scanned.pdf`;
  await writeFile(scanned, await pdf.save());
  return scanned;
}
