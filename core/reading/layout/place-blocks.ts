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
      ...(block.boxStarts ? { boxStarts: block.boxStarts.map((at) => start + startWithin(block, at, text)) } : {}),
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
 * An offset into the canonical text, of the first character behind white space: what stands before it there is the canonical
 * form of what stood before it.
 */
function startWithin(block: BlockToPlace, at: number, text: string): number {
  const before = canonicalOf(block.kind, block.text.slice(0, at)).length;
  return before + (/^\s*/.exec(text.slice(before))?.[0].length ?? 0);
}
