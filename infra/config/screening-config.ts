import type { SettingsReader } from '../settings-reader.js';
import { absoluteOrNull } from './paths.js';

export interface ScreeningConfig {
  /** `rules`: the model is not asked, and need not be there. */
  readonly detector: 'model' | 'rules';
  /** Folder of the model that tells names; `null` where none was provisioned. */
  readonly modelPath: string | null;
}

export function screeningConfig(settings: SettingsReader): ScreeningConfig {
  return {
    detector: settings.choice('PHI_DETECTOR', ['model', 'rules'], 'model'),
    modelPath: absoluteOrNull(settings.text('PHI_MODEL_PATH')),
  };
}
