import type { Block } from '../contract/block.js';
import type { Reading } from '../contract/reading.js';

/** The blocks between one heading and the next. */
export interface Section {
  /** Absent before the first heading, and where a heading is the body itself. */
  readonly heading: Block | null;
  /** Headings without a body of their own that stand in this section's path and in no other place. */
  readonly above: readonly Block[];
  /** Titles, outermost first; the heading's own is the last. */
  readonly path: readonly string[];
  /** Never empty. */
  readonly body: readonly Block[];
}

/**
 * The sections of a reading, in order. A heading without a body belongs to the next section where its title stands in
 * that section's path. Any other heading without a body is a section whose body it is itself: its words would be in no
 * chunk otherwise.
 */
export function sectionsOf(reading: Reading): Section[] {
  const sections: Section[] = [];
  let headings: Block[] = [];
  let body: Block[] = [];
  const close = () => {
    const [first] = body;
    const heading = first ? (headings.pop() ?? null) : null;
    const above: Block[] = [];
    for (const bare of headings) {
      if (first && isAbove(bare, first)) above.push(bare);
      else sections.push(headingAlone(bare));
    }
    if (first) sections.push({ heading, above, path: first.sectionPath, body });
    headings = [];
    body = [];
  };
  for (const block of reading.blocks) {
    if (block.kind !== 'heading') {
      body.push(block);
      continue;
    }
    if (body.length > 0) close();
    headings.push(block);
  }
  close();
  return sections;
}

/** A section that consists of its heading. */
export function headingAlone(heading: Block): Section {
  return { heading: null, above: [], path: heading.sectionPath, body: [heading] };
}

/** By its path: a later heading of the same or a higher level takes the place of this one in the paths below. */
function isAbove(heading: Block, block: Block): boolean {
  const { length } = heading.sectionPath;
  return length < block.sectionPath.length && heading.sectionPath.every((title, at) => title === block.sectionPath[at]);
}
