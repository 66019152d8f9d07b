import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Real servers are started by the tests: what bounds a hanging test is the whole run, not a machine's speed.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Two files at a time: each may own a Postgres, a Temporal server or an OCR engine.
    maxWorkers: 2,
    pool: 'forks',
  },
});
