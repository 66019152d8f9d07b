import type { Piece } from './section-pieces.js';
import { firstEndingBehind, type Span, trimmed } from './span.js';

export interface BoundPiecesInput {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** What must stay together; ascending, none overlaps another. */
  readonly bonds: readonly Span[];
  /** Whether a text may be a passage of its own. */
  readonly fits: (text: string) => boolean;
  readonly lengthOf: (text: string) => number;
}

/**
 * The pieces so that no bond is cut: those that share one become one, or, where that is too long, exchange what belongs to the
 * bond. A bond that is longer than a passage is cut as it was, but its end stays with what stands before it.
 */
export function boundPieces({ text, pieces, bonds, fits, lengthOf }: BoundPiecesInput): Piece[] {
  if (bonds.length === 0) return [...pieces];
  const open = [...pieces];
  const bound: Piece[] = [];
  const piece = (parts: readonly Piece[], span: Span): Piece => ({
    blocks: [...new Set(parts.flatMap(({ blocks }) => blocks))].filter(
      (block) => block.start < span.end && block.end > span.start,
    ),
    ...span,
    length: lengthOf(text.slice(span.start, span.end)),
  });
  const isFitting = ({ start, end }: Span): boolean => fits(text.slice(start, end));
  let at = 0;
  for (const bond of bonds) {
    for (; (open[at]?.end ?? Infinity) <= bond.start; at++) bound.push(...open.slice(at, at + 1));
    let to = at;
    while ((open[to]?.start ?? Infinity) < bond.end) to += 1;
    const [first, last] = [open[at], open[to - 1]];
    if (!first || !last || first === last) continue;
    const parts = open.slice(at, to);
    const whole = { start: first.start, end: last.end };
    const core = trimmed(text, { start: Math.max(first.start, bond.start), end: Math.min(last.end, bond.end) });
    if (isFitting(whole)) {
      open[to - 1] = piece(parts, whole);
      at = to - 1;
    } else if (isFitting(core)) {
      const head = trimmed(text, { start: first.start, end: core.start });
      const tail = trimmed(text, { start: core.end, end: last.end });
      if (head.end > head.start) bound.push(piece([first], head));
      if (tail.end > tail.start) {
        bound.push(piece(parts, core));
        open[to - 1] = piece([last], tail);
      } else open[to - 1] = piece(parts, core);
      at = to - 1;
    } else {
      const before = open[to - 2];
      const end = before && { start: before.start, end: last.end };
      const isJoined = before && end && to - at > 2 && isFitting(end);
      bound.push(...open.slice(at, isJoined ? to - 2 : to - 1));
      if (isJoined) open[to - 1] = piece([before, last], end);
      at = to - 1;
    }
  }
  return [...bound, ...open.slice(at)];
}

/** Spans in order, those that overlap as one. */
export function disjoint(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Whether a text that is cut at this place cuts a bond. */
export function cutsBond(bonds: readonly Span[], offset: number): boolean {
  return (bonds[firstEndingBehind(bonds, offset)]?.start ?? Infinity) < offset;
}
