import type { Block } from '../contract/block.js';
import type { Reading } from '../contract/reading.js';

/** The blocks between one heading and the next. */
export interface Section {
  /** Absent before the first heading. */
  readonly heading: Block | null;
  /** Titles, outermost first; the heading's own is the last. */
  readonly path: readonly string[];
  /** Never empty. */
  readonly body: readonly Block[];
}

/**
 * The sections of a reading that have a body. A heading without one is no section (its title stands in the paths of
 * those below it), unless the reading consists of headings only: then each is its own body.
 */
export function sectionsOf(reading: Reading): Section[] {
  const onlyHeadings = reading.blocks.every((block) => block.kind === 'heading');
  if (onlyHeadings) return reading.blocks.map((block) => ({ heading: null, path: block.sectionPath, body: [block] }));
  const sections: Section[] = [];
  let heading: Block | null = null;
  let body: Block[] = [];
  const close = () => {
    const [first] = body;
    if (first) sections.push({ heading, path: first.sectionPath, body });
    body = [];
  };
  for (const block of reading.blocks) {
    if (block.kind === 'heading') {
      close();
      heading = block;
    } else {
      body.push(block);
    }
  }
  close();
  return sections;
}
