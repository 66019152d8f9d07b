import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../../infra/local/data-folder.js';
import { parseEncryptionKeys } from '../../../infra/settings-reader.js';

let parent: string;
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'medindex data '))));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('openDataFolder', () => {
  it('makes folder and keys for their owner alone', () => {
    const folder = openDataFolder(join(parent, 'a', 'b'));
    expect(modeOf(folder.path)).toBe(0o700);
    expect(modeOf(folder.adminKeyFile)).toBe(0o600);
    expect(modeOf(join(folder.path, 'encryption.keys'))).toBe(0o600);
    expect(modeOf(join(folder.path, 'codec.token'))).toBe(0o600);
    expect(folder.codecToken).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(folder.adminKeyFile, 'utf8')).toMatch(/^mk_[\w-]{43}$/);
    expect(parseEncryptionKeys(folder.encryptionKeys)).toHaveLength(1);
    expect(readdirSync(folder.path).sort()).toEqual(['admin.key', 'codec.token', 'encryption.keys']);
  });

  it('keeps the keys that are there', () => {
    const first = openDataFolder(parent);
    const key = readFileSync(first.adminKeyFile, 'utf8');
    const second = openDataFolder(parent);
    expect(second).toEqual(first);
    expect(readFileSync(second.adminKeyFile, 'utf8')).toBe(key);
  });

  it('takes several encryption keys, a line each', () => {
    const { encryptionKeys } = openDataFolder(parent);
    const other = openDataFolder(join(parent, 'other')).encryptionKeys;
    writeFileSync(join(parent, 'encryption.keys'), `${other}\n${encryptionKeys}\n`);
    expect(openDataFolder(parent).encryptionKeys).toBe(`${other},${encryptionKeys}`);
  });

  it('says so instead of replacing a damaged key file', () => {
    openDataFolder(parent);
    writeFileSync(join(parent, 'encryption.keys'), 'garbage');
    expect(() => openDataFolder(parent)).toThrow(/encryption\.keys .*backup/s);
    expect(readFileSync(join(parent, 'encryption.keys'), 'utf8')).toBe('garbage');
  });

  it('names a folder that cannot be used', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => openDataFolder(join(parent, 'file'))).toThrow(/cannot be used .*MEDINDEX_DATA_DIR=/s);
  });
});
