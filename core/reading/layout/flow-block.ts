import type { BlockKind } from '../../contract/block.js';
import type { Segment } from './segment.js';

/** A block of one region, before its boxes are put back on the page. */
export interface FlowBlock {
  readonly kind: BlockKind;
  readonly text: string;
  readonly segments: readonly Segment[];
}
