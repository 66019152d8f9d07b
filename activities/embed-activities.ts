import type { MovingDependencies } from './dependencies.js';
import {
  createCheckGoldenQuestions,
  createFindDueGoldenChecks,
  createSettleGoldenCheck,
} from './indexing/check-golden-questions.js';
import { createEmbedChunks } from './indexing/embed-chunks.js';
import { createFillVectors, createFindUnfilled } from './indexing/fill-vectors.js';
import { createBeginMove } from './moving/begin-move.js';
import { createBuildMove } from './moving/build-move.js';
import { createCompareMove } from './moving/compare-move.js';
import { withFailureBoundary } from './failure-boundary.js';

/** Task queue `medindex-embed`: the model's cores. */
export function createEmbedActivities(deps: MovingDependencies) {
  return {
    embedChunks: withFailureBoundary(createEmbedChunks(deps)),
    findUnfilled: withFailureBoundary(createFindUnfilled(deps)),
    fillVectors: withFailureBoundary(createFillVectors(deps)),
    findDueGoldenChecks: withFailureBoundary(createFindDueGoldenChecks(deps)),
    checkGoldenQuestions: withFailureBoundary(createCheckGoldenQuestions(deps)),
    settleGoldenCheck: withFailureBoundary(createSettleGoldenCheck(deps)),
    beginMove: withFailureBoundary(createBeginMove(deps)),
    buildMove: withFailureBoundary(createBuildMove(deps)),
    compareMove: withFailureBoundary(createCompareMove(deps)),
  };
}
export type EmbedActivities = ReturnType<typeof createEmbedActivities>;
