/** Fewer numbers in a row are a list. */
const MIN_LINES = 10;
const NUMBERED = /^\s{0,8}(\d{1,5})(?:[ \t]{1,12}(\S.*)|\s*)$/;
/** Lines that wrap or were added by hand have none. */
const MIN_NUMBERED = 0.9;
/** Sentences go on from line to line; the items of a list begin anew. */
const MIN_GOING_ON = 0.3;

/**
 * A text without the numbers that count its lines, as editors print it: all lines count on, the blank ones too, and sentences
 * go on from one to the next. `undefined` for any other text.
 */
export function withoutNumbers(text: string): { readonly text: string; readonly numbers: string } | undefined {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const found = lines.map((line) => NUMBERED.exec(line));
  const numbered = found.filter((line) => line !== null);
  if (numbered.length < MIN_LINES || numbered.length < lines.length * MIN_NUMBERED) return undefined;
  const counts = numbered.map(([, number]) => Number(number));
  if (counts.some((count, index) => index > 0 && count !== (counts[index - 1] ?? 0) + 1)) return undefined;
  const words = numbered.map(([, , rest = '']) => rest);
  const filled = words.filter((rest) => rest !== '');
  const goingOn = filled.filter((rest) => /^[\p{Ll}(]/u.test(rest)).length;
  if (filled.length === words.length || goingOn < filled.length * MIN_GOING_ON) return undefined;
  const kept = lines.map((line, index) => found[index]?.[2] ?? (found[index] ? '' : line));
  return { text: kept.join('\n'), numbers: counts.join(' ') };
}
