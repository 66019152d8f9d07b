import type { FailureCode } from './failures.js';
import type { CollectionId, DocumentId, OrganizationId, RunId, VersionId } from './ids.js';
import type { ObjectRef } from './object-ref.js';
import type { FinalRunState, Format, PagedFormat, RecordFormat, Stage } from './states.js';

/** What travels between the ingesting workflows and their activities: ids, numbers and references, never text. */

export interface RunRef {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
}

export interface VersionRef {
  readonly documentId: DocumentId;
  readonly versionId: VersionId;
}

/** Formats of one document without pages. */
export type TextFormat = Exclude<Format, PagedFormat | RecordFormat>;

export interface IngestSourceInput extends RunRef {
  /** Set by continue-as-new: where in a file of many records the next execution goes on. */
  readonly resume?: RecordCursor;
}

export interface RecordCursor {
  /** First record that was not read yet. */
  readonly nextIndex: number;
  readonly failedRecords: number;
}

export interface IngestSourceResult {
  readonly state: FinalRunState;
}

/** `more`: the run has not ended yet, as withdrawals are left to be made: another call goes on with them. */
export interface SettleRunResult extends IngestSourceResult {
  readonly more?: boolean;
}

/** `more`: as in {@link SettleRunResult}; executions of earlier code answer nothing. */
export interface PublishBatchResult {
  readonly more: boolean;
}

/** `separate`: what could not be published here; `more`: as in {@link SettleRunResult}. */
export interface PublishUploadsResult {
  readonly separate: readonly RunId[];
  readonly more: boolean;
}

/** Name of the query that shows where an ingest stands. */
export const INGEST_PROGRESS_QUERY = 'ingestProgress';

export interface IngestProgress {
  readonly stage: Stage;
  readonly pagesTotal: number;
  readonly pagesDone: number;
  readonly recordsDone: number;
}

export type InspectSourceResult = InspectedSource & {
  /** For search attributes and the UI's summary; names of policy, not of files. */
  readonly collectionName: string;
  readonly sourceType: string;
};

type InspectedSource =
  /** Unchanged, or waiting for a person already: there is nothing to read. */
  | { readonly shape: 'settled' }
  /** One document without pages. */
  | { readonly shape: 'text'; readonly version: VersionRef; readonly format: TextFormat }
  /** One document with pages. */
  | { readonly shape: 'paged'; readonly version: VersionRef; readonly pageCount: number }
  /** One document with pages, of which one is read again. */
  | { readonly shape: 'reread'; readonly version: VersionRef; readonly pageCount: number }
  /** Many documents, read in batches. */
  | { readonly shape: 'records' };

/**
 * Readings of one collection that go through screening, chunking, embedding and publication together: of one run, or of
 * several small ones.
 */
export interface BatchRef {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly runIds: readonly RunId[];
  /** The sealed `BatchList`: where the reading of each version lies. */
  readonly readings: ObjectRef;
  readonly versionIds: readonly VersionId[];
}

/** Uploads that share a workflow, by its id. */
export interface UploadsRef {
  readonly organizationId: OrganizationId;
  readonly workflowId: string;
}

export interface IngestUploadsInput {
  readonly organizationId: OrganizationId;
}

/** Readings that go on together, and runs whose sources need a workflow of their own. */
export interface ReadTogetherResult {
  /** Absent when no source is left to be indexed here. */
  readonly batch?: BatchRef;
  readonly separate: readonly RunId[];
}

export interface SeparateRunsInput {
  readonly organizationId: OrganizationId;
  readonly runIds: readonly RunId[];
}

export interface ReadTextInput extends RunRef {
  readonly version: VersionRef;
  readonly format: TextFormat;
}

export interface ReadPagesInput extends RunRef {
  readonly versionId: VersionId;
  /** 1-based, inclusive. */
  readonly from: number;
  readonly to: number;
}

export interface ReadPagesResult {
  /** The sealed page readings of the batch. */
  readonly pages: ObjectRef;
  /** Pages whose text has to come from OCR, as a whole or in their pictures. */
  readonly toRecognise: readonly number[];
  /** The page to go on with, where time was up before `to`. */
  readonly next?: number;
}

export interface CarryPagesInput extends RunRef {
  readonly versionId: VersionId;
}

export interface RecognisePagesInput extends RunRef {
  readonly versionId: VersionId;
  readonly pages: readonly number[];
  /** On the last try a page that cannot be read is written into the ledger as failed instead of being handed back. */
  readonly lastTry: boolean;
}

export interface RecognisePagesResult {
  readonly pages: ObjectRef;
  /** Pages that failed and deserve a try of their own. */
  readonly failed: readonly number[];
}

export interface AssembleDocumentInput extends RunRef {
  readonly version: VersionRef;
  /** Page readings in any order; a later reference wins over an earlier one for the same page. */
  readonly pages: readonly ObjectRef[];
}

export interface ReadRecordsInput extends RunRef {
  readonly cursor: RecordCursor;
  readonly limit: number;
}

export interface ReadRecordsResult {
  /** Absent when every record of the batch was unchanged or failed. */
  readonly batch?: BatchRef;
  readonly recordsRead: number;
  /** `null` at the end of the file. */
  readonly next: RecordCursor | null;
  /** Of the whole file so far. */
  readonly failedRecords: number;
  /** The file ends in the middle. */
  readonly damage?: FailureCode;
}

export interface ScreenBatchResult {
  /** What may go on. Held versions are not among them. */
  readonly clear: readonly VersionId[];
  readonly held: number;
}

export interface PrepareBatchResult {
  /** What is to be embedded and published. */
  readonly versionIds: readonly VersionId[];
  readonly held: number;
}

/** A batch and those of its versions that are still on their way. */
export interface BatchStep {
  readonly batch: BatchRef;
  readonly versionIds: readonly VersionId[];
}

export interface ChunkBatchResult {
  /** Versions that have text; an empty reading has ended as failed. */
  readonly versionIds: readonly VersionId[];
  readonly chunks: number;
}

export interface EmbedChunksResult {
  readonly embedded: number;
  /** Some chunks still have no vector: ask again. */
  readonly more: boolean;
}

export interface FailVersionsInput {
  readonly versionIds: readonly VersionId[];
  readonly code: FailureCode;
}

export interface SettleRunInput extends RunRef {
  /** How the workflow ended; without it the run's end follows from its versions. */
  readonly end?: { readonly state: 'cancelled' } | { readonly state: 'failed'; readonly code: FailureCode };
  /** The file could be read only in part. */
  readonly damage?: FailureCode;
  readonly failedRecords?: number;
}
