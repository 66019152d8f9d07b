import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce } from '../../data-folder/write-once.js';

const PASSWORD_BYTES = 32;

/**
 * The password of the embedded Postgres in `dataDir`. The first call makes it (0600, in a folder 0700): whoever may read the
 * database's files may log in, and nobody else on the machine.
 */
export function embeddedPassword(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'postgres.password');
  writeOnce(file, randomBytes(PASSWORD_BYTES).toString('base64url'));
  const password = readFileSync(file, 'utf8').trim();
  if (!/^[\w-]{32,}$/.test(password)) {
    throw new Error(`${file} is damaged. Delete it while medindex is stopped; the next start makes a new one.`);
  }
  return password;
}

/** DATABASE_URL of the embedded Postgres in `dataDir` when it listens there. */
export function embeddedDatabaseUrl(input: { dataDir: string; host: string; port: number }): string {
  return `postgresql://postgres:${embeddedPassword(input.dataDir)}@${input.host}:${input.port}/postgres?sslmode=disable`;
}
