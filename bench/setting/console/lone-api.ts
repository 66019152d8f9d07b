import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatEncryptionKeys, generateEncryptionKey } from '../../../infra/encryption/keyring.js';
import { entryPoint } from '../../../infra/entry-point.js';
import { anyFreePort } from '../../../infra/local/ports.js';

const HOST = '127.0.0.1';
const STARTED_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

/** The API in a process of its own, over a native Postgres and a folder: no engine, no model. */
export class LoneApi {
  private constructor(
    readonly url: string,
    readonly adminKey: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ databaseUrl, dataDir }: { databaseUrl: string; dataDir: string }): Promise<LoneApi> {
    const adminKey = `mk_${randomBytes(32).toString('base64url')}`;
    await writeFile(join(dataDir, 'admin.key'), adminKey, { mode: 0o600 });
    const port = await anyFreePort(HOST);
    const child = spawn(process.execPath, [entryPoint('api/server.js')], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        HOST,
        PORT: String(port),
        LOG_LEVEL: 'error',
        DATABASE_URL: databaseUrl,
        MEDINDEX_DATA_DIR: dataDir,
        MEDINDEX_ENCRYPTION_KEYS: formatEncryptionKeys([generateEncryptionKey()]),
        EMBEDDING_PROVIDER: 'off',
        // Nobody listens there: what needs the engine says that it is away.
        TEMPORAL_ADDRESS: `${HOST}:1`,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://${HOST}:${port}`;
    const deadline = performance.now() + STARTED_WITHIN_MS;
    for (;;) {
      const answers = await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) return new LoneApi(url, adminKey, child);
      if (child.exitCode !== null || performance.now() > deadline) throw new Error('the API does not start');
      await wait(ASK_EVERY_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
