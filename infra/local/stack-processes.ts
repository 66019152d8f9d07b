import { devNull } from 'node:os';
import { SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import type { Config, LogLevel } from '../config.js';
import type { Environment } from '../settings-reader.js';
import { entryPoint } from '../entry-point.js';
import { embeddedDatabaseUrl } from '../postgres/pglite/embedded-url.js';
import { NO_VENDOR_TELEMETRY } from '../telemetry/vendor-telemetry.js';
import type { DataFolder } from './data-folder.js';
import { LOOPBACK, type StackPorts } from './choose-ports.js';
import { untilHttpOk } from './probes.js';
import type { ProcessSpec } from './supervised-process.js';

/**
 * How long a process may take until it serves. Measured on two busy cores: Temporal 2 s, a new PGlite folder 5–15 s,
 * worker and API 2–5 s. Ten times that, as a start that is given up too early never succeeds on a slow machine.
 */
const READY_DEADLINE_MS = 150_000;

/** Workers give their activities 15 s (workers/tuning.ts); the API finishes requests. */
const CLIENT_STOP_DEADLINE_MS = 20_000;
/** Temporal takes 3 s to stop, PGlite less than 1 s. */
const STORE_STOP_DEADLINE_MS = 15_000;

/** Processes that the others write to; where they are somebody else's, there is none of that name. */
export const STORES = ['temporal', 'postgres'] as const;

/** What the children of a stack are told beside the user's own environment. */
export interface StackWiring {
  readonly config: Config;
  readonly env: Environment;
  readonly folder: DataFolder;
  readonly ports: StackPorts;
  /** Folder of the embedding model; `null`: search by text only. */
  readonly modelFolder: string | null;
  /** Of the model that tells names of patients; `null`: rules alone. */
  readonly phiModelFolder: string | null;
}

export function apiUrl(config: Config, ports: StackPorts): string {
  const host = ['0.0.0.0', '::', '[::]'].includes(config.host) ? LOOPBACK : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${ports.api}`;
}

export function temporalUiUrl(ports: StackPorts): string {
  return `http://${LOOPBACK}:${ports.temporalUi}`;
}

/** Temporal's own dev server: the real thing over an SQLite file, with its UI. */
export function temporalProcess(wiring: StackWiring, cliPath: string): ProcessSpec {
  const { config, ports, folder } = wiring;
  const args = ['server', 'start-dev', '--db-filename', folder.temporalDatabase, '--ip', LOOPBACK];
  args.push(
    '--port',
    String(ports.temporal),
    '--ui-port',
    String(ports.temporalUi),
    '--http-port',
    String(ports.temporalHttp),
  );
  args.push('--namespace', config.temporal.namespace, '--log-level', temporalLogLevel(config.logLevel));
  // Without it this server ignores the priorities of task queues.
  args.push('--dynamic-config-value', 'matching.useNewMatcher=true');
  // They hold within a partition, and one is enough for one machine.
  for (const way of ['Read', 'Write']) args.push('--dynamic-config-value', `matching.numTaskqueue${way}Partitions=1`);
  // The UI adds "/decode" to this address, and sends no key.
  args.push('--ui-codec-endpoint', `${apiUrl(config, ports)}/codec/${codecToken(wiring)}`);
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTE_TYPES)) {
    args.push('--search-attribute', `${name}=${type === 'INT' ? 'Int' : 'Keyword'}`);
  }
  const probe = `http://${LOOPBACK}:${ports.temporalHttp}/api/v1/namespaces/${encodeURIComponent(config.temporal.namespace)}`;
  return {
    name: 'temporal',
    dependsOn: [],
    command: cliPath,
    args,
    // The CLI takes defaults from TEMPORAL_* and its config file; this server is described by its arguments alone.
    env: { ...withoutTemporal(wiring.env), TEMPORAL_CONFIG_FILE: devNull, ...NO_VENDOR_TELEMETRY },
    ipc: false,
    plainLevels: { stdout: 'debug', stderr: 'warn' },
    untilReady: ({ signal }) => untilHttpOk(probe, signal),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: STORE_STOP_DEADLINE_MS,
    advice:
      `If ${folder.temporalDatabase} is damaged, move it away: what is published stays, only unfinished work and ` +
      "Temporal's history are lost. To use a Temporal server of your own, set TEMPORAL_ADDRESS.",
  };
}

/** PGlite behind its socket server. */
export function postgresProcess(wiring: StackWiring): ProcessSpec {
  const { ports, folder } = wiring;
  const args = [entryPoint('infra/postgres/pglite-process.js'), '--data-dir', folder.postgresFolder];
  args.push('--host', LOOPBACK, '--port', String(ports.postgres));
  return {
    name: 'postgres',
    dependsOn: [],
    command: process.execPath,
    args: nodeArgs(args),
    env: wiring.env,
    ipc: true,
    plainLevels: { stdout: 'info', stderr: 'warn' },
    untilReady: ({ announces }) => announces('listening'),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: STORE_STOP_DEADLINE_MS,
    advice:
      `If ${folder.postgresFolder} is damaged, put the data folder back from a backup, or move ${folder.path} away and ` +
      'ingest again. Never delete encryption.keys alone. To use a Postgres of your own, set DATABASE_URL.',
  };
}

export function workerProcess(wiring: StackWiring): ProcessSpec {
  return {
    name: 'worker',
    dependsOn: STORES,
    command: process.execPath,
    args: nodeArgs([entryPoint('workers/main.js')]),
    env: clientEnvironment(wiring),
    ipc: true,
    plainLevels: { stdout: 'info', stderr: 'warn' },
    untilReady: ({ announces }) => announces('worker ready'),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: CLIENT_STOP_DEADLINE_MS,
    advice: 'Its lines with LOG_LEVEL=debug tell more. If the lines name a setting, mend that; otherwise report them.',
  };
}

export function apiProcess(wiring: StackWiring): ProcessSpec {
  const { config, ports } = wiring;
  return {
    name: 'api',
    dependsOn: STORES,
    command: process.execPath,
    args: nodeArgs([entryPoint('api/server.js')]),
    env: clientEnvironment(wiring),
    ipc: true,
    plainLevels: { stdout: 'info', stderr: 'warn' },
    untilReady: ({ signal }) => untilHttpOk(`${apiUrl(config, ports)}/ready`, signal),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: CLIENT_STOP_DEADLINE_MS,
    advice:
      `If port ${ports.api} was taken meanwhile, choose another one with PORT=…. ` +
      'Its lines with LOG_LEVEL=debug tell more.',
  };
}

function codecToken({ config, folder }: StackWiring): string {
  return config.temporal.codecToken ?? folder.codecToken;
}

function clientEnvironment(wiring: StackWiring): Environment {
  const { config, env, folder, ports, modelFolder, phiModelFolder } = wiring;
  const localTemporal = config.temporal.address === null;
  const known = withoutNames(env, new Set(config.unknown.map(({ name }) => name)));
  return {
    ...(localTemporal ? withoutTemporal(known) : known),
    MEDINDEX_MIGRATE_AT_START: 'true',
    // The server is this stack's own, whichever database it had before.
    ...(localTemporal ? { MEDINDEX_TAKE_NAMESPACE: 'true' } : {}),
    ...NO_VENDOR_TELEMETRY,
    HOST: config.host,
    PORT: String(ports.api),
    MEDINDEX_DATA_DIR: folder.path,
    MEDINDEX_ADMIN_KEY_FILE: folder.adminKeyFile,
    MEDINDEX_CODEC_TOKEN: codecToken(wiring),
    MEDINDEX_ENCRYPTION_KEYS: env['MEDINDEX_ENCRYPTION_KEYS']?.trim() || folder.encryptionKeys,
    ...(config.databaseUrl === null
      ? { DATABASE_URL: embeddedDatabaseUrl({ dataDir: folder.postgresFolder, host: LOOPBACK, port: ports.postgres }) }
      : {}),
    ...(localTemporal
      ? {
          TEMPORAL_ADDRESS: `${LOOPBACK}:${ports.temporal}`,
          TEMPORAL_NAMESPACE: config.temporal.namespace,
          TEMPORAL_UI_URL: temporalUiUrl(ports),
          // A profile for a cloud namespace in the user's own file must not lend its TLS and key to the local server.
          TEMPORAL_CONFIG_FILE: devNull,
        }
      : {}),
    ...(modelFolder === null ? {} : { EMBEDDING_MODEL_PATH: modelFolder }),
    ...(phiModelFolder === null ? { PHI_DETECTOR: 'rules' } : { PHI_MODEL_PATH: phiModelFolder }),
  };
}

/** The stack has warned of them already. */
function withoutNames(env: Environment, names: ReadonlySet<string>): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

function withoutTemporal(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** Temporal's info is a line for every internal step, and its own default is warn. */
function temporalLogLevel(level: LogLevel): string {
  if (level === 'debug' || level === 'trace') return 'debug';
  if (level === 'silent') return 'never';
  return level === 'info' || level === 'warn' ? 'warn' : 'error';
}

/** Stack traces that name our TypeScript. */
function nodeArgs(args: readonly string[]): string[] {
  return ['--enable-source-maps', ...args];
}
