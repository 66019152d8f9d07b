import type { Config } from '../config.js';
import type { PortReservations } from './port-reservations.js';
import { portProblem, takeAnyPort, takePortFrom } from './ports.js';

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

export interface ChoosePortsInput {
  readonly config: Config;
  readonly publicPort: PublicPort;
  /** Holds what is chosen, until the stack has stopped. */
  readonly reservations: PortReservations;
  readonly say: (text: string) => void;
}

/**
 * Finds ports for all servers of a stack.
 * Errors: a sentence that says what to do when the API cannot have the port it was told.
 */
export async function choosePorts(input: ChoosePortsInput): Promise<StackPorts> {
  const { config } = input;
  return {
    api: await chooseApiPort(input),
    postgres: config.databaseUrl === null ? await claim(input, 'the database', POSTGRES_PORT) : 0,
    ...(config.temporal.address === null
      ? {
          temporal: await claim(input, 'Temporal', TEMPORAL_PORT),
          temporalUi: await claim(input, "Temporal's UI", TEMPORAL_UI_PORT),
          temporalHttp: await claim(input, "Temporal's HTTP API", TEMPORAL_HTTP_PORT),
        }
      : { temporal: 0, temporalUi: 0, temporalHttp: 0 }),
  };
}

async function claim(
  { reservations, say }: ChoosePortsInput,
  name: string,
  wanted: number,
  host = LOOPBACK,
): Promise<number> {
  const port = await takePortFrom(host, wanted, reservations);
  if (port !== wanted) say(`Port ${wanted} is taken; ${name} takes ${port}.`);
  return port;
}

async function chooseApiPort(input: ChoosePortsInput): Promise<number> {
  const { config, publicPort, reservations } = input;
  if (config.port === 0) return takeAnyPort(config.host, reservations);
  if (publicPort === 'next free') return claim(input, 'the API', config.port, config.host);
  const problem = await portProblem(config.host, config.port);
  // A stack that starts at this moment has it as good as taken.
  switch (problem ?? (reservations.reserve(config.port) ? null : 'taken')) {
    case null:
      return config.port;
    case 'taken':
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
