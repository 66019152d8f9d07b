import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatEncryptionKeys, generateEncryptionKey } from '../../../infra/encryption/keyring.js';
import { ServingProcess } from '../api-processes.js';

export interface LoneApi {
  readonly process: ServingProcess;
  readonly adminKey: string;
}

/** The API in a process of its own, over a native Postgres and a folder: no engine, no model. */
export async function startLoneApi(input: { databaseUrl: string; dataDir: string }): Promise<LoneApi> {
  const { databaseUrl, dataDir } = input;
  const adminKey = `mk_${randomBytes(32).toString('base64url')}`;
  await writeFile(join(dataDir, 'admin.key'), adminKey, { mode: 0o600 });
  const process = await ServingProcess.lone(
    {
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      MEDINDEX_DATA_DIR: dataDir,
      MEDINDEX_ENCRYPTION_KEYS: formatEncryptionKeys([generateEncryptionKey()]),
      EMBEDDING_PROVIDER: 'off',
      // Nobody listens there: what needs the engine says that it is away.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    },
    '/health',
  );
  return { process, adminKey };
}
