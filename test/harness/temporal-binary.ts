import { join } from 'node:path';
import { userCacheDir } from '../../infra/config.js';
import { provisionTemporalCli } from '../../infra/local/provision/temporal-cli.js';
import { withFileLock } from './file-lock.js';
import { type FoundBinary, foundInCi } from './found.js';

let found: Promise<FoundBinary> | undefined;

/**
 * The Temporal CLI, as `npm start` would find or make it; looked for once in a process. The processes of the tests wait for
 * each other, so that one of them builds it. Errors: in CI, when there is no way to get it.
 */
export async function findTemporal(): Promise<FoundBinary> {
  found ??= find();
  return foundInCi(await found);
}

async function find(): Promise<FoundBinary> {
  const cacheDir = userCacheDir(process.env);
  const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
  try {
    const { path } = await withFileLock(join(cacheDir, 'temporal-cli.lock'), () =>
      provisionTemporalCli({ cacheDir, env: process.env, log }),
    );
    // Processes that tests start need not look for it, nor check the 250 MB of a cached one.
    process.env['TEMPORAL_CLI'] = path;
    return { path };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
