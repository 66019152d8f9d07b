import type { FlowBlock } from './flow-block.js';

/** `¹ The definition …`, `† Two measurements …`: the mark that a note at the foot of a page or a table begins with. */
const MARK = /^(?:[⁰¹²³⁴-⁹]{1,3}|[*†‡§¶]{1,3})\s*(?=[\p{L}\d("“])/u;
/** Notes are set smaller than the text they belong to. */
const NOTE_SIZE = 0.93;

export function startsNote(line: string): boolean {
  return MARK.test(line);
}

/**
 * Indexes of the blocks of one region that are footnotes: small, marked, and with nothing but more of them (and lines
 * below `footTop`, the running ones) down to the end of the region. Notes under a table belong to the table and are none.
 */
export function footnotesOf(blocks: readonly FlowBlock[], input: { bodySize: number; footTop: number }): Set<number> {
  const notes = new Set<number>();
  for (let index = blocks.length - 1; index >= 0; index--) {
    const block = blocks[index];
    if (!block) break;
    const isSmall = block.segments.every((segment) => segment.fontSize <= input.bodySize * NOTE_SIZE);
    const isText = block.kind === 'paragraph' || block.kind === 'list';
    if (isSmall && isText && startsNote(block.text)) {
      notes.add(index);
      continue;
    }
    if (block.segments.every((segment) => segment.baseline >= input.footTop)) continue;
    if (block.kind === 'table' || block.kind === 'caption') notes.clear();
    break;
  }
  return notes;
}
