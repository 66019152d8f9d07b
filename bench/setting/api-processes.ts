import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { anyFreePort } from '../../infra/local/ports.js';
import { entryPoint } from '../../infra/entry-point.js';
import type { Medindex } from './medindex.js';
import { MODEL_NAME, modelsFolder } from './samples.js';

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 60_000;

/** A process of its own on a port of its own. */
export class ServingProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  /** A further API over the stores of a stack that runs, as in production: nothing but settings ties them together. */
  static async api(
    stack: Medindex,
    input: { databaseUrl: string; redisUrl: string; env?: Readonly<Record<string, string>> },
  ): Promise<ServingProcess> {
    return ServingProcess.lone({
      LOG_LEVEL: 'warn',
      DATABASE_URL: input.databaseUrl,
      REDIS_URL: input.redisUrl,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      MEDINDEX_DATA_DIR: stack.dataDir,
      MEDINDEX_ENCRYPTION_KEYS: readFileSync(join(stack.dataDir, 'encryption.keys'), 'utf8').trim(),
      EMBEDDING_MODEL_PATH: join(modelsFolder(), MODEL_NAME),
      ...input.env,
    });
  }

  /** An API by these settings alone. `readyAt`: what it answers when it may be asked. */
  static async lone(
    settings: Readonly<Record<string, string>>,
    readyAt: '/ready' | '/health' = '/ready',
  ): Promise<ServingProcess> {
    const port = await anyFreePort(HOST);
    const child = spawn(process.execPath, [entryPoint('api/server.js')], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], HOST, PORT: String(port), ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://${HOST}:${port}`;
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const isReady = await fetch(`${url}${readyAt}`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return new ServingProcess(url, child);
      if (child.exitCode !== null || performance.now() > deadline) throw new Error('the API does not become ready');
      await wait(100);
    }
  }

  static async constant(sizeBytes: number): Promise<ServingProcess> {
    const port = await anyFreePort(HOST);
    const child = spawn(
      process.execPath,
      [entryPoint('bench/setting/constant-server.js'), String(port), String(sizeBytes)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    if (!child.stdout) throw new Error('the process has no output');
    await once(child.stdout, 'data');
    return new ServingProcess(`http://${HOST}:${port}`, child);
  }

  /** CPU seconds so far, and resident memory. */
  usage(): { cpuSeconds: number; residentBytes: number } {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / 100, residentBytes: Number(fields[21]) * 4096 };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
