import type { Block, BlockKind, PageBox } from './block.js';
import { canonicalCode, canonicalText } from './unicode-text.js';

/** A block with its final text and level, waiting for its place in the whole reading. */
export interface BlockToPlace {
  readonly kind: BlockKind;
  readonly text: string;
  readonly headingLevel?: number;
  readonly boxes: readonly PageBox[];
  readonly boxLines?: readonly number[];
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
    const text =
      block.kind === 'code'
        ? canonicalCode(block.text)
        : canonicalText(block.text, { indented: block.kind === 'list' });
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
      ...(block.boxLines ? { boxLines: block.boxLines } : {}),
    });
    offset = end;
  }
  // The join of NFC parts is NFC: a newline composes with nothing.
  return { text: parts.join(SEPARATOR), blocks };
}
