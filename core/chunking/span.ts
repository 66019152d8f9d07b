/** A stretch of the reading's text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const SPACE = /\s/;

/** Without white space at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  while (start < end && SPACE.test(text.charAt(start))) start += 1;
  while (end > start && SPACE.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}

/** Index of the first of ascending spans that ends behind an offset. Found by halves. */
export function firstEndingBehind(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? Infinity) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
