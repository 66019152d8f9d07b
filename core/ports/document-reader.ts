import type { TextFormat } from '../contract/ingest-messages.js';
import type { Format, WithdrawalCause } from '../contract/states.js';
import type { Box } from '../contract/block.js';
import type { OutlineEntry } from '../contract/reading.js';
import type { DocumentMetadata, PageReading, Reading } from '../contract/reading.js';
import type { RecordRevision } from '../contract/record-revision.js';
import type { PageImage } from './ocr-engine.js';

export interface FileInspection {
  readonly format: Format;
  /** gzip around it, as PubMed ships its files. */
  readonly compressed: boolean;
  /** Formats with pages only. */
  readonly pageCount?: number;
  /** What the file says of itself; formats of one document only. */
  readonly metadata: DocumentMetadata;
  /** Every other property of the file that is a text (subject, keywords, entries that people add), `name: value`; absent without any. */
  readonly properties?: readonly string[];
  /** Bookmarks that lead to pages; absent where the file has none. */
  readonly outline?: readonly OutlineEntry[];
  /** The language that the file says it is in (a PDF's `/Lang`), as written there: `en-US` more often than it is so. */
  readonly claimedLanguage?: string;
}

export interface ReadLimits {
  /**
   * The child process is killed past it: `PARSER_TIMEOUT`. What is read piece by piece (pages, records) has a deadline for
   * each piece; past this one no further piece is begun, and the answer is what was read.
   */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /**
   * Hex SHA-256 of the file, where the caller knows it. A file that is read in several calls is opened once then, also when
   * every call comes with a copy of its own.
   */
  readonly sha256?: string;
}

export interface DrawPassageInput {
  readonly page: number;
  readonly boxes: readonly Box[];
  readonly dpi: number;
  readonly maxPixels: number;
}

export interface PageRange {
  readonly from: number;
  readonly to: number;
  readonly native?: boolean;
}

/**
 * Lines of text that run from top to bottom show that a page lies on its side, and those that lean that it is askew: it is turned
 * as `found`. Only reading it tells whether it is upside down, and where there is little text or little contrast how it
 * lies at all: the others turn it clockwise by so much more.
 */
export const PAGE_TURNS = ['found', 'upside-down', 'quarter', 'three-quarters'] as const;
export type PageTurn = (typeof PAGE_TURNS)[number];

/** One record of a file of many, e.g. a `PubmedArticle`. */
export interface RecordReading {
  /** Position in the file, from 0. */
  readonly index: number;
  /** The record's own identity, e.g. `pmid:12345`; becomes the document's external id. */
  readonly externalId: string;
  /** Hex SHA-256 of the record's bytes as they stand in the file. */
  readonly recordSha256: string;
  readonly revision?: RecordRevision;
  readonly reading: Reading;
}

/** A record that takes its document out of the index instead of making one. */
export interface RecordWithdrawal {
  readonly index: number;
  readonly externalId: string;
  readonly cause: WithdrawalCause;
  readonly revision?: RecordRevision;
}

/** A record of which the file holds a later one: that one counts, in whatever batch it stands. */
export interface RepeatedRecord {
  readonly index: number;
  readonly externalId: string;
}

export interface RecordFailure {
  readonly index: number;
  readonly externalId?: string;
  /** Constant phrase. */
  readonly reason: string;
}

export interface RecordPage {
  readonly records: readonly RecordReading[];
  readonly withdrawals: readonly RecordWithdrawal[];
  readonly repeated: readonly RepeatedRecord[];
  readonly failures: readonly RecordFailure[];
  /** Records of the whole file, as far as it can be read. */
  readonly total: number;
  /** Index of the first record that was not read yet; `null` at the end of the file. */
  readonly nextIndex: number | null;
  /** Set when the file ends in the middle: the records before the damage were given out. */
  readonly damage?: 'XML_DAMAGED' | 'ARCHIVE_DAMAGED' | 'ARCHIVE_TOO_LARGE';
}

export interface RenderInput {
  readonly page: number;
  readonly dpi: number;
  /** Checked before anything is allocated; the dpi is lowered to keep it. */
  readonly maxPixels: number;
  /** In points of the page as displayed; the whole page without it. */
  readonly region?: Box;
  /** For text recognition: the page is turned upright, levelled, and evened where it is unevenly lit. Absent: as it is. */
  readonly forReading?: PageTurn;
}

/**
 * Reads files into blocks with provenance, each call in a child process under a deadline and a memory watchdog, so that
 * a hostile file ends as a `Failure` and never as a dead worker. Takes paths of local files; starts nothing that a file
 * asks for and fetches nothing.
 * Errors: `Failure` with `EMPTY_FILE`, `UNSUPPORTED_TYPE`, `PDF_*`, `IMAGE_*`, `XML_*`, `ARCHIVE_*`, `TEXT_UNREADABLE`,
 * `PARSER_*`.
 */
export interface DocumentReader {
  /** Tells the format from the bytes and opens the file far enough to count its pages. */
  inspect(path: string, limits: ReadLimits): Promise<FileInspection>;
  /**
   * What can be read without OCR of pages `from`…`to` (1-based, inclusive): `from` at least, and those behind it, without
   * gaps, as far as the deadline lets it come. A page to be read by OCR comes back `pending` with the reason and without
   * blocks; a page that cannot be parsed, or takes its reader with it, `failed`, alone.
   * `native`: by the text layer whatever it is like, because somebody looked and asked for it.
   */
  readPages(path: string, pages: PageRange, limits: ReadLimits): Promise<PageReading[]>;
  /** Draws one page, or a region of it, for OCR. */
  renderPage(path: string, input: RenderInput, limits: ReadLimits): Promise<PageImage>;
  /** Draws one page with boxes on it marked, as a person looks at it. `maxPixels` as above. */
  drawPassage(path: string, input: DrawPassageInput, limits: ReadLimits): Promise<PageImage>;
  /** A whole file of one document without pages (HTML, Markdown, text). */
  readText(path: string, format: TextFormat, limits: ReadLimits): Promise<Reading>;
  /**
   * Up to `limit` records from `fromIndex` on, streamed: memory does not grow with the file. A record that cannot be read, or
   * takes its reader with it, is a failure of its own.
   */
  readRecords(path: string, input: { fromIndex: number; limit: number }, limits: ReadLimits): Promise<RecordPage>;
  close(): Promise<void>;
}
