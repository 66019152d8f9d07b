import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { userCacheDir } from '../infra/config.js';
import { provisionEmbeddingModel } from '../infra/embedding/provision/provision-model.js';
import { provisionPhiModel } from '../infra/screening/provision/provision-phi-model.js';
import { PROJECT_ROOT } from '../infra/entry-point.js';

/**
 * Before any test: compiled code, because child processes and threads run it (infra/entry-point.ts); and the model, which
 * tests find in the environment as a deployment would. Servers are looked for by the files that need them, so that the
 * others need not wait while one is built (test/harness).
 */
export default async function setup(): Promise<void> {
  const build = spawnSync(process.execPath, [join(PROJECT_ROOT, 'infra/local/bootstrap.mjs'), 'build'], {
    stdio: 'inherit',
  });
  if (build.status !== 0) throw new Error('the build failed; see above');

  const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const cacheDir = userCacheDir(process.env);
  const modelPath = process.env['EMBEDDING_MODEL_PATH'];
  const model = await provisionEmbeddingModel({ cacheDir, log, ...(modelPath ? { modelPath } : {}) });
  if (model) process.env['EMBEDDING_MODEL_PATH'] = model.folder;
  const phiModelPath = process.env['PHI_MODEL_PATH'];
  const phiModel = await provisionPhiModel({ cacheDir, log, ...(phiModelPath ? { modelPath: phiModelPath } : {}) });
  if (phiModel) process.env['PHI_MODEL_PATH'] = phiModel.folder;
}
