import type { DraftBlock } from '../../../core/contract/block.js';
import type { PageReading } from '../../../core/contract/reading.js';

const WIDTH = 600;
const HEIGHT = 800;

/** A native page of 600 × 800 points. */
export function pageOf(page: number, blocks: readonly DraftBlock[]): PageReading {
  return {
    page,
    outcome: 'native',
    reason: 'text layer covers the page',
    scores: {},
    width: WIDTH,
    height: HEIGHT,
    blocks,
  };
}

/** A block in the middle of the page unless `top` says otherwise; 12 points a line. */
export function blockOf(
  kind: DraftBlock['kind'],
  text: string,
  more: Partial<DraftBlock> & { top?: number } = {},
): DraftBlock {
  const { top = 300, ...rest } = more;
  const height = 12 * text.split('\n').length;
  return { kind, text, fontSize: 10, boxes: [{ x: 50, y: top, width: 500, height }], ...rest };
}
