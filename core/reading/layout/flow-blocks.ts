import type { BlockKind } from '../../contract/block.js';
import type { DrawnRow } from './segment.js';
import type { FlowBlock } from './flow-block.js';
import { startsNote } from './footnotes.js';
import { listMarkerLength } from './list-marker.js';
import { isAllCapitals, isCaption, sectionDepth } from './section-number.js';
import { BETWEEN_CELLS, leaderTableAt, tableAt, trimEmpty } from './table-rows.js';
import { joinSegments } from './text-lines.js';
import type { Row, Segment } from './segment.js';

/** A new block starts after more than this multiple of the usual line distance. */
const PARAGRAPH_GAP = 1.28;
/** Sizes that differ by less are one: small capitals and rounding. */
const SAME_SIZE_RATIO = 0.08;
const HEADING_SIZE_RATIO = 1.12;
const MAX_HEADING_CHARACTERS = 160;
const MAX_HEADING_LINES = 3;

/** Of the lines of a column, the share that ends within its right edge. */
const FULL_LINES = 0.9;

/** Parts of a running line are apart by more than this many font sizes; justified words are not. */
const FAR = 3;
/** Becomes a space when texts are made canonical. */
export const FAR_APART = '\t';

interface Draft {
  lines: Segment[];
  isList: boolean;
}

/** Headings, paragraphs, lists, tables and captions of one region of a page, top to bottom. */
export function flowBlocks(rows: readonly Row[], bodySize: number): FlowBlock[] {
  const blocks: FlowBlock[] = [];
  const lines = rows.filter((row) => !drawnRowOf(row));
  const pitch = usualPitch(lines);
  const rightEdge = usualRight(lines, bodySize);
  const leftEdge = Math.min(...lines.map((row) => row.segments[0]?.left ?? 0));
  const drawnTables = new Set<number>();
  let draft: Draft | undefined;
  const close = () => {
    if (draft) blocks.push(...finish(draft, bodySize));
    draft = undefined;
  };
  for (let index = 0; index < rows.length; index++) {
    const drawnRow = drawnRowOf(rows[index]);
    if (drawnRow) {
      close();
      if (!drawnTables.has(drawnRow.table)) blocks.push(drawnTable(rows, drawnRow.table));
      drawnTables.add(drawnRow.table);
      continue;
    }
    const table = leaderTableAt(rows, index) ?? tableAt(rows, index, pitch);
    if (table) {
      close();
      blocks.push({ kind: 'table', text: table.text, segments: table.segments });
      index = table.end - 1;
      continue;
    }
    const row = rows[index];
    if (!row) continue;
    const line = wholeLine(row);
    if (draft && startsBlock(line, draft, { pitch, leftEdge, rightEdge })) close();
    if (draft) draft.lines.push(line);
    else draft = { lines: [line], isList: startsList(line, bodySize) };
  }
  close();
  return blocks;
}

function drawnRowOf(row: Row | undefined): DrawnRow | undefined {
  return row?.segments[0]?.drawnRow;
}

/** All rows of a table that was found by how it was drawn, also where lines beside it stand between them. */
function drawnTable(rows: readonly Row[], table: number): FlowBlock {
  const found = rows.flatMap((row) => drawnRowOf(row) ?? []).filter((row) => row.table === table);
  const text = found.map(({ cells }) => trimEmpty(cells).join(BETWEEN_CELLS));
  return { kind: 'table', text: text.join('\n'), segments: found.flatMap((row) => row.segments) };
}

interface Measures {
  readonly pitch: number;
  readonly leftEdge: number;
  readonly rightEdge: number;
}

function startsBlock(line: Segment, draft: Draft, measures: Measures): boolean {
  const before = draft.lines.at(-1);
  if (!before) return false;
  const distance = line.baseline - before.baseline;
  const larger = Math.max(line.fontSize, before.fontSize);
  const usual = Math.max(measures.pitch * (larger / Math.max(before.fontSize, 1)), larger * 1.05);
  const marker = listMarkerLength(line.text) > 0;
  // Items of one list may stand wider apart than its lines.
  if (distance > usual * (draft.isList && marker ? 2 : PARAGRAPH_GAP) || distance < 0) return true;
  if (Math.abs(line.fontSize - before.fontSize) > larger * SAME_SIZE_RATIO) return true;
  const first = draft.lines[0] ?? before;
  if (startsNote(line.text) && startsNote(first.text)) return true;
  if (marker) return !draft.isList;
  if (draft.isList) {
    const outdented = line.left < first.left + 1 && Math.abs(line.left - first.left) < line.fontSize * 0.5;
    return outdented && before.left > first.left + 1;
  }
  if (line.bold !== before.bold && (line.bold || draft.lines.every((other) => other.bold))) return true;
  const sentenceEnded = /[.!?:]["”’)]?$/.test(before.text);
  const indented = line.left - before.left > line.fontSize * 0.8 && line.left - before.left < line.fontSize * 5;
  const endedShort = measures.rightEdge - before.right > (measures.rightEdge - measures.leftEdge) * 0.15;
  return sentenceEnded && /^[\p{Lu}\d("“]/u.test(line.text) && (indented || endedShort);
}

function finish(draft: Draft, bodySize: number): FlowBlock[] {
  const text = draft.lines.map((line) => withoutLeaders(line.text)).join('\n');
  return [{ kind: draft.isList ? 'list' : kindOf(draft.lines, text, bodySize), text, segments: draft.lines }];
}

function kindOf(lines: readonly Segment[], text: string, bodySize: number): BlockKind {
  if (isCaption(text)) return 'caption';
  const first = lines[0];
  if (!first || lines.length > MAX_HEADING_LINES || text.length > MAX_HEADING_CHARACTERS) return 'paragraph';
  if (!/\p{L}{2}/u.test(text) || /[,;]$/.test(text)) return 'paragraph';
  const large = lines.every((line) => line.fontSize >= bodySize * HEADING_SIZE_RATIO);
  const bold = lines.every((line) => line.bold) && first.fontSize >= bodySize * 0.95;
  if (large && !/[.]$/.test(text)) return 'heading';
  if (bold && (!/[.:]$/.test(text) || sectionDepth(text) > 0)) return 'heading';
  const bodyLike = first.fontSize >= bodySize * 0.95 && lines.length === 1;
  if (bodyLike && isAllCapitals(text) && text.length <= 80 && !/[.:]$/.test(text)) return 'heading';
  return 'paragraph';
}

/** A bullet always does; a number only where its line is no heading. */
function startsList(line: Segment, bodySize: number): boolean {
  if (listMarkerLength(line.text) === 0) return false;
  return !/^[(\dA-Za-z]/.test(line.text) || !standsOut(line, bodySize);
}

function standsOut(line: Segment, bodySize: number): boolean {
  return line.bold || line.fontSize >= bodySize * HEADING_SIZE_RATIO;
}

/** A row that belongs to no table is one line, wide gaps or not; a tab tells that a gap is wider than any between words. */
function wholeLine(row: Row): Segment {
  const [first, ...others] = row.segments;
  if (!first) throw new RangeError('a row has at least one segment');
  return others.reduce((line, next) => {
    const isFar = next.left - line.right > next.fontSize * FAR;
    const joined = joinSegments(line, next);
    return isFar ? { ...joined, text: `${line.text}${FAR_APART}${next.text}` } : joined;
  }, first);
}

/** Dots that lead the eye from a title to its page number. */
function withoutLeaders(text: string): string {
  return text.replace(/[^\S\n]*(?:[.·…_][^\S\n]?){5,}[^\S\n]*/g, ' ');
}

/** Where lines of body text end: a title over the whole page, or a table in the same region, reaches further. */
function usualRight(rows: readonly Row[], bodySize: number): number {
  const rights = rows.map((row) => row.segments.at(-1)?.right ?? 0);
  const ofBody = rows.flatMap(({ segments: [only, ...others] }) =>
    only && others.length === 0 && Math.abs(only.fontSize - bodySize) < 1 ? [only.right] : [],
  );
  const sorted = (ofBody.length >= 5 ? ofBody : rights).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * FULL_LINES)] ?? 0;
}

/** Double-spaced drafts set their lines up to this many font sizes apart; wider is no line spacing. */
const MAX_PITCH = 2.5;

/** The commonest distance of two lines, so that paragraph gaps do not count; 0 when there are fewer than two. */
function usualPitch(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < rows.length; index++) {
    const distance = (rows[index]?.baseline ?? 0) - (rows[index - 1]?.baseline ?? 0);
    const rounded = Math.round(distance * 2) / 2;
    const size = rows[index]?.segments[0]?.fontSize ?? 0;
    if (rounded > 0 && rounded <= size * MAX_PITCH) counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}
