import { type JudgedWord, WINDOW_CHARACTERS, WINDOW_OVERLAP } from '../../ports/phi-detector.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Stretches of the text that hold all spans, each whole in one of them with words around it: neighbours share a window.
 * Spans ascend by `start`.
 */
export function windowsAround(text: string, spans: readonly Span[]): Span[] {
  const windows: { start: number; end: number }[] = [];
  for (const { start, end } of spans) {
    const last = windows.at(-1);
    if (last && end + WINDOW_OVERLAP <= last.end) continue;
    if (last && start >= last.start && end <= last.end) continue;
    // What comes before a name tells more of it than what comes behind; the next candidates are behind, though.
    const from = atSpace(text, Math.max(0, start - WINDOW_CHARACTERS / 4));
    windows.push({ start: from, end: atSpace(text, Math.min(text.length, Math.max(end, from + WINDOW_CHARACTERS))) });
  }
  return windows;
}

/** Backs up to the beginning of a word; a "word" without end is cut. */
function atSpace(text: string, offset: number): number {
  for (let at = offset; at > Math.max(0, offset - 40); at -= 1) {
    if (/\s/u.test(text[at - 1] ?? ' ')) return at;
  }
  return offset;
}

/** From this mean probability on a word counts as part of a name: at .5 word pieces of ordinary words pass. */
const IS_NAME = 0.8;
/** One word of it beside another that is nearly sure. */
const IS_NEARLY_NAME = 0.5;

/**
 * Whether the model takes a span for a name: two neighbouring words of it at .8, or one where a single word is asked about.
 * `words` are those of a window that begins at `offset`.
 */
export function isNameToModel(words: readonly JudgedWord[], offset: number, span: Span, least: 1 | 2): boolean {
  const inside = words.filter((word) => word.start + offset >= span.start && word.end + offset <= span.end);
  const letters = inside.filter((word) => word.end - word.start > 1);
  if (least === 1 || letters.length < 2) return letters.some((word) => word.name >= IS_NAME);
  return letters.some((word, index) => {
    const next = letters[index + 1];
    if (!next) return false;
    const [low, high] = [Math.min(word.name, next.name), Math.max(word.name, next.name)];
    return high >= IS_NAME && low >= IS_NEARLY_NAME;
  });
}
