import { configDefaults, defineConfig } from 'vitest/config';

/** Minutes long, and it wants the machine for itself: `MEDINDEX_CHAOS=1 npm test -- test/e2e/killed.test.ts`. */
const CHAOS = 'test/e2e/killed.test.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env['MEDINDEX_CHAOS'] ? configDefaults.exclude : [...configDefaults.exclude, CHAOS],
    globalSetup: ['test/global-setup.ts'],
    // Real servers are started by the tests: what bounds a hanging test is the whole run, not a machine's speed.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Two files at a time: each may own a Postgres, a Temporal server or an OCR engine.
    maxWorkers: 2,
    pool: 'forks',
  },
});
