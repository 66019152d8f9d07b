import type { KeyScope, SafetyLevel } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import { printLine, type Terminal } from './terminal.js';

export interface CreateKeyOptions {
  readonly name: string;
  readonly scope: readonly KeyScope[];
  readonly collection?: readonly string[];
  readonly safetyLevel?: SafetyLevel;
  readonly expiresDays?: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** Makes a key. The key alone goes to stdout, so that a script can take it; what to know of it goes to stderr. */
export async function createKey(input: {
  client: MedindexClient;
  options: CreateKeyOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, options, terminal } = input;
  const { name, scope, collection, safetyLevel, expiresDays } = options;
  const created = await client.createKey({
    name,
    scopes: [...scope],
    ...(collection ? { collections: [...collection] } : {}),
    ...(safetyLevel ? { safetyLevel } : {}),
    ...(expiresDays === undefined ? {} : { expiresAt: new Date(Date.now() + expiresDays * DAY_MS).toISOString() }),
  });
  printLine(terminal.stderr, `Key ${created.keyId} is made. It is shown now and never again:`);
  printLine(terminal.stdout, created.key);
  return 0;
}

export async function listKeys({ client, terminal }: { client: MedindexClient; terminal: Terminal }): Promise<number> {
  const { keys } = await client.keys();
  for (const { keyId, name, scopes, collections, safetyLevel, expiresAt } of keys) {
    const where = collections === null ? 'all collections' : collections.join(', ');
    const until = expiresAt === null ? 'does not expire' : `until ${expiresAt}`;
    printLine(terminal.stdout, `${keyId}  ${name}  ${scopes.join(' ')}  ${where}  up to ${safetyLevel}  ${until}`);
  }
  return 0;
}

export async function revokeKey(input: { client: MedindexClient; keyId: string; terminal: Terminal }): Promise<number> {
  const { client, keyId, terminal } = input;
  await client.revokeKey(keyId);
  printLine(terminal.stdout, `Key ${keyId} is revoked.`);
  return 0;
}
