import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { anyFreePort } from '../../infra/local/ports.js';

const HOST = '127.0.0.1';
/** Ready in 50 ms on a quiet machine; a busy one gets half a minute before the start counts as failed. */
const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** A real Redis on a free port that keeps nothing. */
export interface RedisServer {
  readonly url: string;
  kill9(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  /** It holds its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** `path` from `findRedis`. */
export async function startRedis({ path }: { readonly path: string }): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-redis-'));
  const port = await anyFreePort(HOST);
  let server = await launch(path, folder, port);
  return {
    url: `redis://${HOST}:${port}`,
    kill9: () => end(server),
    restart: async () => {
      await end(server);
      server = await launch(path, folder, port);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(path: string, folder: string, port: number): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn(path, [...settings, '--daemonize', 'no'], { stdio: 'ignore' });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (server.exitCode !== null || server.signalCode !== null || performance.now() > deadline) {
      await end(server);
      throw new Error('Redis did not start');
    }
    await wait(POLL_MS);
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: HOST, port });
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}
