import type { GoldenCheckDependencies } from './dependencies.js';
import {
  createCheckGoldenQuestions,
  createFindDueGoldenChecks,
  createSettleGoldenCheck,
} from './indexing/check-golden-questions.js';
import { createEmbedChunks } from './indexing/embed-chunks.js';
import { createFillVectors, createFindUnfilled } from './indexing/fill-vectors.js';
import { withFailureBoundary } from './failure-boundary.js';

/** Task queue `medindex-embed`: the model's cores. */
export function createEmbedActivities(deps: GoldenCheckDependencies) {
  return {
    embedChunks: withFailureBoundary(createEmbedChunks(deps)),
    findUnfilled: withFailureBoundary(createFindUnfilled(deps)),
    fillVectors: withFailureBoundary(createFillVectors(deps)),
    findDueGoldenChecks: withFailureBoundary(createFindDueGoldenChecks(deps)),
    checkGoldenQuestions: withFailureBoundary(createCheckGoldenQuestions(deps)),
    settleGoldenCheck: withFailureBoundary(createSettleGoldenCheck(deps)),
  };
}
export type EmbedActivities = ReturnType<typeof createEmbedActivities>;
