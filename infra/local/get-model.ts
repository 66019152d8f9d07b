import { loadConfig } from '../config.js';
import { provisionEmbeddingModel } from '../embedding/provision/provision-model.js';

/**
 * `npm run provision`: gets the embedding model of the settings into the user's cache, where API and workers look for it.
 * For the image of a container, or before the first start in production. Exits 1 when it cannot be had.
 */
async function main(): Promise<number> {
  const { embedding, cacheDir } = loadConfig();
  const say = (sentence: string): void => void process.stderr.write(`medindex: ${sentence}\n`);
  if (embedding.provider !== 'onnx') {
    say(`EMBEDDING_PROVIDER is ${embedding.provider}: no model is needed on this machine.`);
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
