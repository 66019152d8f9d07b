import type { Block } from '../../../core/contract/block.js';
import type { Finding } from '../../../core/contract/finding.js';
import { screenByRules } from '../../../core/screening/screen-reading.js';

/** Screens a text that has one block a line; page n holds line n when `paged`. */
export function screenText(text: string, { paged = false } = {}): Finding[] {
  const blocks: Block[] = [];
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const box = { page: index + 1, x: 0, y: 0, width: 1, height: 1 };
    blocks.push({ kind: 'paragraph', start, end: start + line.length, sectionPath: [], boxes: paged ? [box] : [] });
    start += line.length + 1;
  }
  return screenByRules({ text, blocks });
}

/** `[category, text of the span]` of every finding that alone or by its neighbours holds a version. */
export function heldSpans(text: string): [string, string][] {
  return screenText(text)
    .filter((finding) => finding.score >= 0.6)
    .map((finding) => [finding.category, text.slice(finding.start, finding.end)]);
}

/** `[recogniser, text of the span]` of every finding, held or not. */
export function allSpans(text: string): [string, string][] {
  return screenText(text).map((finding) => [finding.recogniser, text.slice(finding.start, finding.end)]);
}
