import { Failure } from '../../core/contract/failures.js';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import type {
  DocumentReader,
  DrawPassageInput,
  FileInspection,
  PageRange,
  ReadLimits,
  RecordPage,
  RenderInput,
} from '../../core/ports/document-reader.js';
import type { PageImage } from '../../core/ports/ocr-engine.js';
import type { PageReading, Reading } from '../../core/contract/reading.js';
import { entryPoint } from '../entry-point.js';
import { ChildPool } from './child-pool.js';
import { pagedFormat } from './paged-format.js';
import { readPagesOneByOneFailing } from './pdf/isolate-pages.js';
import { readRecordsOneByOneFailing } from './pubmed/isolate-records.js';
import { ReaderMemory } from './reader-memory.js';
import type { OperationName, ReaderKind, ReaderOperations } from './reader-protocol.js';

export interface ChildProcessDocumentReaderOptions {
  /** Children of each kind at once; more read more files in parallel. Default 2. */
  readonly childrenPerKind?: number;
  /** What all children may hold together ({@link ReaderMemory}). Default {@link DEFAULT_MAX_RESIDENT_BYTES}. */
  readonly maxResidentBytes?: number;
  /** Unpacked size of a `.gz` from which on it is `ARCHIVE_TOO_LARGE`. Default {@link DEFAULT_MAX_UNPACKED_BYTES}. */
  readonly maxUnpackedBytes?: number;
  /** An unused child ends after this long. Default one minute. */
  readonly idleMs?: number;
}

/**
 * Measured: a 2,000-page text PDF 145 MiB, drawing A4 at 300 dpi 290, an A4 colour scan of 600 dpi (35 megapixels) 569. With a
 * worker's own 330 to 460, its tree stays at about 1 GiB.
 */
const DEFAULT_MAX_RESIDENT_BYTES = 600 * 1024 * 1024;
/** Of that, what one child may keep after a call: one that draws scans is used again. */
const RECYCLE_SHARE = 0.6;
/** V8's heap within that cap; the rest is buffers: the file itself, page pictures, unpacked streams. */
const MAX_HEAP_MB = 448;
/**
 * Node's own 16 let the young generation of a reader of 2,000 pages of text grow by 30 MB, and save it no time. Records are many small
 * things that are soon forgotten: with 4, a reader of PubMed files takes a fifth longer.
 */
const MAX_SEMI_SPACE_MB: Readonly<Record<ReaderKind, number>> = { text: 4, pdf: 4, image: 4, pubmed: 16 };
/** The largest PubMed baseline file unpacks to about 400 MB; past 2 GiB a .gz is a bomb or should be split. */
const DEFAULT_MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024;
/** 54 files one after the other took pdfjs from 125 to 204 MB, so a restart is needed rarely; it costs 0.3 s. */
const CALLS_PER_CHILD = 500;
const IDLE_MS = 60_000;

interface PartReceiver<Part> {
  readonly onPart: (part: Part) => void;
  readonly onRestart: () => void;
}

type Run = <N extends OperationName>(
  operation: N,
  path: string,
  input: ReaderOperations[N]['input'],
  limits: ReadLimits & { readonly partDeadlineMs?: number; readonly firstPartDeadlineMs?: number },
  parts?: PartReceiver<ReaderOperations[N]['part']>,
) => Promise<ReaderOperations[N]['result']>;

const KIND_OF: { readonly [N in OperationName]: ReaderOperations[N]['kind'] } = {
  detectFormat: 'text',
  readText: 'text',
  inspectPdf: 'pdf',
  readPdfPages: 'pdf',
  drawPdfPassage: 'pdf',
  renderPdfPage: 'pdf',
  inspectImage: 'image',
  readImagePages: 'image',
  renderImagePage: 'image',
  drawImagePassage: 'image',
  readRecords: 'pubmed',
};

const PDF_PAGES = {
  inspect: 'inspectPdf',
  read: 'readPdfPages',
  render: 'renderPdfPage',
  passage: 'drawPdfPassage',
} as const;
const IMAGE_PAGES = {
  inspect: 'inspectImage',
  read: 'readImagePages',
  render: 'renderImagePage',
  passage: 'drawImagePassage',
} as const;
const PAGE_OPERATIONS = { pdf: PDF_PAGES, png: IMAGE_PAGES, jpeg: IMAGE_PAGES, tiff: IMAGE_PAGES } as const;

/** Reads every file in forked children (see {@link ChildPool}); this process only passes paths and takes results. */
export class ChildProcessDocumentReader implements DocumentReader {
  private readonly pools: Readonly<Record<ReaderKind, ChildPool>>;
  private readonly maxUnpackedBytes: number;

  constructor(options: ChildProcessDocumentReaderOptions = {}) {
    const maxResidentBytes = options.maxResidentBytes ?? DEFAULT_MAX_RESIDENT_BYTES;
    const memory = new ReaderMemory(maxResidentBytes);
    const poolOf = (kind: ReaderKind) =>
      new ChildPool({
        entry: entryPoint('infra/readers/reader-process.js'),
        kind,
        memory,
        maxHeapMb: MAX_HEAP_MB,
        maxSemiSpaceMb: MAX_SEMI_SPACE_MB[kind],
        size: options.childrenPerKind ?? 2,
        callsPerChild: CALLS_PER_CHILD,
        recycleAboveBytes: maxResidentBytes * RECYCLE_SHARE,
        idleMs: options.idleMs ?? IDLE_MS,
      });
    this.pools = { text: poolOf('text'), pdf: poolOf('pdf'), image: poolOf('image'), pubmed: poolOf('pubmed') };
    this.maxUnpackedBytes = options.maxUnpackedBytes ?? DEFAULT_MAX_UNPACKED_BYTES;
  }

  async inspect(path: string, limits: ReadLimits): Promise<FileInspection> {
    const paged = await pagedFormat(path);
    if (!paged) return { ...(await this.run('detectFormat', path, null, limits)), metadata: {} };
    const inspected = await this.run(PAGE_OPERATIONS[paged].inspect, path, null, limits);
    return { format: paged, compressed: false, ...inspected };
  }

  async readPages(path: string, pages: PageRange, limits: ReadLimits): Promise<PageReading[]> {
    const { native = false } = pages;
    const { read } = await this.pageOperations(path, limits);
    return readPagesOneByOneFailing(pages, limits, (range, { budgetMs, ...deadlines }, parts) =>
      this.run(read, path, { ...range, native, budgetMs }, { ...limits, ...deadlines }, parts),
    );
  }

  async renderPage(path: string, input: RenderInput, limits: ReadLimits): Promise<PageImage> {
    const { render } = await this.pageOperations(path, limits);
    return this.run(render, path, input, limits);
  }

  async drawPassage(path: string, input: DrawPassageInput, limits: ReadLimits): Promise<PageImage> {
    const { passage } = await this.pageOperations(path, limits);
    return this.run(passage, path, input, limits);
  }

  readText(path: string, format: TextFormat, limits: ReadLimits): Promise<Reading> {
    return this.run('readText', path, { format }, limits);
  }

  async readRecords(
    path: string,
    input: { fromIndex: number; limit: number },
    limits: ReadLimits,
  ): Promise<RecordPage> {
    const { parts, ...end } = await readRecordsOneByOneFailing(input, limits, (range, deadlines, receiver) =>
      this.run(
        'readRecords',
        path,
        { ...range, maxUnpackedBytes: this.maxUnpackedBytes },
        { ...limits, ...deadlines },
        receiver,
      ),
    );
    return {
      records: parts.flatMap((part) => ('record' in part ? [part.record] : [])),
      withdrawals: parts.flatMap((part) => ('withdrawal' in part ? [part.withdrawal] : [])),
      repeated: parts.flatMap((part) => ('repeated' in part ? [part.repeated] : [])),
      failures: parts.flatMap((part) => ('failure' in part ? [part.failure] : [])),
      ...end,
    };
  }

  /** Process ids of all children, for benches and tests that measure or kill them. */
  get childPids(): number[] {
    return Object.values(this.pools).flatMap((pool) => pool.pids);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((pool) => pool.close()));
  }

  /** Told from the bytes at each call: nobody has to remember what a file was. */
  private async pageOperations(path: string, limits: ReadLimits) {
    const paged = await pagedFormat(path);
    if (paged) return PAGE_OPERATIONS[paged];
    const { format } = await this.run('detectFormat', path, null, limits);
    throw new Failure('UNSUPPORTED_TYPE', { detail: `format=${format} has no pages` });
  }

  private readonly run: Run = async (operation, path, input, limits, parts) => {
    const answer = await this.pools[KIND_OF[operation]].run({
      operation,
      path,
      input,
      ...limits,
      ...(parts as PartReceiver<unknown> | undefined),
    });
    return answer as ReaderOperations[typeof operation]['result'];
  };
}
