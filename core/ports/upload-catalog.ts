import type { CollectionId, OrganizationId, RunId } from '../contract/ids.js';
import type { AcceptedRun, AcceptSourceInput, UploadMetadata } from './run-catalog.js';

/** An upload in parts. */
export interface Upload {
  readonly uploadId: string;
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly collectionName: string;
  /** The key that began it; nobody else sees it. */
  readonly keyId: string;
  readonly fileName: string;
  readonly metadata: UploadMetadata;
  readonly urgent: boolean;
  readonly sizeBytes: number;
  /** Of every part but the last. */
  readonly partSizeBytes: number;
  /** As announced, lower-case hex; `null`: not said. */
  readonly sha256: string | null;
  /** The store's own name of it; `null` until the store was asked. */
  readonly handle: string | null;
  /** Set once it was completed. */
  readonly runId: RunId | null;
  readonly expiresAt: Date;
}

export type NewUpload = Omit<Upload, 'collectionName' | 'handle' | 'runId'>;

/** Uploads in parts that are under way, and for a while those that were completed. */
export interface UploadCatalog {
  /** `false`: the key has `maxOpen` under way already. */
  create(upload: NewUpload, maxOpen: number): Promise<boolean>;
  /** Keeps the store's name of it. */
  opened(uploadId: string, handle: string): Promise<void>;
  /** `null` when unknown, another key's, or expired. */
  get(organizationId: OrganizationId, keyId: string, uploadId: string): Promise<Upload | null>;
  /**
   * Takes the whole file in as `RunCatalog.accept` does and remembers the run with the upload, in one transaction: however
   * often and at once it is called, there is one run. `null`: the upload is gone.
   */
  accept(uploadId: string, source: AcceptSourceInput): Promise<AcceptedRun | null>;
  remove(uploadId: string): Promise<void>;
  /** Of all organizations, the oldest first: for cleaning. */
  listExpired(now: Date, limit: number): Promise<Upload[]>;
}
