import { createServer } from 'node:net';

export type PortProblem = 'taken' | 'forbidden' | 'no such address';

/** Why a server could not listen there now; `null` when it could. Port 0 is always free. */
export async function portProblem(host: string, port: number): Promise<PortProblem | null> {
  const result = await tryListen(host, port);
  return typeof result === 'number' ? null : result;
}

/** A port that was free a moment ago, chosen by the operating system. Throws when the address itself cannot be used. */
export async function anyFreePort(host: string): Promise<number> {
  const result = await tryListen(host, 0);
  if (typeof result === 'number') return result;
  throw new Error(`cannot listen on ${host}: ${result}`);
}

/** How far above the usual port is looked before any free one will do: more than the stacks that one machine runs. */
const MAX_STEPS = 20;

/**
 * The wanted port, the next free one above it, or any: for internal servers, where people like the usual numbers but
 * nothing depends on them. `taken` are those promised to others that do not listen yet.
 */
export async function freePortFrom(host: string, wanted: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + MAX_STEPS, 65_536); port++) {
    if (!taken.has(port) && (await portProblem(host, port)) === null) return port;
  }
  for (;;) {
    const port = await anyFreePort(host);
    if (!taken.has(port)) return port;
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
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 'taken'));
    });
  });
}
