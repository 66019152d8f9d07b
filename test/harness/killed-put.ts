import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ObjectStoreConfig } from '../../infra/config.js';
import type { S3ClientInput } from '../../infra/objectstore/create-object-store.js';
import { entryPoint } from '../../infra/entry-point.js';
import { formatEncryptionKeys, generateEncryptionKey } from '../../infra/encryption/keyring.js';

export interface KilledPutInput {
  readonly config: ObjectStoreConfig;
  readonly s3?: Omit<S3ClientInput, 'endpoint'>;
  readonly key: string;
  /** Bytes that the store has taken when the process is killed. */
  readonly takenBytes: number;
}

/** Runs a put in a process of its own and kills that with SIGKILL in the middle of the body. */
export async function killPutHalfway(input: KilledPutInput): Promise<void> {
  const script = `
    import { Readable } from 'node:stream';
    import { createObjectStore } from ${JSON.stringify(entryPoint('infra/objectstore/create-object-store.js'))};
    import { Keyring } from ${JSON.stringify(entryPoint('infra/encryption/keyring.js'))};
    const { config, s3, key, takenBytes, keys } = JSON.parse(process.argv[1]);
    const store = createObjectStore(config, { keyring: Keyring.parse(keys), ...(s3 ? { s3 } : {}) });
    async function* body() {
      for (let sent = 0; sent < takenBytes; sent += 65536) yield Buffer.alloc(65536, 'n');
      process.stdout.write('taken');
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    }
    await store.put(key, Readable.from(body()));
  `;
  const argument = JSON.stringify({ ...input, keys: formatEncryptionKeys([generateEncryptionKey()]) });
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const taken = once(child.stdout, 'data');
  const first = await Promise.race([taken.then(() => 'taken'), exit.then(() => 'ended')]);
  if (first === 'ended') throw new Error('the process ended before it could be killed');
  child.kill('SIGKILL');
  await exit;
}
