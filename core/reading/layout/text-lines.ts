import type { Row, Segment } from './segment.js';
import { isLoneMarker, isLoneNumber } from './list-marker.js';
import { ASCENT, DESCENT, type PositionedText } from './positioned-text.js';
import { superscript } from './unicode-text.js';

/** Runs whose baselines differ by less than this share of their size stand on one line. */
const SAME_BASELINE = 0.2;
/** Raised and lowered text is at most this large beside what it belongs to … */
const SCRIPT_SIZE = 0.85;
/** … and stands off its end by less than this share of the main size. */
const SCRIPT_GAP = 0.3;
/** Lowered text stands at most this share of the main size below its line; lines are .9 apart and more. */
const LOWERED = 0.55;
/** Bullets of another font stand off the line they introduce by less than this share of its size. */
const BULLET_OFF = 0.35;
/** LaTeX sets columns 1 font size apart; anything wider than this may be a gutter, also a wide space of justified text … */
const GUTTER_GAP = 0.7;
/** … which is joined again once the columns are known: only a wider gap separates cells. */
const CELL_GAP = 1.1;
/** Words are apart by a quarter of the font size; kerned letters by less than this. */
const WORD_GAP = 0.14;
/** Raised text stands at most this many of its own sizes off its line; columns beside it have lines between. */
const SCRIPT_REACH = 1.5;
/** Behind a raised run: letter spacing and slant stay below it, and a narrow justified space above. */
const GAP_BEHIND_RAISED = 0.17;
/** Behind the mark that opens a note: a space of the mark's own size, or less. */
const GAP_BEHIND_MARK = 0.07;
/** A footnote's mark stands up to a space before its text. */
const MARK_GAP = 0.6;

/** A drop cap is at least this many times as large as the lines beside it … */
const DROP_CAP_SIZE = 1.8;
/** … and touches them but for this share of their size. */
const DROP_CAP_GAP = 0.9;

interface Run extends PositionedText {
  readonly raised: boolean;
  /** Raised or lowered beside what it belongs to. */
  readonly script?: boolean;
  readonly drawn: number;
}

/** Rows of upright text, top to bottom, with superscripts and subscripts put where they belong. */
export function textRows(items: readonly PositionedText[]): Row[] {
  const drawn = items.map((item, index): Run => ({ ...item, raised: false, drawn: index }));
  const visible = withDropCaps(withoutDoubles(drawn.filter((item) => item.text.trim() !== '')));
  const lines = attachScripts(baselineGroups(visible));
  return lines
    .map((runs) => ({ baseline: dominant(runs).y, segments: splitAtGaps(runs) }))
    .filter((row) => row.segments.length > 0)
    .sort((a, b) => a.baseline - b.baseline);
}

/** Some producers draw a text twice, shifted by a hair, to make it bold. */
function withoutDoubles(items: readonly Run[]): Run[] {
  const seen = new Map<string, Run[]>();
  return items.filter((item) => {
    const same = seen.get(item.text) ?? [];
    const near = item.fontSize * 0.1;
    if (same.some((other) => Math.abs(other.x - item.x) < near && Math.abs(other.y - item.y) < near)) return false;
    seen.set(item.text, [...same, item]);
    return true;
  });
}

/**
 * A letter that opens a paragraph over the height of several lines belongs to the first of the lines beside it, without a
 * space: it is set as if it were of that line.
 */
function withDropCaps(items: readonly Run[]): Run[] {
  // First by size, which no letter of a running text has: a page whose letters are drawn one by one stays linear.
  const smallest = items.reduce((size, item) => Math.min(size, item.fontSize), Infinity);
  return items.map((cap) => {
    if (cap.fontSize < smallest * DROP_CAP_SIZE || !/^["“«]?\p{Lu}$/u.test(cap.text.trim())) return cap;
    const right = cap.x + cap.width;
    const beside = items.filter(
      (item) =>
        item !== cap &&
        item.fontSize * DROP_CAP_SIZE <= cap.fontSize &&
        item.x > right - item.fontSize * DROP_CAP_GAP &&
        item.x < right + item.fontSize * DROP_CAP_GAP &&
        item.y < cap.y + item.fontSize * SAME_BASELINE &&
        item.y > cap.y - cap.fontSize,
    );
    const [first] = beside.sort((a, b) => a.y - b.y || a.x - b.x);
    const last = beside.at(-1);
    if (!first || !last || last.y - first.y < first.fontSize * SAME_BASELINE) return cap;
    return { ...cap, x: first.x - cap.width, y: first.y, fontSize: first.fontSize, bold: first.bold };
  });
}

function baselineGroups(items: readonly Run[]): Run[][] {
  const sorted = [...items].sort((a, b) => a.y - b.y || a.x - b.x);
  const groups: Run[][] = [];
  for (const item of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    const tolerance = Math.min(item.fontSize, first?.fontSize ?? item.fontSize) * SAME_BASELINE;
    if (group && first && item.y - first.y <= tolerance) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Moves small runs that stand right behind (or before) a larger run of a neighbouring baseline onto that line. */
function attachScripts(groups: Run[][]): Run[][] {
  const attached: Run[][] = groups.map(() => []);
  const taken = new Set<Run>();
  groups.forEach((group, index) => {
    for (const small of [...group].sort((a, b) => a.x - b.x)) {
      for (const near of neighbours(groups, index)) {
        const hosts = [...(groups[near] ?? []).filter((run) => !taken.has(run)), ...(attached[near] ?? [])];
        const line = groups[near] ?? [];
        const script = hosts.find((run) => isScriptOf(small, run)) ?? markedBy(small, line);
        const host = script ?? introducedBy(small, group, line);
        if (!host) continue;
        const main = groups[near]?.[0] ?? host;
        const raised = script !== undefined && (small.y < main.y || host.raised);
        attached[near]?.push({ ...small, y: main.y, raised, script: script !== undefined });
        taken.add(small);
        break;
      }
    }
  });
  return groups.flatMap((group, index) => {
    const runs = [...group.filter((run) => !taken.has(run)), ...(attached[index] ?? [])];
    return runs.length > 0 ? [runs] : [];
  });
}

/** Lines near enough for one of their runs to be raised or lowered beside the other, nearest first, below before above. */
function neighbours(groups: readonly Run[][], index: number): number[] {
  const baseline = groups[index]?.[0]?.y ?? 0;
  const reach = (groups[index]?.[0]?.fontSize ?? 0) * SCRIPT_REACH;
  const isNear = (near: number) => Math.abs((groups[near]?.[0]?.y ?? Infinity) - baseline) <= reach;
  const below: number[] = [];
  const above: number[] = [];
  for (let near = index + 1; isNear(near); near++) below.push(near);
  for (let near = index - 1; isNear(near); near--) above.push(near);
  return Array.from({ length: Math.max(below.length, above.length) }, (_, at) => [below[at], above[at]])
    .flat()
    .filter((near) => near !== undefined);
}

function isScriptOf(small: Run, host: Run): boolean {
  const size = host.fontSize;
  const sameScript = host.raised && Math.abs(host.fontSize - small.fontSize) < 0.5;
  if (!sameScript && small.fontSize > size * SCRIPT_SIZE) return false;
  const raisedBy = host.y - small.y;
  if (!sameScript && (raisedBy > size * 0.65 || raisedBy < -size * LOWERED)) return false;
  if (small.text.trim().length > 12) return false;
  const behind = small.x - (host.x + host.width);
  const before = host.x - (small.x + small.width);
  const gap = size * SCRIPT_GAP;
  return (behind > -gap && behind < gap) || (before > -gap / 2 && before < gap / 2);
}

/** The run that a raised sign stands before, a space away, with nothing before the sign: a footnote's text with its mark. */
function markedBy(small: Run, line: readonly Run[]): Run | undefined {
  if (!/^[\p{L}\d*†‡§¶,]{1,3}$/u.test(small.text.trim())) return undefined;
  const size = Math.max(...line.map((run) => run.fontSize));
  const before = line.some((run) => run !== small && run.x < small.x && run.x + run.width > small.x - size);
  const end = small.x + small.width;
  const marked = line.find((run) => run.x >= end && run.x < end + run.fontSize * MARK_GAP);
  if (before || !marked || small.fontSize > marked.fontSize * SCRIPT_SIZE) return undefined;
  const raisedBy = marked.y - small.y;
  return raisedBy > 0 && raisedBy <= marked.fontSize * 0.65 ? marked : undefined;
}

/** The run right behind a bullet that stands alone on its own baseline, a hair off that of its line. */
function introducedBy(small: Run, group: readonly Run[], line: readonly Run[]): Run | undefined {
  if (group.length > 1 || !isLoneMarker(small.text)) return undefined;
  const [first] = [...line].sort((a, b) => a.x - b.x);
  if (!first || Math.abs(first.y - small.y) > first.fontSize * BULLET_OFF) return undefined;
  const gap = first.x - (small.x + small.width);
  return gap > 0 && gap < first.fontSize * 4 ? first : undefined;
}

function splitAtGaps(runs: readonly Run[]): Segment[] {
  const sorted = [...runs].sort((a, b) => a.x - b.x);
  const parts: Run[][] = [];
  let right = -Infinity;
  for (const run of sorted) {
    const gap = run.x - right;
    if (parts.length > 0 && gap <= run.fontSize * GUTTER_GAP) parts.at(-1)?.push(run);
    else parts.push([run]);
    right = Math.max(right, run.x + run.width);
  }
  return parts.map(segmentOf);
}

function segmentOf(runs: readonly Run[]): Segment {
  const rightToLeft = runs.filter((run) => run.rightToLeft).length * 2 > runs.length;
  const ordered = rightToLeft ? [...runs].reverse() : runs;
  let text = '';
  let before: Run | undefined;
  for (const run of ordered) {
    const value = run.raised ? superscript(run.text) : run.text;
    const gap = before ? (rightToLeft ? before.x - (run.x + run.width) : run.x - (before.x + before.width)) : 0;
    // A reference number is set a hair apart from its word; what follows it is a word's distance away or belongs to it.
    const opensNote = before?.raised === true && before === ordered[0] && /^\p{Lu}/u.test(run.text);
    const behind = opensNote ? GAP_BEHIND_MARK : GAP_BEHIND_RAISED;
    const share = run.raised ? SCRIPT_GAP : before?.raised ? behind : WORD_GAP;
    const wordGap = Math.max(run.fontSize, before?.fontSize ?? 0) * share;
    const spaced = /\s$/.test(text) || /^\s/.test(value);
    text += before && gap > wordGap && !spaced ? ` ${value}` : value;
    before = run;
  }
  const main = dominant(runs);
  return {
    text: text.replace(/\s+/g, ' ').trim(),
    left: Math.min(...runs.map((run) => run.x)),
    right: Math.max(...runs.map((run) => run.x + run.width)),
    baseline: main.y,
    fontSize: main.fontSize,
    drawn: Math.min(...runs.map((run) => run.drawn)),
    bold: runs.every((run) => run.bold || run.raised || !/[\p{L}\d]/u.test(run.text)) && main.bold,
  };
}

/** Within one column: pieces of a line are joined, and markers to what they introduce; what stays apart are cells. */
export function joinCells(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ baseline: row.baseline, segments: joinMarkers(joinNear(row.segments)) }));
}

function joinNear(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const before = joined.at(-1);
    const near = before && segment.left - before.right <= Math.max(before.fontSize, segment.fontSize) * CELL_GAP;
    if (!before || !near) joined.push(segment);
    else {
      const { parts, ...whole } = joinSegments(before, segment);
      joined[joined.length - 1] = isLoneMarker(before.text) || !parts ? whole : { ...whole, parts };
    }
  }
  return joined;
}

/** Two segments of a line as one; the longer one speaks for its font. */
export function joinSegments(before: Segment, after: Segment): Segment {
  return {
    ...(before.text.length >= after.text.length ? before : after),
    text: `${before.text} ${after.text}`,
    left: Math.min(before.left, after.left),
    right: Math.max(before.right, after.right),
    bold: before.bold && after.bold,
    drawn: Math.min(before.drawn, after.drawn),
    parts: [...partsOf(before), ...partsOf(after)],
  };
}

/** The segment as it was before any of it was joined. */
export function partsOf(segment: Segment): readonly Segment[] {
  return segment.parts ?? [segment];
}

/** A bullet or number with a wide gap behind it belongs to the text it introduces. */
function joinMarkers(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const marker = joined.at(-1);
    const gap = marker ? segment.left - marker.right : Infinity;
    const introduces = isLoneMarker(marker?.text ?? '') || (segments.length === 2 && isNumberOf(marker, segment));
    if (marker && introduces && gap < segment.fontSize * 4) {
      const [first, ...others] = partsOf(segment);
      const marked = { ...(first ?? segment), text: `${marker.text} ${first?.text ?? ''}`, left: marker.left };
      joined[joined.length - 1] = others.reduce(joinSegments, marked);
    } else joined.push(segment);
  }
  return joined;
}

/** `1.1.1` with a text behind it, and not two cells of figures. */
function isNumberOf(number: Segment | undefined, text: Segment): boolean {
  return number !== undefined && isLoneNumber(number.text) && /^\p{L}/u.test(text.text) && text.text.length > 12;
}

/** The run with most characters; it speaks for its line. */
function dominant(runs: readonly Run[]): Run {
  const characters = new Map<number, number>();
  for (const run of runs) {
    const size = Math.round(run.fontSize * 4) / 4;
    characters.set(size, (characters.get(size) ?? 0) + (run.script ? 0 : run.text.trim().length));
  }
  const best = [...characters].sort((a, b) => b[1] - a[1])[0]?.[0];
  const ofSize = runs.filter((run) => Math.round(run.fontSize * 4) / 4 === best);
  return ofSize.reduce((a, b) => (b.text.length > a.text.length ? b : a), ofSize[0] ?? (runs[0] as Run));
}

export function segmentTop(segment: Segment): number {
  return segment.baseline - segment.fontSize * ASCENT;
}

export function segmentBottom(segment: Segment): number {
  return segment.baseline + segment.fontSize * DESCENT;
}
