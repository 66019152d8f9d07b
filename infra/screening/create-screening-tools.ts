import type { PhiDetector } from '../../core/ports/phi-detector.js';
import type { WordLists } from '../../core/ports/word-lists.js';
import type { ScreeningConfig } from '../config/screening-config.js';
import { OnnxPhiDetector } from './onnx/onnx-phi-detector.js';
import { openPhiModelFolder } from './provision/phi-model-folder.js';
import { wordLists } from './word-lists.js';

/**
 * With what the settings let texts be screened; `detector` is `null` where they say rules or no model could be provisioned.
 * A wrong folder stops the start. Errors: `InvalidModelFolder`.
 */
export async function createScreeningTools(
  config: ScreeningConfig,
): Promise<{ readonly words: WordLists; readonly detector: PhiDetector | null }> {
  const { detector, modelPath } = config;
  const hasModel = detector === 'model' && modelPath !== null;
  return { words: wordLists, detector: hasModel ? await OnnxPhiDetector.open({ modelFolder: modelPath }) : null };
}

/** The model's name by these settings; `null`: rules alone. Nothing is loaded. Errors: `InvalidModelFolder`. */
export async function phiModelName({ detector, modelPath }: ScreeningConfig): Promise<string | null> {
  return detector === 'model' && modelPath !== null ? (await openPhiModelFolder(modelPath)).name : null;
}
