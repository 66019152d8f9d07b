import type { Box } from '../../contract/block.js';

/** Quarter turns clockwise in which text runs on the page as displayed; 0 is ordinary. */
export type Turn = 0 | 90 | 180 | 270;

/** A run of characters of one font as the page draws it; points, origin at the top left of the page as displayed. */
export interface PositionedText {
  readonly text: string;
  /** Start of the baseline. */
  readonly x: number;
  readonly y: number;
  /** Length along the baseline. */
  readonly width: number;
  readonly fontSize: number;
  readonly turn: Turn;
  readonly bold: boolean;
  readonly rightToLeft: boolean;
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Share of the font size above and below the baseline that a line's box takes: ascent and descent of common fonts. */
export const ASCENT = 0.85;
export const DESCENT = 0.25;

/**
 * The same text with the page turned so that this text runs left to right; layout works on unturned text only, and
 * {@link boxOnPage} turns its boxes back.
 */
export function uprightText(item: PositionedText, page: PageSize): PositionedText {
  switch (item.turn) {
    case 0:
      return item;
    case 90:
      return { ...item, x: item.y, y: page.width - item.x };
    case 180:
      return { ...item, x: page.width - item.x, y: page.height - item.y };
    case 270:
      return { ...item, x: page.height - item.y, y: item.x };
  }
}

export function uprightSize(turn: Turn, page: PageSize): PageSize {
  return turn === 90 || turn === 270 ? { width: page.height, height: page.width } : page;
}

/** A box of upright text back on the page as displayed. */
export function boxOnPage(box: Box, turn: Turn, page: PageSize): Box {
  const { x, y, width, height } = box;
  switch (turn) {
    case 0:
      return box;
    case 90:
      return { x: page.width - y - height, y: x, width: height, height: width };
    case 180:
      return { x: page.width - x - width, y: page.height - y - height, width, height };
    case 270:
      return { x: y, y: page.height - x - width, width: height, height: width };
  }
}

/** Boxes to a hundredth of a point: a third of a device pixel at 2,400 dpi, and a fifth of the bytes. */
export function roundedBox({ x, y, width, height }: Box): Box {
  const round = (points: number) => Math.round(points * 100) / 100;
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}
