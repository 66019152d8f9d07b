import type { Config } from '../config.js';
import { anyFreePort, freePortFrom, portProblem } from './ports.js';

/** Everything a local stack listens on; internal servers on the loopback address only. */
export interface StackPorts {
  readonly api: number;
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  /** Temporal's HTTP API: what the readiness probe asks. */
  readonly temporalHttp: number;
}

/** `exact`: a taken PORT is an error. `next free`: another one is taken, and said. */
export type PublicPort = 'exact' | 'next free';

export const LOOPBACK = '127.0.0.1';

/** Usual ports of the internal servers; the next free ones are taken where another stack has them. */
const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;
const TEMPORAL_HTTP_PORT = 7243;
/** Not 5432, so that no tool of a native Postgres talks to it by accident. */
const POSTGRES_PORT = 15_432;

/**
 * Finds ports for all servers of a stack.
 * Errors: a sentence that says what to do when the API cannot have the port it was told.
 */
export async function choosePorts(
  config: Config,
  publicPort: PublicPort,
  say: (text: string) => void,
): Promise<StackPorts> {
  const taken = new Set<number>();
  const claim = async (name: string, wanted: number, host = LOOPBACK): Promise<number> => {
    const port = await freePortFrom(host, wanted, taken);
    if (port !== wanted) say(`Port ${wanted} is taken; ${name} takes ${port}.`);
    taken.add(port);
    return port;
  };
  const api = await chooseApiPort(config, publicPort, () => claim('the API', config.port, config.host));
  taken.add(api);
  return {
    api,
    postgres: config.databaseUrl === null ? await claim('the database', POSTGRES_PORT) : 0,
    ...(config.temporal.address === null
      ? {
          temporal: await claim('Temporal', TEMPORAL_PORT),
          temporalUi: await claim("Temporal's UI", TEMPORAL_UI_PORT),
          temporalHttp: await claim("Temporal's HTTP API", TEMPORAL_HTTP_PORT),
        }
      : { temporal: 0, temporalUi: 0, temporalHttp: 0 }),
  };
}

async function chooseApiPort(
  config: Config,
  publicPort: PublicPort,
  claimNext: () => Promise<number>,
): Promise<number> {
  if (config.port === 0) return anyFreePort(config.host);
  switch (await portProblem(config.host, config.port)) {
    case null:
      return config.port;
    case 'taken':
      if (publicPort === 'next free') return claimNext();
      throw new Error(
        `Port ${config.port} on ${config.host} is taken by another program. Stop that program, ` +
          `or start medindex on another port: PORT=${config.port + 1} npm start (PORT=0 takes any free one).`,
      );
    case 'forbidden':
      throw new Error(
        `You may not listen on port ${config.port} of ${config.host}. Choose one above 1023: PORT=8080 npm start`,
      );
    case 'no such address':
      throw new Error(
        `This machine has no address ${config.host}. Use HOST=127.0.0.1 (only this machine) or HOST=0.0.0.0 (all networks).`,
      );
  }
}
