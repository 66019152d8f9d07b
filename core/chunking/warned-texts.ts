import type { Block } from '../contract/block.js';
import { inlineWarningLabel, isWarningLabel } from '../reading/facts/warning-label.js';
import { sentencesOf } from './section-pieces.js';
import type { SentenceCutter } from './sentences.js';
import type { Span } from './span.js';

/** What a label that is no heading warns of: from the label to the end of its paragraph, list or table. */
export interface WarnedText extends Span {
  readonly label: string;
  /** Where at least the first sentence of what it warns of ends. */
  readonly firstEnd: number;
}

/** The warned texts of a section, in order, none within another. */
export function warnedTexts(input: {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly sentences: SentenceCutter;
}): WarnedText[] {
  const { text, blocks } = input;
  const warned: WarnedText[] = [];
  blocks.forEach((block, at) => {
    if (block.kind !== 'paragraph' || block.start < (warned.at(-1)?.end ?? 0)) return;
    const own = text.slice(block.start, block.end);
    const next = blocks[at + 1];
    if (next && isWarningLabel(own)) {
      warned.push({ start: block.start, end: next.end, label: own.trim(), firstEnd: firstEnd(input, next) });
      return;
    }
    const label = inlineWarningLabel(own);
    if (label !== null) warned.push({ start: block.start, end: block.end, label, firstEnd: firstEnd(input, block) });
  });
  return warned;
}

/** Of a list or table its first line. */
function firstEnd(input: { text: string; sentences: SentenceCutter }, block: Block): number {
  const { text } = input;
  if (block.kind === 'paragraph' || block.kind === 'caption') return sentencesOf(input, block)[0]?.end ?? block.end;
  const lineEnd = text.indexOf('\n', block.start);
  return lineEnd < 0 ? block.end : Math.min(lineEnd, block.end);
}
