import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_DOCUMENTS } from '../../bench/setting/typeset/known-documents.js';
import { typeset } from '../../bench/setting/typeset/typesetter.js';
import { mutatedCopies, type Original } from '../../bench/setting/robustness/mutations.js';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { isPaged } from '../../core/contract/states.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { encryptedPdf } from '../fixtures/documents/encrypted-pdf.js';
import { guidelinePdf, mixedPdf, scannedPdf, twoColumnPdf } from '../fixtures/documents/typeset-pdf.js';

const SHARED = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples', 'pdf');
const COPIES = 500;
const SEED = 5;
/**
 * So that 500 copies are two minutes of two cores; larger ones, and a fax of 35,000 × 35,000 dots that takes seconds at each
 * look, go through `npm run bench -- robustness`.
 */
const MAX_BYTES = 100_000;
const TOO_SLOW = 'ocr--hugemono.pdf';
const CHILDREN = 2;
const MAX_RESIDENT_BYTES = 700 * 1024 * 1024;
/** What a child may take between two looks of the watchdog: 50 ms at some 2 GB/s, and a busy machine looks late. */
const OVERSHOOT_BYTES = 300 * 1024 * 1024;
/** A page takes 40 ms; a copy that is still read after this long is one that never ends. */
const LIMITS = { deadlineMs: 60_000 };
/** Drawn in half a second, on a busy machine in five. One copy's picture is drawn for a minute of a core, if it is let. */
const DRAWING_LIMITS = { deadlineMs: 15_000 };
const DRAW = { page: 1, dpi: 50, maxPixels: 4_000_000 };

/**
 * How a damaged file may end: with what is wrong with it, in words that an editor understands. Numbers that were changed may
 * make a picture so large that, on a crowded machine, the deadline of a page passes first.
 */
const ENDS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'EMPTY_FILE',
  'PDF_DAMAGED',
  'PDF_ENCRYPTED',
  'TEXT_UNREADABLE',
  'UNSUPPORTED_TYPE',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_TIMEOUT',
]);
const PAGE_ENDS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'PAGE_UNREADABLE',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_TIMEOUT',
]);
const DRAWING_ENDS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'PAGE_RENDER_FAILED',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_TIMEOUT',
]);

async function originals(): Promise<Original[]> {
  if (existsSync(SHARED)) {
    return readdirSync(SHARED)
      .filter((name) => name !== TOO_SLOW)
      .map((name) => ({ name, bytes: readFileSync(join(SHARED, name)) }))
      .filter(({ bytes }) => bytes.length <= MAX_BYTES);
  }
  const own = await Promise.all([guidelinePdf(), mixedPdf(), scannedPdf([['Fictamycin']]), twoColumnPdf(['a'], ['b'])]);
  const set = await Promise.all(KNOWN_DOCUMENTS.slice(0, 6).map(typeset));
  return [...own, ...set.map(({ bytes }) => bytes), encryptedPdf('Secret', { user: 'a', owner: 'b' })].map(
    (bytes, index) => ({ name: `typeset-${index}.pdf`, bytes }),
  );
}

describe('damaged copies of real PDFs', () => {
  const files = tempFiles();
  let reader: ChildProcessDocumentReader;
  let peakBytes = 0;
  beforeAll(() => {
    reader = new ChildProcessDocumentReader({ childrenPerKind: CHILDREN, maxResidentBytes: MAX_RESIDENT_BYTES });
  });
  afterAll(async () => {
    await reader.close();
    files.remove();
  });

  /** The kernel's own peak of every child that lives; one that was killed had been seen growing before. */
  function lookAtMemory(): void {
    for (const pid of reader.childPids) {
      try {
        const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        peakBytes = Math.max(peakBytes, Number(kibibytes ?? 0) * 1024);
      } catch {
        // Gone, or no Linux.
      }
    }
  }

  /** Read to its end: what is wrong with how it ended, if anything. */
  async function faultsOf(path: string): Promise<string[]> {
    const faults: string[] = [];
    const within = (codes: ReadonlySet<FailureCode>, what: string) => (error: unknown) => {
      const code = error instanceof Failure ? error.code : undefined;
      if (code === undefined) faults.push(`${what}: ${String(error)}`);
      else if (!codes.has(code)) faults.push(`${what}: ${code}`);
      return null;
    };
    const inspected = await reader.inspect(path, LIMITS).catch(within(ENDS, 'inspect'));
    if (!inspected || !isPaged(inspected.format)) return faults;
    const { pageCount = 0 } = inspected;
    const pages = await reader.readPages(path, { from: 1, to: pageCount }, LIMITS).catch(within(ENDS, 'pages'));
    if (!pages) return faults;
    if (pages.length !== pageCount) faults.push(`${pages.length} of ${pageCount} pages`);
    pages.forEach((page, index) => {
      if (page.page !== index + 1) faults.push(`page ${page.page} in place ${index + 1}`);
      if (page.reason === '') faults.push('a page without a reason');
      if (page.outcome !== 'failed') return;
      if (page.failureCode === undefined || !PAGE_ENDS.has(page.failureCode)) faults.push(`page: ${page.failureCode}`);
    });
    await reader.renderPage(path, DRAW, DRAWING_LIMITS).catch(within(DRAWING_ENDS, 'drawing'));
    return faults;
  }

  it(`each of ${COPIES} ends in pages or in a reason, and none takes the reader with it`, async () => {
    const copies = mutatedCopies(await originals(), COPIES, SEED);
    const faults: Record<string, readonly string[]> = {};
    let read = 0;
    const lane = async (number: number) => {
      for (let copy = copies.next(); !copy.done; copy = copies.next()) {
        const path = files.write(`${number}-${read}.pdf`, copy.value.bytes);
        const found = await faultsOf(path);
        lookAtMemory();
        if (found.length > 0) faults[copy.value.name] = found;
        read++;
      }
    };
    await Promise.all(Array.from({ length: CHILDREN }, (_, number) => lane(number)));
    expect(faults).toEqual({});
    expect(read).toBe(COPIES);
    expect(peakBytes).toBeLessThan(MAX_RESIDENT_BYTES + OVERSHOOT_BYTES);

    const whole = files.write('whole.pdf', await guidelinePdf());
    expect((await reader.readPages(whole, { from: 1, to: 3 }, LIMITS)).map((page) => page.outcome)).toEqual([
      'native',
      'native',
      'native',
    ]);
  });
});
