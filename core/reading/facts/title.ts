import type { Reading } from '../../contract/reading.js';

/**
 * The title to show for a document: what it says of itself, or else its first heading of the topmost level (on the
 * first page where there are pages). `undefined` when neither exists.
 */
export function titleOf(reading: Reading): string | undefined {
  if (reading.metadata.title !== undefined) return reading.metadata.title;
  const headings = reading.blocks.filter((block) => block.kind === 'heading' && (block.boxes[0]?.page ?? 1) === 1);
  const topLevel = Math.min(...headings.map((heading) => heading.headingLevel ?? 1));
  const heading = headings.find((block) => (block.headingLevel ?? 1) === topLevel);
  return heading && reading.text.slice(heading.start, heading.end).replaceAll('\n', ' ');
}
