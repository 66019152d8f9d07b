import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';

/** They compute, touch no global and leave nothing running: what they import is loaded once for all of them. */
const PURE = [
  'activities',
  'api',
  'bench',
  'chunking',
  'config',
  'contract',
  'docs',
  'documents',
  'reading',
  'retrieval',
  'screening',
  'workers',
].map((folder) => `test/unit/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    // Real servers are started by the tests: what bounds a hanging test is the whole run, not a machine's speed.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Two files at a time: each may own a Postgres, a Temporal server or an OCR engine.
    maxWorkers: 2,
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: PURE } },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
  },
});
