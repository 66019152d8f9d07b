import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortReservations } from '../../../infra/local/port-reservations.js';
import { portProblem, takeAnyPort, takePortFrom } from '../../../infra/local/ports.js';

const HOST = '127.0.0.1';
const servers: Server[] = [];
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'medindex-ports-'))));
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  rmSync(folder, { recursive: true, force: true });
});

async function listen(port = 0): Promise<number> {
  const server = createServer().listen(port, HOST);
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

describe('ports', () => {
  it('tells a taken port and a foreign address from a free port', async () => {
    const free = await takeAnyPort(HOST, new PortReservations(folder));
    expect(await portProblem(HOST, free)).toBeNull();
    expect(await listen(free)).toBe(free);
    expect(await portProblem(HOST, free)).toBe('taken');
    expect(await portProblem('203.0.113.7', 8080)).toBe('no such address');
  });

  it('takes a neighbour where the usual port is taken, or promised to another stack', async () => {
    const [mine, others] = [new PortReservations(folder), new PortReservations(folder)];
    const taken = await listen();
    const next = await takePortFrom(HOST, taken, mine);
    expect(next).not.toBe(taken);
    expect(await portProblem(HOST, next)).toBeNull();

    const promised = await takeAnyPort(HOST, others);
    expect(await takePortFrom(HOST, promised, mine)).not.toBe(promised);
    others.releaseAll();
    expect(await takePortFrom(HOST, promised, mine)).toBe(promised);
    expect(mine.reserve(promised)).toBe(false);
  });

  it('forgets the promise of a process that is gone', () => {
    writeFileSync(join(folder, '4242.lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago', note: '' }));
    expect(new PortReservations(folder).reserve(4242)).toBe(true);
  });
});
