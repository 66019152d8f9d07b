import type { ObjectRef } from '../contract/object-ref.js';
import type { Box } from '../contract/block.js';

export interface PassagePicture {
  /** The original. */
  readonly object: ObjectRef;
  /** 1-based. */
  readonly page: number;
  /** Of the passage on this page, in points from the top left. */
  readonly boxes: readonly Box[];
  readonly dpi: number;
}

/** Draws pages with a passage marked, so that a reader sees where an answer stands. */
export interface PassagePictures {
  /**
   * A PNG of the whole page. An abort ends it with the signal's reason. Errors: `Failure PAGE_RENDER_FAILED`, `OBJECT_MISSING`, `OBJECT_CORRUPT`, `PARSER_…`,
   * `STORE_UNAVAILABLE`.
   */
  draw(picture: PassagePicture, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}
