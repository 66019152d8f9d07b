import { existsSync } from 'node:fs';
import type { SettingsReader } from '../settings-reader.js';

/** What `npm start` gives to its processes, and an operator has to give to a process that is started alone. */
export function neededByProcesses(
  settings: SettingsReader,
  { databaseUrl, adminKeyFile }: { readonly databaseUrl: string | null; readonly adminKeyFile: string | null },
): void {
  const alone = 'is not set, and a process that is started alone needs it (npm start gives it to its own)';
  if (databaseUrl === null && settings.text('DATABASE_URL') === null) {
    settings.problem('DATABASE_URL', alone, 'postgres://medindex:password@db.example.org:5432/medindex');
  }
  if (settings.text('MEDINDEX_ENCRYPTION_KEYS') === null) {
    settings.problem(
      'MEDINDEX_ENCRYPTION_KEYS',
      `${alone}; "npm run api -- encryption-key" makes a new one. API and workers need the same`,
      '2026-11:<32 random bytes in base64>',
    );
  }
  if (adminKeyFile !== null && !existsSync(adminKeyFile)) {
    settings.problem(
      'MEDINDEX_ADMIN_KEY_FILE',
      'names a file that is not there; unset it, and make the first key with "npm run api -- init"',
      '/run/secrets/medindex-admin.key',
    );
  }
}
