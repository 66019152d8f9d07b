import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { entryPoint } from '../../infra/entry-point.js';
import { copyOfMigratedDatabase } from './pglite.js';

/** A whole system as `npm start` runs it, on free ports and, unless told otherwise, in a data folder of its own. */
export interface Stack {
  readonly url: string;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly supervisor: ChildProcess;
  /** All that the supervisor printed so far. */
  output(): string;
  /** As Ctrl-C does it. Gives the exit code; removes the data folder if the stack made it. */
  stop(): Promise<number | null>;
}

export interface StartStackInput {
  /** Kept when it ends. Absent: one in which the database is made already, which is most of what a first start does. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const READY = /^medindex ready (\S+)$/;

/** Errors: what the supervisor printed, when it ends before it is ready. */
export async function startStack(input: StartStackInput = {}): Promise<Stack> {
  const dataDir = input.dataDir ?? (await newDataFolder());
  const supervisor = spawn(process.execPath, [entryPoint('infra/local/start.js')], {
    env: { ...process.env, MEDINDEX_DATA_DIR: dataDir, PORT: '0', ...input.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ended = once(supervisor, 'exit');
  const ready = new Promise<string>((resolve, reject) => {
    for (const stream of [supervisor.stdout, supervisor.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const [, url] = READY.exec(line) ?? [];
        if (url) resolve(url);
      });
    }
    void ended.then(() => reject(new Error(`the stack did not start:\n${lines.join('\n')}`)));
  });
  const url = await ready;
  return {
    url,
    adminKey: (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim(),
    dataDir,
    supervisor,
    output: () => lines.join('\n'),
    stop: async () => {
      supervisor.kill('SIGINT');
      await ended;
      if (input.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      return supervisor.exitCode;
    },
  };
}

async function newDataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'medindex-stack-'));
  await copyOfMigratedDatabase(join(dataDir, 'postgres'));
  return dataDir;
}
