import { randomBytes } from 'node:crypto';
import { DEFAULT_ORGANIZATION } from '../core/contract/ids.js';
import { KEY_SCOPES } from '../core/contract/states.js';
import type { Catalog } from '../core/ports/catalog.js';
import type { Config } from '../infra/config.js';
import { formatEncryptionKeys, generateEncryptionKey } from '../infra/encryption/keyring.js';
import { createPool } from '../infra/postgres/pool.js';
import { createPostgresCatalog } from '../infra/postgres/postgres-catalog.js';
import { lookAtDatabase } from '../infra/starting/look-at-database.js';
import { migrateDatabase } from '../infra/starting/migrate-database.js';
import { StartRefused } from '../infra/starting/start-refused.js';
import { prepareFirstStart } from './first-start.js';

/** What an operator runs once, or as a job: `npm run api -- <command>`. stdout carries what scripts want, stderr words. */
export const OPERATOR_COMMANDS = ['migrate', 'init', 'encryption-key'] as const;
export type OperatorCommand = (typeof OPERATOR_COMMANDS)[number];

export interface OperatorOutput {
  /** One line for scripts. */
  readonly print: (line: string) => void;
  /** A sentence for people. */
  readonly say: (sentence: string) => void;
}

/** Prints a new key in the form of MEDINDEX_ENCRYPTION_KEYS; needs no settings, since without one nothing starts. */
export function printEncryptionKey({ print, say }: OperatorOutput): void {
  say('Set this as MEDINDEX_ENCRYPTION_KEYS for API and workers alike, and keep a copy apart from the data:');
  say('what is sealed with it is lost without it. To rotate, put the new one first, a comma, then the former ones.');
  print(formatEncryptionKeys([generateEncryptionKey()]));
}

/** `migrate`: brings the schema to this program's state. Errors: `StartRefused`. */
export async function migrateCommand(config: Pick<Config, 'databaseUrl'>, { say }: OperatorOutput): Promise<void> {
  const applied = await migrateDatabase(await reachableDatabase(config));
  say(
    applied.length === 0
      ? 'The database is up to date.'
      : `Applied ${applied.length} migrations: ${applied.join(', ')}.`,
  );
}

/**
 * `init`: migrates, makes the default collections, and the first admin key, which is printed this once and stored as a
 * hash. Again, it makes no second one, unless `another` is asked for. Errors: `StartRefused`.
 */
export async function initCommand(
  config: Pick<Config, 'databaseUrl'>,
  { another }: { readonly another: boolean },
  output: OperatorOutput,
): Promise<void> {
  await migrateCommand(config, output);
  const pool = await createPool({ databaseUrl: await reachableDatabase(config), maxConnections: 2 });
  try {
    const catalog = createPostgresCatalog({ pool });
    if (!another && (await hasAdminKey(catalog))) {
      await prepareFirstStart(catalog, null);
      output.say('There is an admin key already. If it is lost, make another one: npm run api -- init --another-key');
      return;
    }
    const adminKey = `mk_${randomBytes(KEY_BYTES).toString('base64url')}`;
    await prepareFirstStart(catalog, adminKey);
    output.say(
      'The admin key follows. It is shown this once: keep it where you keep secrets. It makes all other keys.',
    );
    output.print(adminKey);
  } finally {
    await pool.end();
  }
}

/** 256 random bits: the hash of such a key may be stored plainly. */
const KEY_BYTES = 32;

async function hasAdminKey({ keys }: Pick<Catalog, 'keys'>): Promise<boolean> {
  const all = await keys.list(DEFAULT_ORGANIZATION);
  return all.some(({ scopes, expiresAt }) => expiresAt === null && KEY_SCOPES.every((scope) => scopes.includes(scope)));
}

async function reachableDatabase({ databaseUrl }: Pick<Config, 'databaseUrl'>): Promise<string> {
  if (databaseUrl === null) {
    throw new StartRefused([
      'DATABASE_URL is not set. Example: DATABASE_URL=postgres://medindex:password@db.example.org:5432/medindex',
    ]);
  }
  const { problems } = await lookAtDatabase(databaseUrl, { schema: 'any' });
  if (problems.length > 0) throw new StartRefused(problems);
  return databaseUrl;
}
