import { stat } from 'node:fs/promises';
import type { FailureCode } from '../../core/contract/failures.js';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import type { Format } from '../../core/contract/states.js';
import type {
  DrawPassageInput,
  FileInspection,
  PageRange,
  RecordFailure,
  RecordPage,
  RecordReading,
  RecordWithdrawal,
  RepeatedRecord,
  RenderInput,
} from '../../core/ports/document-reader.js';
import type { PageImage } from '../../core/ports/ocr-engine.js';
import type { PageReading, Reading } from '../../core/contract/reading.js';

/** One kind of child process per engine, so that a PDF's memory never sits beside an XML stream's. */
export const READER_KINDS = ['text', 'pdf', 'image', 'pubmed'] as const;
export type ReaderKind = (typeof READER_KINDS)[number];

/** What the bytes are, before anything is parsed. */
export interface DetectedFormat {
  readonly format: Format;
  readonly compressed: boolean;
}

export type RecordPart =
  | { readonly record: RecordReading }
  | { readonly withdrawal: RecordWithdrawal }
  | { readonly repeated: RepeatedRecord }
  | { readonly failure: RecordFailure }
  /** Before the record itself, where records are read one by one. */
  | { readonly begun: { readonly index: number; readonly externalId?: string } };

/** Pages to be read; behind `budgetMs` no further one is begun. */
export type PagesInput = Required<PageRange> & { readonly budgetMs: number };

/** Records to be read. */
export interface RecordRange {
  readonly fromIndex: number;
  readonly limit: number;
  /** Each record is announced before it is read, and sent alone: what kills the reader then is known. */
  readonly oneByOne: boolean;
  /** Behind it the reader begins no further record; it reads one at least. */
  readonly budgetMs: number;
}

/** What a child can be asked: the kind that does it, its input, what it sends while it works, and its answer. */
export interface ReaderOperations {
  detectFormat: { kind: 'text'; input: null; part: never; result: DetectedFormat };
  readText: { kind: 'text'; input: { format: TextFormat }; part: never; result: Reading };
  inspectPdf: {
    kind: 'pdf';
    input: null;
    part: never;
    result: Pick<FileInspection, 'pageCount' | 'metadata' | 'outline' | 'claimedLanguage' | 'properties'>;
  };
  /** `null` when the file is open, then the pages. */
  readPdfPages: { kind: 'pdf'; input: PagesInput; part: PageReading | null; result: null };
  drawPdfPassage: { kind: 'pdf'; input: DrawPassageInput; part: never; result: PageImage };
  renderPdfPage: { kind: 'pdf'; input: RenderInput; part: never; result: PageImage };
  inspectImage: { kind: 'image'; input: null; part: never; result: Pick<FileInspection, 'pageCount' | 'metadata'> };
  readImagePages: { kind: 'image'; input: PagesInput; part: PageReading | null; result: null };
  drawImagePassage: { kind: 'image'; input: DrawPassageInput; part: never; result: PageImage };
  renderImagePage: { kind: 'image'; input: RenderInput; part: never; result: PageImage };
  readRecords: {
    kind: 'pubmed';
    input: RecordRange & { maxUnpackedBytes: number };
    part: readonly RecordPart[];
    result: Pick<RecordPage, 'total' | 'nextIndex' | 'damage'>;
  };
}
export type OperationName = keyof ReaderOperations;

/** Parent to child. One at a time; the next one is sent when the last was answered. */
export interface ReaderRequest {
  readonly id: number;
  readonly operation: string;
  readonly file: ReaderFile;
  readonly input: unknown;
}

/** A file as a child is given it. */
export interface ReaderFile {
  readonly path: string;
  /** Of its content, where the caller knows it: what is kept between calls is found by it, wherever the copy lies now. */
  readonly sha256?: string;
}

/** What a child may keep the content of a file under: two files of one key have the same bytes. */
export async function contentKey({ path, sha256 }: ReaderFile): Promise<string> {
  if (sha256 !== undefined) return sha256;
  const { mtimeMs, size } = await stat(path);
  return `${mtimeMs} ${size} ${path}`;
}

/** Child to parent. Parts come while it works, in order; then exactly one `done` or `failed`. */
export type ReaderReply =
  | { readonly type: 'ready' }
  | { readonly type: 'part'; readonly id: number; readonly part: unknown }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: FailureCode; readonly detail?: string };

/** One operation as a child runs it. `emit` resolves when the part has left the process. */
export type Operation = (file: ReaderFile, input: unknown, emit: (part: unknown) => Promise<void>) => Promise<unknown>;
