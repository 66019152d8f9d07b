import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatEncryptionKeys, generateEncryptionKey } from '../encryption/keyring.js';
import { parseEncryptionKeys } from '../settings-reader.js';
import { writeOnce } from '../data-folder/write-once.js';

export interface DataFolder {
  readonly path: string;
  readonly adminKeyFile: string;
  /** In the form of MEDINDEX_ENCRYPTION_KEYS. */
  readonly encryptionKeys: string;
  /** Stands in the address at which the Temporal UI has its payloads opened. */
  readonly codecToken: string;
  readonly temporalDatabase: string;
  readonly postgresFolder: string;
}

/** 256 random bits: no stretching is needed at that entropy, and a hash of it may be stored plainly. */
const KEY_BYTES = 32;

/**
 * Opens the data folder of a local stack; the first time makes it (0700) with an admin key, an encryption key and
 * the token of the Temporal UI (0600). Each file appears whole or not at all, and one that is there is never replaced: what was sealed with a key
 * is lost without it.
 * Errors: says in words when the folder cannot be made or a key file is damaged.
 */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!statSync(path).isDirectory()) throw new Error('not a folder');
    chmodSync(path, 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'not a folder';
    throw new Error(
      `The data folder ${path} cannot be used (${code}). ` +
        'Make it writable for you, or choose another one: MEDINDEX_DATA_DIR=/another/folder npm start',
    );
  }
  const adminKeyFile = join(path, 'admin.key');
  const encryptionKeysFile = join(path, 'encryption.keys');
  const codecTokenFile = join(path, 'codec.token');
  writeOnce(adminKeyFile, `mk_${randomBytes(KEY_BYTES).toString('base64url')}`);
  writeOnce(codecTokenFile, randomBytes(KEY_BYTES).toString('base64url'));
  writeOnce(encryptionKeysFile, `${formatEncryptionKeys([generateEncryptionKey()])}\n`);

  if (!/^\S{32,}$/.test(readFileSync(adminKeyFile, 'utf8').trim())) {
    throw new Error(`${adminKeyFile} is damaged. Delete it, and the next start makes a new admin key.`);
  }
  const codecToken = readFileSync(codecTokenFile, 'utf8').trim();
  if (!/^[\w-]{32,90}$/.test(codecToken)) {
    throw new Error(`${codecTokenFile} is damaged. Delete it, and the next start makes a new one.`);
  }
  const encryptionKeys = readFileSync(encryptionKeysFile, 'utf8').trim().split(/\s+/).join(',');
  const parsed = parseEncryptionKeys(encryptionKeys);
  if (typeof parsed === 'string') {
    throw new Error(
      `${encryptionKeysFile} ${parsed}. Put the file back from a backup: what was sealed with its keys cannot be read without it.`,
    );
  }
  return {
    path,
    adminKeyFile,
    encryptionKeys,
    codecToken,
    temporalDatabase: join(path, 'temporal.db'),
    postgresFolder: join(path, 'postgres'),
  };
}
