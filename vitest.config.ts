import { defineConfig } from 'vitest/config';
import { recordingDurations } from './test/order/durations.js';
import { LongestFirst } from './test/order/longest-first.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // For a test that hangs, and no measure of speed: several times what the longest takes, as real servers are started.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Three files at a time, also on two cores: each may own a Postgres, a Temporal server or an OCR engine, and waits for it.
    maxWorkers: 3,
    pool: 'forks',
    // Files share a process and what they import (six end-to-end files: 29 s instead of 46); none may leave a global changed behind it.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    ...recordingDurations(),
  },
});
