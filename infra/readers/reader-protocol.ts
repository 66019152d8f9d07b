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
  | { readonly failure: RecordFailure };

/** What a child can be asked: the kind that does it, its input, what it sends while it works, and its answer. */
export interface ReaderOperations {
  detectFormat: { kind: 'text'; input: null; part: never; result: DetectedFormat };
  readText: { kind: 'text'; input: { format: TextFormat }; part: never; result: Reading };
  inspectPdf: {
    kind: 'pdf';
    input: null;
    part: never;
    result: Pick<FileInspection, 'pageCount' | 'metadata' | 'outline' | 'claimedLanguage'>;
  };
  readPdfPages: { kind: 'pdf'; input: Required<PageRange>; part: PageReading; result: null };
  drawPdfPassage: { kind: 'pdf'; input: DrawPassageInput; part: never; result: PageImage };
  renderPdfPage: { kind: 'pdf'; input: RenderInput; part: never; result: PageImage };
  inspectImage: { kind: 'image'; input: null; part: never; result: Pick<FileInspection, 'pageCount' | 'metadata'> };
  readImagePages: { kind: 'image'; input: Required<PageRange>; part: PageReading; result: null };
  drawImagePassage: { kind: 'image'; input: DrawPassageInput; part: never; result: PageImage };
  renderImagePage: { kind: 'image'; input: RenderInput; part: never; result: PageImage };
  readRecords: {
    kind: 'pubmed';
    input: { fromIndex: number; limit: number; maxUnpackedBytes: number };
    part: readonly RecordPart[];
    result: Pick<RecordPage, 'total' | 'nextIndex' | 'damage'>;
  };
}
export type OperationName = keyof ReaderOperations;

/** Parent to child. One at a time; the next one is sent when the last was answered. */
export interface ReaderRequest {
  readonly id: number;
  readonly operation: string;
  readonly path: string;
  readonly input: unknown;
}

/** Child to parent. Parts come while it works, in order; then exactly one `done` or `failed`. */
export type ReaderReply =
  | { readonly type: 'ready' }
  | { readonly type: 'part'; readonly id: number; readonly part: unknown }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: FailureCode; readonly detail?: string };

/** One operation as a child runs it. `emit` resolves when the part has left the process. */
export type Operation = (path: string, input: unknown, emit: (part: unknown) => Promise<void>) => Promise<unknown>;
