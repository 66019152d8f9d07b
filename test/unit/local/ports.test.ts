import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { anyFreePort, freePortFrom, portProblem } from '../../../infra/local/ports.js';

const HOST = '127.0.0.1';
const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))));

async function listen(): Promise<number> {
  const server = createServer().listen(0, HOST);
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

describe('ports', () => {
  it('tells a taken port and a foreign address from a free port', async () => {
    expect(await portProblem(HOST, await listen())).toBe('taken');
    expect(await portProblem(HOST, await anyFreePort(HOST))).toBeNull();
    expect(await portProblem('203.0.113.7', 8080)).toBe('no such address');
  });

  it('takes a neighbour where the usual port is taken or promised', async () => {
    const taken = await listen();
    const next = await freePortFrom(HOST, taken, new Set());
    expect(next).not.toBe(taken);
    expect(await portProblem(HOST, next)).toBeNull();
    const free = await anyFreePort(HOST);
    expect(await freePortFrom(HOST, free, new Set())).toBe(free);
    expect(await freePortFrom(HOST, free, new Set([free]))).not.toBe(free);
  });
});
