import { type KeyScope, SAFETY_LEVELS, type SafetyLevel } from '../../core/contract/states.js';
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
  await warnOfWhatItHides(input, safetyLevel ?? 'public');
  return 0;
}

/** A key that finds nothing in a collection looks like a search that is broken. */
async function warnOfWhatItHides(
  { client, options, terminal }: { client: MedindexClient; options: CreateKeyOptions; terminal: Terminal },
  level: SafetyLevel,
): Promise<void> {
  const { collections } = await client.collections();
  const above = collections.filter(
    ({ name, safetyLevel }) =>
      (options.collection?.includes(name) ?? true) && SAFETY_LEVELS.indexOf(safetyLevel) > SAFETY_LEVELS.indexOf(level),
  );
  if (above.length === 0) return;
  const names = above.map(({ name, safetyLevel }) => `${name} (${safetyLevel})`).join(', ');
  printLine(
    terminal.stderr,
    `It sees documents up to ${level}, so it finds nothing in ${names}. Give a higher --safety-level if it should.`,
  );
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
