import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { nameOf, readDurations } from './durations.js';

/** A file that was never recorded may be a long one: it starts before the short ones. */
const UNKNOWN_SECONDS = 20;

/**
 * Packs the files on the processes of a run: the longest first, and whichever process is free takes the next, so that none
 * runs alone for long at the end. The order does not depend on what ran before in this checkout: a bare clone is what CI has.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const durations = readDurations(root);
    const known = files.map((file) => {
      const name = nameOf(root, file.moduleId);
      return { file, name, seconds: durations[name] ?? UNKNOWN_SECONDS };
    });
    known.sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1));
    return known.map(({ file }) => file);
  }
}
