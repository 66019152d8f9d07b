import type { Block } from '../contract/block.js';
import type { Reading } from '../contract/reading.js';

/** The blocks between one heading and the next. */
export interface Section {
  /** Absent before the first heading, and where a heading is the body itself. */
  readonly heading: Block | null;
  /** Headings without a body of their own in front of this section, in order; not all of them are in its path. */
  readonly above: readonly Block[];
  /** Titles, outermost first; the heading's own is the last. */
  readonly path: readonly string[];
  /** Never empty. */
  readonly body: readonly Block[];
}

/**
 * The sections of a reading, in order. Headings without a body go with the next section that has one. Those behind the last
 * section are each a section whose body they are themselves: their words would be in no chunk otherwise.
 */
export function sectionsOf(reading: Reading): Section[] {
  const sections: Section[] = [];
  let headings: Block[] = [];
  let body: Block[] = [];
  const close = () => {
    const [first] = body;
    const heading = first ? (headings.pop() ?? null) : null;
    if (first) sections.push({ heading, above: headings, path: first.sectionPath, body });
    else sections.push(...headings.map(headingAlone));
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

/**
 * Whether a heading stands in the path of a block. A later heading of the same or a higher level takes its place in the paths
 * below.
 */
export function isAbove(heading: Block, block: Block): boolean {
  const { length } = heading.sectionPath;
  return length < block.sectionPath.length && heading.sectionPath.every((title, at) => title === block.sectionPath[at]);
}
