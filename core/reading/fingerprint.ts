import { createHash } from 'node:crypto';
import type { DocumentMetadata } from '../contract/reading.js';

/**
 * Of the code that turns bytes into chunks. Raised by hand whenever the same bytes would be read, screened or cut
 * differently: the next ingest of a source then makes a new version instead of `unchanged`.
 */
export const PIPELINE_VERSION = 14;

export interface FingerprintInput {
  /** What makes the document the same document: its external id, or its collection and file name. */
  readonly documentKey: string;
  /** Hex SHA-256 of the file, or of the record within it. */
  readonly recordSha256: string;
  readonly pipelineVersion: number;
  /** All collection settings that change the result (chunking, policy, language …); plain JSON. */
  readonly settings: unknown;
  /** Given with the upload; plain JSON. */
  readonly metadata: DocumentMetadata | Readonly<Record<string, unknown>>;
}

/** Hex SHA-256 of what a version is made from: equal fingerprints mean that nothing is left to do. */
export function versionFingerprint(input: FingerprintInput): string {
  return createHash('sha256')
    .update(
      canonicalJson({
        documentKey: input.documentKey,
        recordSha256: input.recordSha256,
        pipelineVersion: input.pipelineVersion,
        settings: input.settings,
        metadata: input.metadata,
      }),
    )
    .digest('hex');
}

export interface SourceFingerprintInput {
  readonly etag: string;
  readonly sizeBytes: number;
  /** As for a version. */
  readonly settings: unknown;
}

/** Hex SHA-256 of what decides, before a source is fetched, whether fetching it can change anything. */
export function sourceFingerprint(input: SourceFingerprintInput): string {
  const { etag, sizeBytes, settings } = input;
  return createHash('sha256')
    .update(canonicalJson({ etag, sizeBytes, pipelineVersion: PIPELINE_VERSION, settings }))
    .digest('hex');
}

/** JSON with the keys of every object sorted (by UTF-16 code units) and absent members left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}
