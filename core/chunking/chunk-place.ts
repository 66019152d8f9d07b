import type { Block, PageBox } from '../contract/block.js';
import type { Chunk } from '../contract/chunk.js';
import type { Span } from './span.js';

/** Where the part of some blocks within a span stands: pages ascending, boxes in reading order. */
export function chunkPlace(blocks: readonly Block[], span: Span): Pick<Chunk, 'pages' | 'boxes'> {
  const boxes = blocks.flatMap((block) => boxesWithin(block, span));
  return { pages: [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b), boxes };
}

/** All boxes of a block, but of one that runs over columns or pages only those that hold some of the span. */
function boxesWithin({ boxes, boxStarts, end }: Block, span: Span): readonly PageBox[] {
  if (!boxStarts) return boxes;
  return boxes.filter((_, index) => {
    const from = boxStarts[index] ?? end;
    // Several boxes may begin together: what goes on in one piece on its next page.
    const to = boxStarts.find((start) => start > from) ?? end;
    return span.start < to && span.end > from;
  });
}
