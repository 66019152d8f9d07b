import type { Block, PageBox } from '../reading/block.js';
import type { Chunk } from './chunk.js';

/** A stretch of the reading's text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the part of some blocks within a span stands: pages ascending, boxes in reading order. */
export function chunkPlace(text: string, blocks: readonly Block[], span: Span): Pick<Chunk, 'pages' | 'boxes'> {
  const boxes = blocks.flatMap((block) => boxesWithin(text, block, span));
  return { pages: [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b), boxes };
}

/** All boxes of a block, but of a table over several pages only those that hold rows of the span. */
function boxesWithin(text: string, block: Block, span: Span): readonly PageBox[] {
  const { boxLines } = block;
  if (!boxLines) return block.boxes;
  const lineAt = (offset: number) => text.slice(block.start, offset).split('\n').length - 1;
  const first = lineAt(Math.max(span.start, block.start));
  const last = lineAt(Math.min(span.end, block.end));
  let line = 0;
  return block.boxes.filter((_, index) => {
    const from = line;
    line += boxLines[index] ?? 0;
    return from <= last && line > first;
  });
}
