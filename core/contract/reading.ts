import type { ObjectRef } from './object-ref.js';
import type { PageOutcome } from './states.js';
import type { FailureCode } from './failures.js';
import type { BibliographicMetadata } from './bibliography.js';
import type { Block, Box, DraftBlock } from './block.js';
import type { WordAccount } from './word-account.js';

/** What a guideline says of its place among its like; every field as found, none invented. */
export interface GuidelineFacts {
  /** Who issued it: the organisation, not the authors. */
  readonly issuer?: string;
  /** As printed: `2.1`, `3rd edition`, `2025-06`. */
  readonly edition?: string;
  /** `YYYY-MM-DD`: the first day on which it counts. */
  readonly effectiveFrom?: string;
  /** Documents of its collection whose place it takes, by document id or external id. */
  readonly supersedes?: readonly string[];
}

/** What a document says of itself (file metadata, XML fields, front matter); every field as found, none invented. */
export interface DocumentMetadata extends BibliographicMetadata, GuidelineFacts {
  readonly title?: string;
  readonly authors?: readonly string[];
  /** ISO 8601, as precise as the source is: `2021`, `2021-03` or `2021-03-09`. */
  readonly publishedOn?: string;
}

/** How well a page could be read, and by which evidence its method was chosen. All ratios are 0–1. */
export interface PageScores {
  /** Share of the page's area covered by boxes of visible text. */
  readonly textCoverage?: number;
  /** Share of characters that are unmapped, private-use, replacement or control characters. */
  readonly garbageRatio?: number;
  /** Share of the page's area covered by images. */
  readonly imageArea?: number;
  /** Mean word confidence of OCR, 0–100. */
  readonly ocrConfidence?: number;
  /** Degrees clockwise by which the page image was turned before it was read. */
  readonly rotation?: number;
}

/** One row of the page ledger. */
export interface PageRecord {
  /** 1-based. */
  readonly page: number;
  readonly outcome: PageOutcome;
  /** Why this outcome: a short constant phrase such as `text layer covers the page`; never text of the page. */
  readonly reason: string;
  readonly failureCode?: FailureCode;
  readonly scores: PageScores;
  /** Points, as displayed. */
  readonly width: number;
  readonly height: number;
}

export const UNSEEN_PLACES = ['hidden', 'annotation', 'running-line', 'property'] as const;

/**
 * What a file holds beside its text, and no search finds: invisible text of a page, comments and other annotations, headers
 * and footers that were left out, properties of the file. It is screened, because whoever opens the file has it.
 */
export interface UnseenText {
  /** 1-based; absent of properties. */
  readonly page?: number;
  readonly from: (typeof UNSEEN_PLACES)[number];
  readonly text: string;
}

/** One page as read by one method, before the whole document is assembled. */
export interface PageReading extends PageRecord {
  readonly blocks: readonly DraftBlock[];
  /** Pictures on a page that is read by its text layer, in points: text in them is not read yet. Absent without any. */
  readonly pictures?: readonly Box[];
  /** Absent: nothing. */
  readonly unseen?: readonly UnseenText[];
  /** What became of every word of the page, where it was read. */
  readonly account?: WordAccount;
}

/** The language of a reading whose source does not tell it, before its own text is asked (`language.ts`). */
export const UNDETERMINED_LANGUAGE = 'und';

/** The whole of one document version as it will be screened, chunked and shown. */
export interface Reading {
  readonly metadata: DocumentMetadata;
  /**
   * BCP 47 primary tag, e.g. `en`. As a reader gives it, what the source says of itself, {@link UNDETERMINED_LANGUAGE} where it
   * says nothing; from then on the language of the text.
   */
  readonly language: string;
  /** All text in reading order, NFC, blocks separated by a blank line; the space that all offsets refer to. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The page ledger, pages ascending; empty where the source has no pages. */
  readonly pages: readonly PageRecord[];
  /** Absent: nothing. */
  readonly unseen?: readonly UnseenText[];
  /** What became of every word of the source. Absent of what was read before there was a witness. */
  readonly account?: WordAccount;
}

/** What was read of one version: an object of its own in the object store. */
export interface VersionReading {
  readonly runId: string;
  readonly versionId: string;
  readonly documentId: string;
  readonly reading: Reading;
  /** Of a held version in which placeholders were set before: what is told of its upload. */
  readonly uploaded?: { readonly title?: string; readonly custom: Readonly<Record<string, unknown>> };
}

/** The versions that go through the stages together, and where the reading of each lies. Holds no text. */
export interface BatchList {
  readonly versions: readonly ListedVersion[];
}

export interface ListedVersion {
  readonly versionId: string;
  /** Of the sealed {@link VersionReading}. */
  readonly reading: ObjectRef;
}

/** A bookmark of a file with pages that leads to one of its pages. */
export interface OutlineEntry {
  readonly title: string;
  /** 1-based. */
  readonly page: number;
  /** 1 is outermost. */
  readonly level: number;
}
