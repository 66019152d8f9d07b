import { join } from 'node:path';
import type { Config } from '../config.js';
import { verifyStoredModel } from '../embedding/provision/model-cache.js';
import { InvalidModelFolder, openModelFolder } from '../embedding/provision/model-folder.js';
import { ALL_WELL, type Findings, problem, warning } from './start-refused.js';

export interface FoundModel extends Findings {
  /** The settings, with the folder of the model where one was found. */
  readonly embedding: Config['embedding'];
}

/**
 * Finds the embedding model that the settings name: EMBEDDING_MODEL_PATH, else the user's cache. Nothing is fetched
 * (`npm run provision` does that). Without one, search goes on by words, and a warning says so.
 */
export async function findModel({ embedding, cacheDir }: Pick<Config, 'embedding' | 'cacheDir'>): Promise<FoundModel> {
  if (embedding.provider !== 'onnx') return { embedding, ...ALL_WELL };
  if (embedding.modelPath !== null) return { embedding, ...(await lookAtFolder(embedding.modelPath)) };
  const folder = join(cacheDir, 'models', embedding.model);
  const stored = await verifyStoredModel(folder);
  if (stored === 'intact') return { embedding: { ...embedding, modelPath: folder }, ...ALL_WELL };
  const seen = stored === 'absent' ? 'is not in' : 'is damaged in';
  return {
    embedding,
    ...warning(
      `EMBEDDING_MODEL: the embedding model ${embedding.model} ${seen} ${join(cacheDir, 'models')}: nothing is embedded, ` +
        'and searches go by words only. Get it with "npm run provision" and start again, name a folder that has it, or ' +
        'set EMBEDDING_PROVIDER=off if that is meant. Example: EMBEDDING_MODEL_PATH=/srv/models/all-MiniLM-L6-v2',
    ),
  };
}

async function lookAtFolder(folder: string): Promise<Findings> {
  try {
    await openModelFolder(folder);
    return ALL_WELL;
  } catch (error) {
    if (!(error instanceof InvalidModelFolder)) throw error;
    return problem(
      `EMBEDDING_MODEL_PATH: ${error.message}. Name the folder of a sentence-transformers model in ONNX form, or unset it ` +
        'and run "npm run provision". Example: EMBEDDING_MODEL_PATH=/srv/models/all-MiniLM-L6-v2',
    );
  }
}
