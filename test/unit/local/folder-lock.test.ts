import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderInUse, lockDataFolder, lockHolder } from '../../../infra/data-folder/folder-lock.js';
import { identifyProcess, isAlive, processStart } from '../../../infra/process-identity.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'medindex-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function aProcessThatEnded() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const identity = identifyProcess(child.pid ?? 0);
  if (!identity) throw new Error('the child is not in the process table');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

describe('a data folder', () => {
  it('is held by one process; a second start is told who and where', () => {
    const lock = lockDataFolder(folder, 'http://127.0.0.1:8080');
    expect(() => lockDataFolder(folder, 'http://127.0.0.1:9090')).toThrow(DataFolderInUse);
    expect(() => lockDataFolder(folder, 'http://127.0.0.1:9090')).toThrow(
      new RegExp(`process ${process.pid}, http://127.0.0.1:8080`),
    );
    expect(lockHolder(folder)).toMatchObject({ pid: process.pid, note: 'http://127.0.0.1:8080' });
    lock.moveTo('http://127.0.0.1:9999');
    expect(lockHolder(folder)).toMatchObject({ pid: process.pid, note: 'http://127.0.0.1:9999' });
    lock.release();
    expect(lockHolder(folder)).toBeNull();
    lockDataFolder(folder, 'x').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    const gone = await aProcessThatEnded();
    writeFileSync(join(folder, 'stack.lock'), JSON.stringify({ ...gone, note: 'x' }));
    const lock = lockDataFolder(folder, 'y');
    expect(lockHolder(folder)).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('is taken over when its pid belongs to a later process', () => {
    writeFileSync(join(folder, 'stack.lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago', note: 'x' }));
    lockDataFolder(folder, 'y').release();
  });

  it('is taken over when the lock cannot be read', () => {
    writeFileSync(join(folder, 'stack.lock'), '{"pid":');
    lockDataFolder(folder, 'y').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not free a lock that somebody else took meanwhile', () => {
    const lock = lockDataFolder(folder, 'x');
    writeFileSync(join(folder, 'stack.lock'), 'another');
    lock.release();
    expect(readdirSync(folder)).toEqual(['stack.lock']);
  });
});

describe('the identity of a process', () => {
  it('holds for the process and ends with it', async () => {
    const self = identifyProcess(process.pid);
    expect(self && isAlive(self)).toBe(true);
    expect(processStart(process.pid)).toBe(self?.startedAt);
    expect(isAlive(await aProcessThatEnded())).toBe(false);
    expect(processStart(-1)).toBeNull();
  });
});
