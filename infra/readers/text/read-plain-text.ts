import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor, type PutAside } from '../../../core/reading/witness/account-for.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import { collectWords, joinLines, type WordsSeen } from '../../../core/reading/layout/line-joining.js';
import { listMarkerLength } from '../../../core/reading/layout/list-marker.js';
import type { Reading } from '../../../core/contract/reading.js';
import { blankTable } from './blank-table.js';
import { withoutNumbers } from './numbered-lines.js';
import { isAllCapitals, sectionDepth } from '../../../core/reading/layout/section-number.js';

/** Longer lines are sentences, capitals or not. */
const MAX_HEADING_CHARACTERS = 90;

/**
 * Plain text: a blank line ends a block; a line by itself that is all in capitals or carries a section number is a
 * heading, lines with list markers are a list, and lines that are set in columns a table. Numbers that count the lines go. Nothing else is guessed. A form feed counts as a blank line.
 */
export function readPlainText(text: string): Reading {
  const unnumbered = withoutNumbers(text);
  const parts = (unnumbered?.text ?? text)
    .replace(/\r\n?/g, '\n')
    .split(/\n[^\S\n]*\n|\f/)
    .map((part) => part.split('\n').filter((line) => line.trim() !== ''));
  const seen = collectWords(parts.flat());
  const reading = assembleText(
    parts.filter((lines) => lines.length > 0).flatMap((lines) => blocksOf(lines, seen)),
    {},
  );
  const putAside: PutAside[] = unnumbered ? [{ fate: 'furniture', why: 'line-number', text: unnumbered.numbers }] : [];
  return {
    ...reading,
    account: accountFor({ seen: [{ text, place: { part: 'text' } }], read: reading.text, putAside }),
  };
}

function blocksOf(lines: readonly string[], seen: WordsSeen): DraftBlock[] {
  const trimmed = lines.map((line) => line.trim());
  const [first = ''] = trimmed;
  if (trimmed.length === 1 && isHeading(first)) {
    return [{ kind: 'heading', text: first, headingLevel: Math.max(sectionDepth(first), 1), boxes: [] }];
  }
  const table = blankTable(lines);
  if (table !== undefined) return [{ kind: 'table', text: table, boxes: [] }];
  const firstItem = trimmed.findIndex((line) => listMarkerLength(line) > 0);
  if (firstItem < 0 || (firstItem > 0 && trimmed.length - firstItem < 2)) {
    return [{ kind: 'paragraph', text: joinLines(trimmed, seen), boxes: [] }];
  }
  const lead = trimmed.slice(0, firstItem);
  const items: string[][] = [];
  for (const line of trimmed.slice(firstItem)) {
    if (listMarkerLength(line) > 0 || items.length === 0) items.push([line]);
    else items.at(-1)?.push(line);
  }
  const list: DraftBlock = { kind: 'list', text: items.map((item) => joinLines(item, seen)).join('\n'), boxes: [] };
  return lead.length > 0 ? [{ kind: 'paragraph', text: joinLines(lead, seen), boxes: [] }, list] : [list];
}

function isHeading(line: string): boolean {
  if (line.length > MAX_HEADING_CHARACTERS || /[.,;:!?]$/.test(line)) return false;
  return isAllCapitals(line) || (sectionDepth(line) > 0 && listMarkerLength(line) === 0 && /^\S+\s+\p{Lu}/u.test(line));
}
