import type { BlockKind } from './block.js';
import type { Segment } from './text-lines.js';

/** A block of one region, before its boxes are put back on the page. */
export interface FlowBlock {
  readonly kind: BlockKind;
  readonly text: string;
  readonly segments: readonly Segment[];
}
