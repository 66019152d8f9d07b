import { devNull } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { Keyring } from '../encryption/keyring.js';
import { createDataConverter } from './data-converter.js';

/** The SDK's own default, named: a local server is ready within 2 s of its start. */
const CONNECT_TIMEOUT_MS = 10_000;

const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';

export type TemporalEnvironment = Readonly<Record<string, string | undefined>>;

export interface ConnectTemporalInput {
  /** TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE. */
  readonly env: TemporalEnvironment;
  readonly keyring: Keyring;
  /** Do not wait for the server: calls fail until it is there. */
  readonly lazy?: boolean;
}

export interface TemporalLink {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  close(): Promise<void>;
}

/**
 * A client that seals what it sends. Settings are Temporal's own (`@temporalio/envconfig`), taken from `env` alone; a
 * profile file is read where `env` leads to one (TEMPORAL_CONFIG_FILE, or HOME for the usual place).
 * Errors: those of the SDK, when the server does not answer within 10 s (not when `lazy`).
 */
export async function connectTemporal({ env, keyring, lazy = false }: ConnectTemporalInput): Promise<TemporalLink> {
  const { connectionOptions, namespace } = temporalConnectOptions(env);
  const options = { ...connectionOptions, connectTimeout: CONNECT_TIMEOUT_MS };
  const connection = lazy ? Connection.lazy(options) : await Connection.connect(options);
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(keyring) });
  return { client, connection, namespace, close: () => connection.close() };
}

/** Address, namespace, API key and TLS as Temporal's environment configuration says; also for `NativeConnection`. */
export function temporalConnectOptions(env: TemporalEnvironment): Required<ClientConnectConfig> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  // The null device says "no file at all", as with git's; the SDK stumbles over a file without profiles.
  const disableFile = env['TEMPORAL_CONFIG_FILE'] === devNull;
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars, disableFile });
  return {
    connectionOptions: { ...connectionOptions, address: connectionOptions.address ?? DEFAULT_ADDRESS },
    namespace: namespace ?? DEFAULT_NAMESPACE,
  };
}
