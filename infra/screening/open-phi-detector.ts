import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PhiDetector } from '../../core/ports/phi-detector.js';
import { userCacheDir } from '../config.js';
import { PROJECT_ROOT } from '../entry-point.js';
import { OnnxPhiDetector } from './onnx/onnx-phi-detector.js';
import { PHI_MODEL } from './provision/provision-phi-model.js';

/**
 * The detector of the model that is on this machine: `PHI_MODEL_PATH`, the cache, or the samples beside the checkout; `null`
 * without one. For benches and tests; processes get theirs from their settings.
 */
export async function openPhiDetector(env: Readonly<Record<string, string | undefined>>): Promise<PhiDetector | null> {
  const folders = [
    env['PHI_MODEL_PATH'],
    join(userCacheDir(env), 'models', PHI_MODEL),
    join(env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'models', PHI_MODEL),
  ];
  const folder = folders.find((path) => path !== undefined && path !== '' && existsSync(path));
  return folder === undefined ? null : OnnxPhiDetector.open({ modelFolder: folder });
}
