import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import { drawnOnceOnly } from './drawn-again.js';
import { closedUpLetters } from './set-apart.js';
import { textOfRun, type DrawnRun } from './graphics-walk.js';

/** Letters that stand by themselves, and nothing else. */
const LETTERS_APART = /^\s*(?:\p{L}\p{M}* )*(?:\p{L}\p{M}*)?\s*$/u;
/** Fewer are initials, or names of columns. */
const MIN_LETTERS = 5;
const SAME_LINE_POINTS = 1;
const SAME_START_POINTS = 1.5;
/** As a share of the font size: letters that stand further apart are no word. */
const MAX_LETTER_GAP = 1.2;
/** Of letters that stand apart, a gap so many times as wide as the usual one is a space. */
const WORD_GAP = 1.6;

/**
 * The texts of a page with two ways of making letters stand out undone, by what was drawn: letters set apart
 * (`T R E A T M E N T  O F`), and each drawn twice to look bold (`TTRREEAATT`).
 */
export function asWritten(items: readonly PositionedText[], runs: readonly DrawnRun[]): readonly PositionedText[] {
  const lettersOnce = runs.some(({ drawnTwice }) => drawnTwice) ? drawnOnce(items, runs) : items;
  const once = closedUpLetters(drawnOnceOnly(lettersOnce, runs), runs);
  const written: PositionedText[] = [];
  let apart: PositionedText[] = [];
  const close = () => {
    if (apart.length > 0) written.push(...closedUp(apart, runs));
    apart = [];
  };
  for (const item of once) {
    const before = apart.at(-1);
    // Most texts are words, which the second letter tells.
    if (item.turn === 0 && !(item.text.length > 2 && item.text[1] !== ' ') && LETTERS_APART.test(item.text)) {
      if (before && !followsOn(before, item)) close();
      apart.push(item);
      continue;
    }
    close();
    written.push(item);
  }
  close();
  return written;
}

/** `S T O R A G E   O F   P A C K S`, with more blanks between the words than between their letters. */
function withoutBlanksBetween(text: string): string {
  const words = text.trim().split(/ {2,}/);
  return words.length > 1 && words.every((word) => LETTERS_APART.test(word))
    ? words.map(withoutSpaces).join(' ')
    : text;
}

function followsOn(before: PositionedText, item: PositionedText): boolean {
  const gap = item.x - (before.x + before.width);
  const isNear = gap > -SAME_START_POINTS && gap <= MAX_LETTER_GAP * item.fontSize;
  return isNear && Math.abs(item.y - before.y) <= SAME_LINE_POINTS;
}

function closedUp(items: readonly PositionedText[], runs: readonly DrawnRun[]): readonly PositionedText[] {
  const [first] = items;
  const last = items.at(-1);
  const letters = withoutSpaces(items.map(({ text }) => text).join(''));
  if (!first || !last || letters.length < MIN_LETTERS) return items;
  const end = last.x + last.width;
  const own = runs.filter(({ x, y }) => isOnLine(y, first) && x >= first.x - SAME_START_POINTS && x < end);
  const gaps = own.slice(1).map((run, index) => run.x - (own[index]?.endX ?? run.x));
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  if (usual > MAX_LETTER_GAP * first.fontSize) return items;
  const isNewWord = (index: number) => index > 0 && (gaps[index - 1] ?? 0) > Math.max(usual, 0.1) * WORD_GAP;
  const text = own.map((run, index) => (isNewWord(index) ? ' ' : '') + withoutBlanksBetween(textOfRun(run))).join('');
  if (withoutSpaces(text) !== letters) return items;
  return [{ ...first, text: text.replace(/\s+/g, ' ').trim(), width: end - first.x }];
}

function drawnOnce(items: readonly PositionedText[], runs: readonly DrawnRun[]): PositionedText[] {
  const twice = runs.filter(({ drawnTwice, hidden }) => drawnTwice && !hidden);
  const placed = new Set<DrawnRun>();
  return items.flatMap((item) => {
    const run = twice.find(({ x, y, endX }) => isOnLine(y, item) && item.x >= x - SAME_START_POINTS && item.x < endX);
    if (!run || item.turn !== 0) return [item];
    if (placed.has(run)) return [];
    placed.add(run);
    const text = Array.from(textOfRun(run)).filter((_, index) => index % 2 === 0);
    return [{ ...item, text: text.join(''), x: run.x, width: run.endX - run.x }];
  });
}

function isOnLine(y: number, item: PositionedText): boolean {
  return Math.abs(y - item.y) <= SAME_LINE_POINTS;
}

function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, '');
}
