import { type EncryptionKey, parseEncryptionKeys, type SettingsReader } from '../settings-reader.js';

/** Empty only before the first start of a local stack made one. */
export function encryptionKeys(settings: SettingsReader): readonly EncryptionKey[] {
  const value = settings.text('MEDINDEX_ENCRYPTION_KEYS');
  if (value === null) return [];
  const keys = parseEncryptionKeys(value);
  if (typeof keys !== 'string') return keys;
  settings.problem(
    'MEDINDEX_ENCRYPTION_KEYS',
    keys,
    '2026-11:<32 random bytes in base64>, newest first, comma between',
  );
  return [];
}
