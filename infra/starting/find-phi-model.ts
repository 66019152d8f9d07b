import { join } from 'node:path';
import type { Config } from '../config.js';
import { verifyStoredModel } from '../embedding/provision/model-cache.js';
import { InvalidModelFolder } from '../embedding/provision/model-folder.js';
import { openPhiModelFolder } from '../screening/provision/phi-model-folder.js';
import { PHI_MODEL } from '../screening/provision/provision-phi-model.js';
import { ALL_WELL, type Findings, problem, warning } from './start-refused.js';

export interface FoundPhiModel extends Findings {
  /** The settings, with the folder of the model where one was found. */
  readonly screening: Config['screening'];
}

/**
 * Finds the model that tells names of patients: PHI_MODEL_PATH, else the user's cache. Nothing is fetched (`npm run provision`
 * does that). Without one, texts are screened by rules, which find fewer names: a warning says so.
 */
export async function findPhiModel({
  screening,
  cacheDir,
}: Pick<Config, 'screening' | 'cacheDir'>): Promise<FoundPhiModel> {
  if (screening.detector === 'rules') return { screening, ...ALL_WELL };
  if (screening.modelPath !== null) return { screening, ...(await lookAtFolder(screening.modelPath)) };
  const folder = join(cacheDir, 'models', PHI_MODEL);
  const stored = await verifyStoredModel(folder, openPhiModelFolder);
  if (stored === 'intact') return { screening: { ...screening, modelPath: folder }, ...ALL_WELL };
  const seen = stored === 'absent' ? 'is not in' : 'is damaged in';
  return {
    screening,
    ...warning(
      `PHI_MODEL_PATH: the model for names of patients (${PHI_MODEL}) ${seen} ${join(cacheDir, 'models')}: texts are screened by ` +
        'rules alone, which find fewer names. Get it with "npm run provision" and start again, name a folder that has it, or ' +
        `set PHI_DETECTOR=rules if that is meant. Example: PHI_MODEL_PATH=/srv/models/${PHI_MODEL}`,
    ),
  };
}

async function lookAtFolder(folder: string): Promise<Findings> {
  try {
    await openPhiModelFolder(folder);
    return ALL_WELL;
  } catch (error) {
    if (!(error instanceof InvalidModelFolder)) throw error;
    return problem(
      `PHI_MODEL_PATH: ${error.message}. Name the folder of the model for names of patients, or unset it and run ` +
        `"npm run provision". Example: PHI_MODEL_PATH=/srv/models/${PHI_MODEL}`,
    );
  }
}
