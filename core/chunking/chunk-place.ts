import type { Block, PageBox } from '../contract/block.js';
import type { Chunk } from '../contract/chunk.js';
import type { Span } from './span.js';

/** Where the part of some blocks within a span stands: pages ascending, boxes in reading order. */
export function chunkPlace(blocks: readonly Block[], span: Span): Pick<Chunk, 'pages' | 'boxes'> {
  const boxes = blocks.flatMap((block) => boxesWithin(block, span));
  return { pages: [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b), boxes };
}

/**
 * All boxes of a block; of a block that runs over columns or pages only those that hold some of the span. A box holds the
 * text from its own start to the next greater start; several boxes may begin together. Found by halves: a table over
 * thousands of pages has a box on each, and as many passages.
 */
function boxesWithin({ boxes, boxStarts, end }: Block, span: Span): readonly PageBox[] {
  if (!boxStarts) return boxes;
  if (span.start >= end) return [];
  const opening = boxStarts[firstAbove(boxStarts, span.start) - 1];
  const from = opening === undefined ? 0 : firstAbove(boxStarts, opening - 1);
  return boxes.slice(from, firstAbove(boxStarts, span.end - 1));
}

/** Index of the first of ascending numbers that is greater than `limit`. */
function firstAbove(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
