import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import { isPaged } from '../../../core/contract/states.js';
import { ChildProcessDocumentReader } from '../../../infra/readers/child-process-document-reader.js';
import { mutatedCopies, type Original } from './mutations.js';

/** The same copies in the suite, which reads some of them, and in the bench, which reads them all. */
const SEED = 5;
/** So that 500 copies are two minutes of two cores. */
export const MAX_DAMAGED_BYTES = 100_000;
/** A fax of 35,000 × 35,000 dots takes seconds at each look. */
export const TOO_SLOW = 'ocr--hugemono.pdf';

const CHILDREN = 2;
const MAX_RESIDENT_BYTES = 700 * 1024 * 1024;
/** What a child may take between two looks of the watchdog: 50 ms at some 2 GB/s, and a busy machine looks late. */
const OVERSHOOT_BYTES = 300 * 1024 * 1024;
export const MAX_PEAK_BYTES = MAX_RESIDENT_BYTES + OVERSHOOT_BYTES;
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

export interface DamagedReading {
  readonly read: number;
  /** Name of a copy → what is wrong with how it ended. */
  readonly faults: Readonly<Record<string, readonly string[]>>;
  /** Of the largest child. */
  readonly peakBytes: number;
  /** Outcomes of the pages of `wholePath`, read by the same children after all copies. */
  readonly afterwards: readonly string[];
}

export interface ReadDamagedCopiesInput {
  readonly originals: readonly Original[];
  readonly copies: number;
  /** Where copies are written; each is removed when it was read. */
  readonly folder: string;
  /** A good PDF. */
  readonly wholePath: string;
}

/** Inspects, reads and draws damaged copies through the reader's child processes, two at a time. */
export async function readDamagedCopies(input: ReadDamagedCopiesInput): Promise<DamagedReading> {
  const reader = new ChildProcessDocumentReader({ childrenPerKind: CHILDREN, maxResidentBytes: MAX_RESIDENT_BYTES });
  const copies = mutatedCopies(input.originals, input.copies, SEED);
  const faults: Record<string, readonly string[]> = {};
  let read = 0;
  let peakBytes = 0;
  const lane = async (number: number) => {
    for (let copy = copies.next(); !copy.done; copy = copies.next()) {
      const path = join(input.folder, `${number}-${read}.pdf`);
      writeFileSync(path, copy.value.bytes);
      const found = await faultsOf(reader, path);
      rmSync(path);
      peakBytes = Math.max(peakBytes, ...reader.childPids.map(peakOf));
      if (found.length > 0) faults[copy.value.name] = found;
      read++;
    }
  };
  try {
    await Promise.all(Array.from({ length: CHILDREN }, (_, number) => lane(number)));
    const { pageCount = 0 } = await reader.inspect(input.wholePath, LIMITS);
    const whole = await reader.readPages(input.wholePath, { from: 1, to: pageCount }, LIMITS);
    return { read, faults, peakBytes, afterwards: whole.map((page) => page.outcome) };
  } finally {
    await reader.close();
  }
}

/** The kernel's own peak of a child that lives; one that was killed had been seen growing before. */
function peakOf(pid: number): number {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // Gone, or no Linux.
    return 0;
  }
}

/** Read to its end: what is wrong with how it ended, if anything. */
async function faultsOf(reader: ChildProcessDocumentReader, path: string): Promise<string[]> {
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
