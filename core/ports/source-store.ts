import type { Readable } from 'node:stream';

/** One object as a listing of its store shows it. */
export interface ListedSource {
  readonly uri: string;
  /** Changes whenever the content does, opaque otherwise: S3's ETag; time of change and size of a file. */
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface SourcePage {
  readonly sources: readonly ListedSource[];
  /** Hand it back to get the next page; `null` at the end. */
  readonly next: string | null;
}

/**
 * The buckets and folders in which content teams keep their sources; read-only. What is no content is not listed: markers
 * of folders, hidden files (a part of the name begins with a dot), links.
 * Errors: `Failure` with `SOURCE_LOCATION_INVALID`, `SOURCE_NOT_ALLOWED`, `SOURCE_MISSING`, `SOURCE_FORBIDDEN`,
 * `SOURCE_CHANGED`, `SOURCE_UNREACHABLE` (the only retryable one).
 */
export interface SourceStore {
  /**
   * One page of the sources below a location (`core/contract/source-location.ts`), each source on exactly one page. A
   * page is whole or throws; a bucket or folder that is not there throws `SOURCE_MISSING` and is never an empty page.
   */
  listPage(location: string, options: { after: string | null; limit: number }): Promise<SourcePage>;
  /** What stands at a URI now. Errors: `SOURCE_MISSING`. */
  stat(uri: string): Promise<ListedSource>;
  /** The content, if it is still the one listed: `SOURCE_CHANGED` when the etag is another, `SOURCE_MISSING` when gone. */
  openRead(source: Pick<ListedSource, 'uri' | 'etag'>): Promise<Readable>;
  close(): Promise<void>;
}
