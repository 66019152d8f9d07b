import { connect, createServer, type Server } from 'node:net';
import type { PortReservations } from './port-reservations.js';

export type PortProblem = 'taken' | 'forbidden' | 'no such address';

/** Why a server could not listen there now; `null` when it could. Port 0 is always free. */
export async function portProblem(host: string, port: number): Promise<PortProblem | null> {
  const result = await tryListen(host, port);
  return typeof result === 'number' ? null : result;
}

/** How far above the usual port is looked before any free one will do: more than the stacks that one machine runs. */
const MAX_STEPS = 20;

/**
 * The wanted port, the next free one above it, or any: for internal servers, where people like the usual numbers but
 * nothing depends on them. The port is reserved; throws when the address itself cannot be used.
 */
export async function takePortFrom(host: string, wanted: number, reservations: PortReservations): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + MAX_STEPS, 65_536); port++) {
    if (!reservations.reserve(port)) continue;
    if ((await portProblem(host, port)) === null) return port;
    reservations.release(port);
  }
  return takeAnyPort(host, reservations);
}

/** A port that was free a moment ago, chosen by the operating system. Throws when the address itself cannot be used. */
export async function anyFreePort(host: string): Promise<number> {
  const result = await tryListen(host, 0);
  if (typeof result === 'number') return result;
  throw new Error(`cannot listen on ${host}: ${result}`);
}

/** A free port that the operating system chose, reserved. Throws when the address itself cannot be used. */
export async function takeAnyPort(host: string, reservations: PortReservations): Promise<number> {
  for (;;) {
    const port = await anyFreePort(host);
    if (reservations.reserve(port)) return port;
  }
}

/** Listens and closes again: the port, or what stood against it. */
function tryListen(host: string, port: number): Promise<number | PortProblem> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken');
      else if (error.code === 'EACCES') resolve('forbidden');
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') resolve('no such address');
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      if (port === 0) occupyForAWhile(server, host, chosen);
      else server.close();
      server.once('close', () => resolve(chosen));
    });
  });
}

/**
 * Ends a connection from the server's side: the port then stays in TIME_WAIT (Linux: 60 s), in which the system gives it
 * to no outgoing connection, while a server may still listen on it (SO_REUSEADDR, which Node and Go set).
 */
function occupyForAWhile(server: Server, host: string, port: number): void {
  server.once('connection', (socket) => {
    socket.end();
    socket.resume();
    server.close();
  });
  const client = connect({ host, port });
  client.resume();
  client.once('end', () => client.end());
  client.once('error', () => server.close());
}
