import { type Config, loadConfig } from '../config.js';
import { provisionEmbeddingModel } from '../embedding/provision/provision-model.js';
import { provisionPhiModel } from '../screening/provision/provision-phi-model.js';

/**
 * `npm run provision`: gets the models of the settings, for vectors and for names of patients, into the user's cache, where
 * API and workers look for them. For the image of a container, or before the first start in production. Prints their folders;
 * exits 1 when one of them cannot be had.
 */
async function main(): Promise<number> {
  const config = loadConfig();
  return Math.max(await getEmbeddingModel(config), await getPhiModel(config));
}

const say = (sentence: string): void => void process.stderr.write(`medindex: ${sentence}\n`);

async function getPhiModel({ screening, cacheDir }: Config): Promise<number> {
  if (screening.detector === 'rules') {
    say('PHI_DETECTOR is rules: no model for names of patients is needed on this machine.');
    return 0;
  }
  const found = await provisionPhiModel({
    ...(screening.modelPath === null ? {} : { modelPath: screening.modelPath }),
    cacheDir,
    log: say,
  });
  if (found === null) return 1;
  process.stdout.write(`${found.folder}\n`);
  return 0;
}

async function getEmbeddingModel({ embedding, cacheDir }: Config): Promise<number> {
  if (embedding.provider !== 'onnx') {
    say(`EMBEDDING_PROVIDER is ${embedding.provider}: no embedding model is needed on this machine.`);
    return 0;
  }
  const found = await provisionEmbeddingModel({
    model: embedding.model,
    ...(embedding.modelPath === null ? {} : { modelPath: embedding.modelPath }),
    cacheDir,
    log: say,
  });
  if (found === null) return 1;
  process.stdout.write(`${found.folder}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
