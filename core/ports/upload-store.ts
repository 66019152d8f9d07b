import type { Readable } from 'node:stream';
import type { OrganizationId } from '../contract/ids.js';

export interface UploadRef {
  readonly organizationId: OrganizationId;
  readonly uploadId: string;
  /** What `open` answered; `null` where it is not known whether it was opened at all. */
  readonly handle: string | null;
}

export interface PlannedPart {
  /** From 1. */
  readonly number: number;
  readonly sizeBytes: number;
}

export interface StoredParts {
  /** The parts were put together already. */
  readonly assembled: boolean;
  /** Parts that are there whole, in order. */
  readonly parts: readonly PlannedPart[];
}

/**
 * Takes a large file in parts, in any order and any part again, under `incoming/`; no source until it is assembled and
 * copied away. Errors: `Failure` with `OBJECT_MISSING` (no such upload, or a part of it), `FILE_TOO_LARGE`,
 * `STORE_UNAVAILABLE`.
 */
export interface UploadStore {
  /** Makes room for an upload; answers its handle. */
  open(upload: Omit<UploadRef, 'handle'>): Promise<string>;
  /**
   * Addresses to which the parts can be PUT without any key, each for exactly its size and until then; in the order asked.
   * `null`: this store has none, parts go by way of `putPart`.
   */
  partUrls(upload: UploadRef, parts: readonly PlannedPart[], expiresAt: Date): Promise<string[] | null>;
  /** Takes one part of exactly this size; all or nothing. A body that breaks off errors as the body does. */
  putPart(upload: UploadRef, part: PlannedPart, body: Readable): Promise<void>;
  storedParts(upload: UploadRef): Promise<StoredParts>;
  /** Puts parts 1 to `partCount` together; answers the key under `incoming/`. Again, it answers the same. */
  assemble(upload: UploadRef, partCount: number): Promise<string>;
  /** Removes all that is there of it; removing twice is no error. */
  remove(upload: UploadRef): Promise<void>;
  close(): Promise<void>;
}
