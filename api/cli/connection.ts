import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { MedindexClient } from '../client/client.js';

export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/**
 * A client for the system that is meant: `--url` and `--key`, else MEDINDEX_URL and MEDINDEX_API_KEY, else the local
 * stack of MEDINDEX_DATA_DIR (by default `.medindex` in the checkout), which leaves its address in `stack.json` and its
 * key in `admin.key`. The local key goes to the local stack only, never to another address.
 */
export function connect(options: ConnectionOptions, env: NodeJS.ProcessEnv): MedindexClient {
  const dataDir = resolve(PROJECT_ROOT, env['MEDINDEX_DATA_DIR'] || '.medindex');
  const localUrl = readStackState(dataDir)?.url ?? DEFAULT_URL;
  const url = options.url ?? (env['MEDINDEX_URL'] || localUrl);
  const apiKey = options.key ?? (env['MEDINDEX_API_KEY'] || null);
  return new MedindexClient({ url, apiKey: apiKey ?? (isLocal(url, localUrl) ? readLocalKey(dataDir) : null) });
}

function isLocal(url: string, localUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return url.replace(/\/+$/, '') === localUrl || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function readLocalKey(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, 'admin.key'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}
