import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import { userCacheDir } from '../../infra/config.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { provisionTemporalCli } from '../../infra/local/provision/temporal-cli.js';
import { createDataConverter } from '../../infra/temporal/data-converter.js';

/** A real Temporal dev server for one test file; its client seals what it sends, as in production. */
export interface TemporalServer {
  /** `environment.nativeConnection` is what workers take. */
  readonly environment: TestWorkflowEnvironment;
  readonly client: Client;
  readonly keyring: Keyring;
  /** `host:port`, as TEMPORAL_ADDRESS takes it. */
  readonly address: string;
  stop(): Promise<void>;
}

export interface StartTemporalInput {
  /** Absent: one with a fresh key. */
  readonly keyring?: Keyring;
  /** Further dynamic settings of the server, `name=value`. */
  readonly settings?: readonly string[];
  /** `false`: for tests of their registration. */
  readonly searchAttributes?: boolean;
}

const SETTINGS = [
  // Without it the server ignores the priorities of task queues.
  'matching.useNewMatcher=true',
  // A server looks ahead in its timers by a second (its default), so a pause of 10 ms between two tries takes one.
  'history.timerProcessorMaxTimeShift="10ms"',
];

/** Takes the CLI that `npm start` would take. Errors: when there is no way to get it, a sentence a way. */
export async function startTemporal(input: StartTemporalInput = {}): Promise<TemporalServer> {
  const keyring = input.keyring ?? new Keyring([generateEncryptionKey()]);
  const { path } = await provisionTemporalCli({
    cacheDir: userCacheDir(process.env),
    env: process.env,
    log: (sentence) => console.log(sentence),
  });
  const searchAttributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) =>
    defineSearchAttributeKey(name, type),
  );
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      extraArgs: [...SETTINGS, ...(input.settings ?? [])].flatMap((setting) => ['--dynamic-config-value', setting]),
      ...(input.searchAttributes === false ? {} : { searchAttributes }),
    },
    client: { dataConverter: createDataConverter(keyring) },
  });
  return {
    environment,
    client: environment.client,
    keyring,
    address: environment.address,
    stop: () => environment.teardown(),
  };
}
