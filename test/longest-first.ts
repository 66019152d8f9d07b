import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, the longest first. Only what takes much longer than the rest need stand here. */
const LONGEST = [
  'test/e2e/faults-at-boundaries.test.ts',
  'test/e2e/killed-at-boundaries.test.ts',
  'test/contracts/document-reader-mutated.test.ts',
  'test/contracts/anchors.test.ts',
  'test/e2e/sync.test.ts',
  'test/e2e/long-documents.test.ts',
  'test/e2e/killed.test.ts',
  'test/e2e/stack.test.ts',
  'test/e2e/stack-demo.test.ts',
];

/**
 * Long files start first, so that the last one does not run alone at the end. Vitest itself knows only after a first run in
 * a checkout which files are long, and a bare clone is what CI has.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const known = LONGEST.indexOf(relative(this.ctx.config.root, moduleId).replaceAll('\\', '/'));
      return known < 0 ? LONGEST.length : known;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
