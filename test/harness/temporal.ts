import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { anyFreePort } from '../../infra/local/ports.js';
import { createDataConverter } from '../../infra/temporal/data-converter.js';
import { startTethered } from './tethered-process.js';
import { findTemporal } from './temporal-binary.js';

/** A Temporal namespace of its own on a real dev server; its client seals what it sends, as in production. */
export interface TemporalServer {
  readonly connection: Connection;
  /** What workers take, together with the namespace. */
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  readonly client: Client;
  readonly keyring: Keyring;
  /** `host:port`, as TEMPORAL_ADDRESS takes it. */
  readonly address: string;
  /** Closes the connections, and ends a server that nobody else uses. */
  stop(): Promise<void>;
}

export interface StartTemporalInput {
  /** Absent: one with a fresh key. */
  readonly keyring?: Keyring;
  /** Further dynamic settings, `name=value`: the test gets a server of its own. */
  readonly settings?: readonly string[];
  /** `false`: a server of its own that has none, for tests of their registration. */
  readonly searchAttributes?: boolean;
}

const HOST = '127.0.0.1';
/** The types of search attributes as the CLI calls them. */
const TYPE_NAMES = { KEYWORD: 'Keyword', INT: 'Int' } as const;
const SETTINGS = [
  // Without it the server ignores the priorities of task queues.
  'matching.useNewMatcher=true',
  // Priorities hold within a partition.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // A server looks ahead in its timers by a second (its default), so a pause of 10 ms between two tries takes one.
  'history.timerProcessorMaxTimeShift="10ms"',
];
/** Of a shared server, made at its start; they cost 22 MB. A process that uses up more starts another server. */
const NAMESPACES = Array.from({ length: 24 }, (_, index) => `test-${index}`);
/** Ready in 1 to 2 s; a busy machine gets a minute before the start counts as failed. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

interface SharedServer {
  readonly address: string;
  readonly namespaces: string[];
}

/** One for all test files of a process; it ends with the process. */
let shared: Promise<SharedServer> | undefined;

/** Takes the CLI that `npm start` would take. Errors: when there is no way to get it, a sentence a way. */
export async function startTemporal(input: StartTemporalInput = {}): Promise<TemporalServer> {
  const keyring = input.keyring ?? new Keyring([generateEncryptionKey()]);
  if (input.settings || input.searchAttributes === false) return ownServer(input, keyring);
  const [server, namespace] = await nextNamespace();
  const connection = await Connection.connect({ address: server.address });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  return {
    connection,
    nativeConnection,
    namespace,
    client: new Client({ connection, namespace, dataConverter: createDataConverter(keyring) }),
    keyring,
    address: server.address,
    stop: async () => {
      await nativeConnection.close();
      await connection.close();
    },
  };
}

async function nextNamespace(): Promise<[SharedServer, string]> {
  shared ??= startShared();
  const server = await shared;
  const namespace = server.namespaces.shift();
  if (namespace !== undefined) return [server, namespace];
  shared = undefined;
  return nextNamespace();
}

async function startShared(): Promise<SharedServer> {
  const port = await anyFreePort(HOST);
  const address = `${HOST}:${port}`;
  startTethered({
    command: await cliPath(),
    args: [
      ...['server', 'start-dev', '--headless', '--log-level', 'error', '--ip', HOST, '--port', String(port)],
      ...NAMESPACES.flatMap((namespace) => ['--namespace', namespace]),
      ...Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${TYPE_NAMES[type]}`,
      ]),
      ...dynamicSettings(SETTINGS),
    ],
    signal: 'KILL',
  });
  await untilServing(address);
  return { address, namespaces: [...NAMESPACES] };
}

/** The server serves the last namespace when it serves them all. */
async function untilServing(address: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: POLL_MS * 20 });
      const namespace = NAMESPACES.at(-1) ?? 'default';
      await connection.workflowService.describeNamespace({ namespace }).finally(() => connection.close());
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error('the Temporal server did not become ready', { cause: error });
      await wait(POLL_MS);
    }
  }
}

async function ownServer(input: StartTemporalInput, keyring: Keyring): Promise<TemporalServer> {
  const searchAttributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) =>
    defineSearchAttributeKey(name, type),
  );
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: await cliPath() },
      extraArgs: dynamicSettings([...SETTINGS, ...(input.settings ?? [])]),
      ...(input.searchAttributes === false ? {} : { searchAttributes }),
    },
    client: { dataConverter: createDataConverter(keyring) },
  });
  const { connection, nativeConnection, client, address } = environment;
  return {
    connection,
    nativeConnection,
    namespace: client.options.namespace,
    client,
    keyring,
    address,
    stop: () => environment.teardown(),
  };
}

async function cliPath(): Promise<string> {
  const found = await findTemporal();
  if ('missing' in found) throw new Error(found.missing);
  return found.path;
}

function dynamicSettings(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ['--dynamic-config-value', setting]);
}
