import type { OcrDependencies } from './dependencies.js';
import { withFailureBoundary } from './failure-boundary.js';
import { createRecognisePages } from './reading/recognise-pages.js';

/** Task queue `medindex-ocr`: a core a slot. */
export function createOcrActivities(deps: OcrDependencies) {
  return { recognisePages: withFailureBoundary(createRecognisePages(deps)) };
}
export type OcrActivities = ReturnType<typeof createOcrActivities>;
