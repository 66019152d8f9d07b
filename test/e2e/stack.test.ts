import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryPoint } from '../../infra/entry-point.js';
import { isAlive, type ProcessIdentity } from '../../infra/process-identity.js';
import { readStackState, type StackState } from '../../infra/local/stack-state.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

/** Runs `npm start`'s program until it ends by itself, as a start that is refused does. */
async function startThatEnds(
  env: Readonly<Record<string, string>>,
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [entryPoint('infra/local/start.js')], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { output: await allOutput(child), exitCode: child.exitCode };
}

async function allOutput(child: ChildProcess): Promise<string> {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  await once(child, 'close');
  return chunks.join('');
}

function stateOf(stack: Stack): StackState {
  const state = readStackState(stack.dataDir);
  if (!state) throw new Error('the stack has written no state');
  return state;
}

function processOf(stack: Stack, name: string): ProcessIdentity {
  const found = stateOf(stack).processes.find((one) => one.name === name);
  if (!found) throw new Error(`there is no process ${name}`);
  return found;
}

/** Follows what the supervisor prints until a line of it matches. */
async function said(stack: Stack, pattern: RegExp): Promise<void> {
  while (!pattern.test(stack.output())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describeWith([await findTemporal()], 'a stack on one machine', () => {
  let folder: string;
  let stack: Stack;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'medindex stack '));
    stack = await startStack({ dataDir: folder });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('runs each part as a process of its own and says where it is', async () => {
    const state = stateOf(stack);
    expect(state).toMatchObject({ url: stack.url, ready: true, databaseUrl: 'embedded' });
    expect(state.processes.map(({ name }) => name).sort()).toEqual(['api', 'postgres', 'temporal', 'worker']);
    expect(state.processes.every(isAlive)).toBe(true);
    expect((await fetch(`${stack.url}/health`)).status).toBe(200);
    expect((await fetch(state.temporal.uiUrl ?? '')).status).toBe(200);
  });

  test('keeps its folder and keys from others', () => {
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect(mode(folder)).toBe(0o700);
    for (const file of ['admin.key', 'codec.token', 'encryption.keys', 'stack.json'])
      expect(mode(join(folder, file))).toBe(0o600);
  });

  test('opens payloads for its Temporal UI, by the address that the UI was given', async () => {
    const uiUrl = stateOf(stack).temporal.uiUrl ?? '';
    const { Codec } = (await (await fetch(`${uiUrl}/api/v1/settings`)).json()) as { Codec: { Endpoint: string } };
    const ask = async (endpoint: string, operation: string, body: object) =>
      fetch(`${endpoint}/${operation}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-namespace': 'default', origin: uiUrl },
        body: JSON.stringify(body),
      });
    const encoding = Buffer.from('json/plain').toString('base64');
    const plain = { payloads: [{ metadata: { encoding }, data: Buffer.from('"hello"').toString('base64') }] };
    const sealed = (await (await ask(Codec.Endpoint, 'encode', plain)).json()) as object;
    expect(sealed).not.toEqual(plain);
    const opened = await ask(Codec.Endpoint, 'decode', sealed);
    expect(opened.headers.get('access-control-allow-origin')).toBe(uiUrl);
    expect(await opened.json()).toEqual(plain);
    expect((await ask(`${stack.url}/codec`, 'decode', sealed)).status).toBe(401);
  });

  test('refuses a second start on its folder, and names itself', async () => {
    const { exitCode, output } = await startThatEnds({ MEDINDEX_DATA_DIR: folder });
    expect(exitCode).toBe(1);
    expect(output).toContain(`process ${stack.supervisor.pid}, ${stack.url}`);
    expect(stateOf(stack).processes.every(isAlive)).toBe(true);
  });

  test('starts a crashed process again, and only that', async () => {
    const [api, worker] = [processOf(stack, 'api'), processOf(stack, 'worker')];
    process.kill(api.pid, 'SIGKILL');
    await said(stack, /api was ended by SIGKILL[^]*api is ready/);
    expect((await fetch(`${stack.url}/ready`)).status).toBe(200);
    expect(processOf(stack, 'api')).not.toEqual(api);
    expect(processOf(stack, 'worker')).toEqual(worker);
  });

  test('leaves no orphan that blocks the next start when its supervisor is killed', async () => {
    const before = stateOf(stack);
    stack.supervisor.kill('SIGKILL');
    await once(stack.supervisor, 'exit');
    stack = await startStack({ dataDir: folder });
    expect(before.processes.filter(isAlive)).toEqual([]);
    expect((await fetch(`${stack.url}/ready`)).status).toBe(200);
  });

  test('drains and leaves nothing behind on Ctrl-C', async () => {
    const { processes } = stateOf(stack);
    expect(await stack.stop()).toBe(0);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, 'stack.lock'))).toBe(false);
    expect(existsSync(join(folder, 'stack.json'))).toBe(false);
  });

  test('says that its folder is damaged, instead of starting over and over', async () => {
    writeFileSync(join(folder, 'postgres', 'pgdata', 'global', 'pg_control'), 'damaged');
    const { exitCode, output } = await startThatEnds({ MEDINDEX_DATA_DIR: folder });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/The postgres process .* does not help\.[^]*is damaged[^]*backup/);
    expect(output.match(/starting it again in/g)).toHaveLength(1);
    expect(readStackState(folder)).toBeNull();
  });
});

describe('a start that cannot work', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'medindex-stack-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('names a taken port and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const { exitCode, output } = await startThatEnds({ MEDINDEX_DATA_DIR: folder, PORT: String(port) });
      expect(exitCode).toBe(1);
      expect(output).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is taken.*PORT=${port + 1} npm start`));
    } finally {
      server.close();
    }
  });

  test('names every bad setting', async () => {
    const { exitCode, output } = await startThatEnds({ MEDINDEX_DATA_DIR: folder, PORT: 'x', REDIS_URL: 'y' });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/PORT is not[^]*Example: PORT=8080[^]*REDIS_URL is not/);
  });
});
