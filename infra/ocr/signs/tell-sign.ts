import type { OcrWord } from '../../../core/ports/ocr-engine.js';
import type { DoubtfulWord } from './doubtful-words.js';
import { heightOf, widthOf, type Glyph } from './glyphs.js';
import { comparison, floats, isMicro, isRaisedMinus, raisedRun } from './shapes.js';
import type { WordPicture } from './word-picture.js';

/** What a look at a word tells: another text, a raised number that is yet to be read, or that it cannot be told. */
export type Told =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'raised'; readonly number: RaisedNumber }
  | { readonly kind: 'doubtful' };

export interface RaisedNumber {
  /** What stands before and behind it. */
  readonly head: string;
  readonly tail: string;
  readonly minus: boolean;
  readonly digits: readonly Glyph[];
  /** What it can be, read as a number. */
  readonly allowed: RegExp;
}

/** Height of letters without ascenders as a share of digits' height. */
const X_HEIGHT = 0.73;
/** `m`, the letter that raised digits of units stand behind, is wider than it is high. */
const M_WIDTH = 0.9;
/** Between a base and its exponent, in heights of the base: 0.15 in common fonts, and 0.4 where a minus stands between them. */
const MINUS_ROOM = 0.3;
const EXPONENT = /^\d{1,2}$/;
const SQUARE_OR_CUBE = /^[23]$/;

/** `before`: the picture of the word before, for `×` only. `null`: the reading stands. */
export function tellSign(word: OcrWord, doubt: DoubtfulWord, picture: WordPicture, before?: WordPicture): Told | null {
  const { ink, glyphs } = picture;
  const [first] = glyphs;
  if (!first) return null;
  switch (doubt.kind) {
    case 'times': {
      const digit = before?.glyphs.at(-1);
      if (!digit || !before) return null;
      const shift = picture.top - before.top;
      const moved = { ...first, top: first.top + shift, bottom: first.bottom + shift };
      return floats(moved, digit) ? { kind: 'text', text: '×' } : null;
    }
    case 'comparison': {
      const sign = comparison(ink, first, !/^[<>]/.test(word.text));
      const isOther = (word.text.startsWith('<') && sign === '≥') || (word.text.startsWith('>') && sign === '≤');
      if (isOther) return { kind: 'doubtful' };
      return sign ? { kind: 'text', text: `${sign}${doubt.tail}` } : null;
    }
    case 'micro': {
      const at = doubt.head.length;
      const [glyph, next] = [glyphs[at], glyphs[at + 1]];
      const isAligned = at === 0 || glyphs.length === word.text.length;
      if (!glyph || !next || !isAligned) return null;
      const answer = isMicro(ink, glyph, next, doubt.tail.startsWith('g'));
      if (answer === null) return { kind: 'doubtful' };
      return answer ? { kind: 'text', text: `${doubt.head}µ${doubt.tail}` } : null;
    }
    case 'power':
      return tellPower(doubt, glyphs);
    case 'unit':
      return tellUnit(doubt, glyphs);
  }
}

function tellPower(
  { head, read, tail, certain }: Extract<DoubtfulWord, { kind: 'power' }>,
  glyphs: readonly Glyph[],
): Told | null {
  const [one, zero] = [glyphs[head.length - 2], glyphs[head.length - 1]];
  const isBase = one && zero && Math.abs(one.bottom - zero.bottom) <= heightOf(zero) * 0.12 && heightOf(one) >= heightOf(zero) * 0.85; // prettier-ignore
  // What says `× 10` with more behind it and cannot be taken apart is not relied on.
  const unclear: Told | null = certain && read !== '' ? { kind: 'doubtful' } : null;
  if (!isBase) return unclear;
  const line = { bottom: zero.bottom, size: heightOf(zero) };
  const run = raisedRun(glyphs, head.length, line);
  const behind = glyphs.length - head.length - run.length;
  if (run.length === 0) return /^\d*$/.test(read) && behind === read.length + tail.length ? null : unclear;
  if (Math.abs(behind - tail.length) > 1) return { kind: 'doubtful' };
  // Room for a minus that was too faint to be seen: a power that may be one of another sign is not told.
  if ((run[0]?.left ?? 0) - zero.right > line.size * MINUS_ROOM) return { kind: 'doubtful' };
  return raised({ head, tail, run, line, allowed: EXPONENT });
}

function tellUnit({ head, tail }: Extract<DoubtfulWord, { kind: 'unit' }>, glyphs: readonly Glyph[]): Told | null {
  for (const [index, m] of glyphs.entries()) {
    if (widthOf(m) < heightOf(m) * M_WIDTH) continue;
    const line = { bottom: m.bottom, size: heightOf(m) / X_HEIGHT };
    const run = raisedRun(glyphs, index + 1, line);
    const behind = glyphs.length - index - 1 - run.length;
    if (run.length === 1 && behind <= tail.length + 1)
      return raised({ head, tail, run, line, allowed: SQUARE_OR_CUBE });
  }
  return null;
}

function raised({
  head,
  tail,
  run,
  line,
  allowed,
}: {
  head: string;
  tail: string;
  run: readonly Glyph[];
  line: Parameters<typeof isRaisedMinus>[1];
  allowed: RegExp;
}): Told {
  const minus = run.some((glyph) => isRaisedMinus(glyph, line));
  const digits = run.filter((glyph) => !isRaisedMinus(glyph, line));
  return { kind: 'raised', number: { head, tail, minus, digits, allowed } };
}
