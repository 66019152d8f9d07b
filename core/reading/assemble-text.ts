import type { DraftBlock } from '../contract/block.js';
import { placeBlocks } from './layout/place-blocks.js';
import { UNDETERMINED_LANGUAGE, type DocumentMetadata, type Reading } from '../contract/reading.js';

export interface AssembleOptions {
  /** BCP 47 primary tag, as the source says; `und` (the default) where it says nothing. */
  readonly language?: string;
}

/** The reading of a source without pages; blocks carry their heading levels already. */
export function assembleText(
  blocks: readonly DraftBlock[],
  metadata: DocumentMetadata,
  options: AssembleOptions = {},
): Reading {
  const placed = placeBlocks(blocks.map((block) => ({ ...block, boxes: [] })));
  return { metadata, language: options.language ?? UNDETERMINED_LANGUAGE, ...placed, pages: [] };
}
