import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { FileClient } from '../client/file-client.js';
import { isStackProof } from '../stack-proof.js';

export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/**
 * A client for the system that is meant: `--url` and `--key`, else MEDINDEX_URL and MEDINDEX_API_KEY, else the local
 * stack of MEDINDEX_DATA_DIR (by default `.medindex` in the checkout), which leaves its address in `stack.json` and its
 * key in `admin.key`. The local key goes to the stack that has this key itself, and to no other program, be it on this
 * machine or far away.
 */
export async function connect(options: ConnectionOptions, env: NodeJS.ProcessEnv): Promise<FileClient> {
  const dataDir = resolve(PROJECT_ROOT, env['MEDINDEX_DATA_DIR'] || '.medindex');
  const localUrl = readStackState(dataDir)?.url ?? DEFAULT_URL;
  const url = options.url ?? (env['MEDINDEX_URL'] || localUrl);
  const apiKey = options.key ?? (env['MEDINDEX_API_KEY'] || null);
  return new FileClient({ url, apiKey: apiKey ?? (await localKeyFor(url, { localUrl, dataDir })) });
}

async function localKeyFor(url: string, stack: { localUrl: string; dataDir: string }): Promise<string | null> {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const isLocal = url.replace(/\/+$/, '') === stack.localUrl || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const key = isLocal ? readLocalKey(stack.dataDir) : null;
  if (key === null) return null;
  const nonce = randomBytes(32).toString('base64url');
  const challenge = { nonce, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
  // A system that is not there is told by the command itself.
  const proof = await new FileClient({ url, apiKey: null, retries: 0 }).stackProof(nonce).catch(() => null);
  return proof !== null && isStackProof(proof, key, challenge) ? key : null;
}

function readLocalKey(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, 'admin.key'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}
