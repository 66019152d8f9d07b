import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { anyFreePort } from '../../infra/local/ports.js';
import { createS3Client } from '../../infra/objectstore/create-object-store.js';

const HOST = '127.0.0.1';
/** Ready in 0.5 s on a quiet machine; a busy one gets a minute before the start counts as failed. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** A real MinIO server on a free port, its objects in a temporary folder. */
export interface MinioServer {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For tests to look behind a store's back; closed by `stop`. */
  readonly client: S3Client;
  /** Makes a bucket with a new name. */
  newBucket(): Promise<string>;
  /** SIGKILL; the objects stay for `restart`. */
  kill9(): Promise<void>;
  /** On the same port, with the same objects. */
  restart(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

export interface StartMinioInput {
  /** From `findMinio`. */
  readonly path: string;
  /** Further variables of the server, e.g. MINIO_NOTIFY_WEBHOOK_…. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function startMinio({ path, env = {} }: StartMinioInput): Promise<MinioServer> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-minio-'));
  const port = await anyFreePort(HOST);
  const endpoint = `http://${HOST}:${port}`;
  const credentials = { accessKeyId: 'medindex-test', secretAccessKey: randomBytes(16).toString('hex') };
  const launch = (): Promise<ChildProcess> =>
    launchMinio({
      path,
      folder,
      port,
      env: { ...env, MINIO_ROOT_USER: credentials.accessKeyId, MINIO_ROOT_PASSWORD: credentials.secretAccessKey },
    });
  let server = await launch();
  const client = createS3Client({ endpoint, credentials });
  let buckets = 0;
  return {
    endpoint,
    credentials,
    client,
    newBucket: async () => {
      const bucket = `test-${++buckets}-${randomBytes(4).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return bucket;
    },
    kill9: () => end(server, 'SIGKILL'),
    restart: async () => {
      await end(server, 'SIGKILL');
      server = await launch();
    },
    stop: async () => {
      client.destroy();
      await end(server, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface LaunchInput {
  readonly path: string;
  readonly folder: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

async function launchMinio({ path, folder, port, env }: LaunchInput): Promise<ChildProcess> {
  const server = spawn(path, ['server', folder, '--address', `${HOST}:${port}`, '--quiet'], {
    env: { ...env, HOME: folder, PATH: process.env['PATH'], MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isLive(port))) {
    if (server.exitCode !== null || server.signalCode !== null || Date.now() > deadline) {
      await end(server, 'SIGKILL');
      throw new Error(`MinIO did not start: ${said}`);
    }
    await wait(POLL_MS);
  }
  return server;
}

async function isLive(port: number): Promise<boolean> {
  return fetch(`http://${HOST}:${port}/minio/health/live`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
