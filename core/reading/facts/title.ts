import type { Reading } from '../../contract/reading.js';

/**
 * The title to show for a document: what it says of itself, or else its first heading of the topmost level (on the
 * first page where there are pages). `undefined` when neither exists.
 */
export function titleOf(reading: Reading): string | undefined {
  const title = saidTitle(reading);
  return title && (labelTitle(title) ?? title);
}

/**
 * Drug labels of the United States begin with this sentence (21 CFR 201.57(a)(1)), and it is all that many say of
 * themselves: the name of the drug stands in it.
 */
const LABEL_BEGINS =
  /^\W{0,5}(?:highlights of prescribing information\W{1,5})?these highlights do not include all the information needed to use (.{1,200}?) safely and effectively/iu;

function labelTitle(title: string): string | undefined {
  const name = LABEL_BEGINS.exec(title.slice(0, 400).replaceAll(/\s+/g, ' '))?.[1]?.trim();
  return name && `${name}: prescribing information`;
}

function saidTitle(reading: Reading): string | undefined {
  if (reading.metadata.title !== undefined) return reading.metadata.title;
  const headings = reading.blocks.filter((block) => block.kind === 'heading' && (block.boxes[0]?.page ?? 1) === 1);
  const topLevel = Math.min(...headings.map((heading) => heading.headingLevel ?? 1));
  const heading = headings.find((block) => (block.headingLevel ?? 1) === topLevel);
  return heading && reading.text.slice(heading.start, heading.end).replaceAll('\n', ' ');
}
