/**
 * `Intl.Segmenter` takes time in the square of its input (V8 in Node 20: sentences of a megabyte in 78 s in one piece,
 * 0.4 s in windows of 4,096 units; characters 2 s in windows of 256), so text is shown to it window by window. A
 * segment that is longer than the window is cut, at white space where there is some.
 */
export const SEGMENT_WINDOW = { sentence: 4096, grapheme: 256 } as const;

/** The segments of a text, in order and without gaps. */
export function* textSegments(segmenter: Intl.Segmenter, text: string): Generator<string> {
  const { granularity } = segmenter.resolvedOptions();
  const window = granularity === 'grapheme' ? SEGMENT_WINDOW.grapheme : SEGMENT_WINDOW.sentence;
  for (let from = 0; from < text.length;) {
    const segments = Array.from(segmenter.segment(text.slice(from, from + window)), ({ segment }) => segment);
    if (from + window < text.length) {
      // The last one may go on behind the window: it opens the next, unless it is all there is.
      const last = segments.pop() ?? '';
      if (segments.length === 0) segments.push(cutAtSpace(last));
    }
    for (const segment of segments) {
      yield segment;
      from += segment.length;
    }
  }
}

function cutAtSpace(segment: string): string {
  const space = segment.lastIndexOf(' ');
  if (space > 0) return segment.slice(0, space + 1);
  // Not between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(segment) ? segment.slice(0, -1) : segment;
}
