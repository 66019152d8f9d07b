import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import type { DrawnRule } from './drawn-rules.js';
import { glyphPlaces, type DrawnRun } from './graphics-walk.js';

/** A rule through the middle of small letters, as shares of the font size above the baseline. */
const STRIKES = { from: 0.12, to: 0.5 };
const MAX_THICKNESS = 0.16;
/** A rule that goes on beside the text is a line of the page, and the text stands on it. */
const MIN_COVERED = 0.85;
const SAME_LINE_POINTS = 1;
/** In font sizes: texts that are nearer stand in one line of words. */
const NEAR = 1;

interface Struck {
  readonly items: readonly PositionedText[];
  /** What was struck through. */
  readonly struck: readonly string[];
}

/**
 * The texts of a page without what a line is drawn through, by an editor's mark or by the program that made the page. What
 * stands before or behind it takes its place, so that no gap looks like the end of a cell.
 */
export function withoutStruck(
  items: readonly PositionedText[],
  runs: readonly DrawnRun[],
  rules: readonly DrawnRule[],
): Struck {
  if (rules.length === 0) return { items, struck: [] };
  const byLine = linesOf(items);
  const runsByLine = linesOf(runs.filter(({ hidden }) => !hidden));
  const left = new Map<PositionedText, PositionedText | null>();
  const struck: string[] = [];
  for (const rule of [...rules].sort((a, b) => a.y - b.y || a.left - b.left)) {
    for (const item of crossed(rule, byLine)) {
      const now = left.get(item) ?? (left.has(item) ? null : item);
      if (!now) continue;
      const { kept, cut } = parted(item, now, rule, near(runsByLine, item.y));
      if (cut === '') continue;
      struck.push(cut);
      left.set(item, kept === '' ? null : { ...now, text: kept });
    }
  }
  if (struck.length === 0) return { items, struck };
  const closed = new Map(left);
  for (const [item, kept] of left) if (kept === null) closeGap(item, near(byLine, item.y), closed);
  return { items: items.flatMap((item) => (closed.has(item) ? (closed.get(item) ?? []) : [item])), struck };
}

/** Texts and runs by the whole points of their baseline. */
function linesOf<Placed extends { readonly x: number; readonly y: number }>(
  placed: readonly Placed[],
): Map<number, Placed[]> {
  const lines = new Map<number, Placed[]>();
  for (const one of placed) {
    const key = Math.round(one.y);
    const line = lines.get(key);
    if (line) line.push(one);
    else lines.set(key, [one]);
  }
  return lines;
}

function near<Placed extends { readonly y: number }>(lines: ReadonlyMap<number, Placed[]>, y: number): Placed[] {
  const key = Math.round(y);
  return [-1, 0, 1].flatMap((by) => lines.get(key + by) ?? []).filter((one) => Math.abs(one.y - y) <= SAME_LINE_POINTS);
}

/** Larger letters stand in headings of posters. */
const MAX_SIZE_POINTS = 72;

/** The texts that a rule runs through, where it is about as long as they are. */
function crossed(rule: DrawnRule, lines: ReadonlyMap<number, PositionedText[]>): PositionedText[] {
  const found: PositionedText[] = [];
  for (let key = Math.floor(rule.y); key <= Math.ceil(rule.y + MAX_SIZE_POINTS * STRIKES.to); key++) {
    for (const item of lines.get(key) ?? []) {
      const share = (item.y - rule.y) / item.fontSize;
      const isThrough = share >= STRIKES.from && share <= STRIKES.to && rule.thickness <= MAX_THICKNESS * item.fontSize;
      if (item.turn === 0 && isThrough && covered(item, rule) > 0) found.push(item);
    }
  }
  const share = found.reduce((sum, item) => sum + covered(item, rule), 0) / (rule.right - rule.left);
  return share >= MIN_COVERED ? found : [];
}

function covered({ x, width }: PositionedText, { left, right }: DrawnRule): number {
  return Math.max(0, Math.min(x + width, right) - Math.max(x, left));
}

/** Text by its letters' places: what stands beside the rule, and what it runs through. */
function parted(
  item: PositionedText,
  now: PositionedText,
  rule: DrawnRule,
  runs: readonly DrawnRun[],
): { readonly kept: string; readonly cut: string } {
  const places = letterPlaces(item, runs);
  let [kept, cut] = ['', ''];
  // Of text that was cut before, the places are known by the whole of it.
  const remaining = Array.from(now.text);
  let at = 0;
  for (const { letter, center } of places) {
    if (remaining[at] !== letter) continue;
    at += 1;
    if (center >= rule.left && center <= rule.right) cut += letter;
    else kept += letter;
  }
  return cut.trim() === '' ? { kept: now.text, cut: '' } : { kept: kept.trim() === '' ? '' : kept, cut: cut.trim() };
}

function letterPlaces(item: PositionedText, runs: readonly DrawnRun[]): { letter: string; center: number }[] {
  const own = runs
    .filter(({ x, endX }) => endX > item.x - SAME_LINE_POINTS && x < item.x + item.width + SAME_LINE_POINTS)
    .sort((a, b) => a.x - b.x)
    .flatMap(glyphPlaces)
    .filter(({ letter }) => letter.trim() !== '');
  const letters = Array.from(item.text);
  let at = 0;
  const evenly = item.width / Math.max(letters.length, 1);
  let isKnown = true;
  const places = letters.map((letter, index) => {
    const glyph = letter.trim() === '' ? undefined : own[at++];
    if (glyph && glyph.letter !== letter) isKnown = false;
    return { letter, center: glyph?.center ?? item.x + (index + 0.5) * evenly };
  });
  if (!isKnown) return letters.map((letter, index) => ({ letter, center: item.x + (index + 0.5) * evenly }));
  // A blank stands where the letter before it ends.
  return places.map((place, index) => {
    const before = places[index - 1];
    const behind = places[index + 1];
    if (place.letter.trim() !== '' || !before || !behind) return place;
    return { ...place, center: (before.center + behind.center) / 2 };
  });
}

/** The text before what was struck reaches to its end; where none is, the one behind begins where it began. */
function closeGap(
  gone: PositionedText,
  line: readonly PositionedText[],
  closed: Map<PositionedText, PositionedText | null>,
): void {
  const end = gone.x + gone.width;
  const isNear = (gap: number) => Math.abs(gap) <= NEAR * gone.fontSize;
  for (const item of line) {
    const now = closed.get(item) ?? (closed.has(item) ? null : item);
    if (!now || item === gone || !isNear(gone.x - (now.x + now.width))) continue;
    closed.set(item, { ...now, width: Math.max(end - now.x, now.width) });
    return;
  }
  for (const item of line) {
    const now = closed.get(item) ?? (closed.has(item) ? null : item);
    if (!now || item === gone || !isNear(now.x - end)) continue;
    closed.set(item, { ...now, x: gone.x, width: now.x + now.width - gone.x });
    return;
  }
}
