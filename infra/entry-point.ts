import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the nearest folder upwards that holds `package.json`, from `infra/` and from `dist/infra/` alike. */
export const PROJECT_ROOT = findProjectRoot(dirname(fileURLToPath(import.meta.url)));

function findProjectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${from}`);
  }
}

/**
 * Absolute path of a compiled module that runs as a process or thread of its own, e.g. `infra/ocr/worker.js`.
 * Processes always run what `npm run build` made, also when tests run the parent from its TypeScript source.
 */
export function entryPoint(compiledModule: string): string {
  return join(PROJECT_ROOT, 'dist', compiledModule);
}
