import type { Canvas } from '@napi-rs/canvas';
import type { Box } from '../../../core/contract/block.js';

const POINTS_PER_INCH = 72;
/** Marker yellow, multiplied: what is dark stays dark, also on a scan. */
const MARK = '#ffe066';
/** Points that the mark stands over its box on each side. */
const MARGIN = 2;

/** Marks boxes of a drawn page. */
export function markPassage(canvas: Canvas, boxes: readonly Box[], dpi: number): void {
  const scale = dpi / POINTS_PER_INCH;
  const context = canvas.getContext('2d');
  context.globalCompositeOperation = 'multiply';
  context.fillStyle = MARK;
  for (const { x, y, width, height } of boxes) {
    const [left, top] = [(x - MARGIN) * scale, (y - MARGIN) * scale];
    context.fillRect(left, top, (width + 2 * MARGIN) * scale, (height + 2 * MARGIN) * scale);
  }
}
