import type { Block, BlockKind, PageBox } from '../../contract/block.js';
import { canonicalCode, canonicalText } from './unicode-text.js';

/** A block with its final text and level, waiting for its place in the whole reading. */
export interface BlockToPlace {
  readonly kind: BlockKind;
  readonly text: string;
  readonly headingLevel?: number;
  readonly boxes: readonly PageBox[];
  /** As of {@link Block}, but from the start of this text as it stands here. */
  readonly boxStarts?: readonly number[];
}

/** Where a block's boxes begin so far; what goes on in further boxes begins where it is put behind. */
export function boxStartsOf(block: BlockToPlace): readonly number[] {
  return block.boxStarts ?? block.boxes.map(() => 0);
}

/** Between two blocks: a blank line. */
const SEPARATOR = '\n\n';

/**
 * Lays blocks one after the other into one text and gives each its offsets and section path. Texts are made canonical
 * here, once, so that an offset can never refer to another form; blocks that are empty then are dropped.
 */
export function placeBlocks(input: readonly BlockToPlace[]): { text: string; blocks: Block[] } {
  const parts: string[] = [];
  const blocks: Block[] = [];
  const openHeadings: { level: number; title: string }[] = [];
  let offset = 0;
  for (const block of input) {
    const text = canonicalOf(block.kind, block.text);
    if (text === '') continue;
    if (block.kind === 'heading') {
      const level = block.headingLevel ?? 1;
      while ((openHeadings.at(-1)?.level ?? 0) >= level) openHeadings.pop();
      openHeadings.push({ level, title: text.replaceAll('\n', ' ') });
    }
    const start = offset === 0 ? 0 : offset + SEPARATOR.length;
    const end = start + text.length;
    parts.push(text);
    blocks.push({
      kind: block.kind,
      start,
      end,
      ...(block.kind === 'heading' ? { headingLevel: block.headingLevel ?? 1 } : {}),
      sectionPath: openHeadings.map((heading) => heading.title),
      boxes: block.boxes,
      ...(block.boxStarts ? { boxStarts: startsWithin(block, text).map((at) => start + at) } : {}),
    });
    offset = end;
  }
  // The join of NFC parts is NFC: a newline composes with nothing.
  return { text: parts.join(SEPARATOR), blocks };
}

function canonicalOf(kind: BlockKind, text: string): string {
  return kind === 'code' ? canonicalCode(text) : canonicalText(text, { indented: kind === 'list' });
}

/**
 * Where the boxes begin in the canonical text, each at the first character behind white space: what stands before it there
 * is the canonical form of what stood before it. That is made once from one box to the next at a line's end, where parts
 * add up to the whole, because a table over thousands of pages has as many boxes.
 */
function startsWithin(block: BlockToPlace, text: string): number[] {
  let from = 0;
  let before = 0;
  return boxStartsOf(block).map((at) => {
    let lineStart = before + canonicalOf(block.kind, block.text.slice(from, at)).length;
    if (text[lineStart] === '\n') lineStart += 1;
    if (block.text[at - 1] === '\n') [from, before] = [at, lineStart];
    let start = lineStart;
    while (/\s/.test(text.charAt(start))) start += 1;
    return start;
  });
}
