import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provisionTemporalCli } from '../../../infra/local/provision/temporal-cli.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'medindex cli '))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers `--version` like the CLI. */
function aCli(path: string, server = '1.29.1'): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "temporal version 0.0.0-DEV (Server ${server}, UI 2.42.1)"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Serves a release archive with its list of checksums, as GitHub does. */
async function releases(options: { tamper?: boolean } = {}) {
  const name = `temporal_cli_1.5.1_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
  aCli(join(folder, 'release', 'temporal'));
  execFileSync('tar', ['-czf', join(folder, name), '-C', join(folder, 'release'), 'temporal']);
  const archive = readFileSync(join(folder, name));
  const sum = createHash('sha256').update(archive).digest('hex');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/v1.5.1/checksums.txt') response.end(`${sum}  ${name}\n`);
    else if (request.url === `/v1.5.1/${name}`) response.end(options.tamper ? Buffer.from('other bytes') : archive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return { url: `http://127.0.0.1:${address.port}`, asked, close: () => server.close() };
}

/** Only what is needed to unpack; neither `temporal` nor `go` is there. */
const TOOLS = '/usr/bin:/bin';
const quiet = (): void => undefined;

describe('provisionTemporalCli', () => {
  it('takes TEMPORAL_CLI, and says so when that does not work', async () => {
    const path = aCli(join(folder, 'my temporal'));
    const input = { cacheDir: folder, log: quiet };
    expect(await provisionTemporalCli({ ...input, env: { TEMPORAL_CLI: path } })).toEqual({
      path,
      source: 'TEMPORAL_CLI',
    });
    await expect(provisionTemporalCli({ ...input, env: { TEMPORAL_CLI: '/nowhere' } })).rejects.toThrow(
      'TEMPORAL_CLI=/nowhere is not installed',
    );
  });

  it('takes the one on the PATH when it is new enough', async () => {
    const path = aCli(join(folder, 'bin', 'temporal'));
    const env = { PATH: `${join(folder, 'bin')}:${TOOLS}` };
    expect(await provisionTemporalCli({ cacheDir: folder, env, log: quiet })).toEqual({ path, source: 'PATH' });
  });

  it('passes over an old one, downloads, checks, and keeps what it got for the next time', async () => {
    aCli(join(folder, 'bin', 'temporal'), '1.20.0');
    const server = await releases();
    try {
      const said: string[] = [];
      const env = { PATH: `${join(folder, 'bin')}:${TOOLS}` };
      const input = {
        cacheDir: join(folder, 'cache'),
        env,
        log: (text: string) => said.push(text),
        releases: server.url,
      };
      const first = await provisionTemporalCli(input);
      expect(first.source).toBe('download');
      expect(said.join('\n')).toContain('too old (server 1.20');
      expect(await provisionTemporalCli(input)).toEqual({ path: first.path, source: 'cache' });
      expect(server.asked).toHaveLength(2);

      writeFileSync(first.path, 'damaged');
      expect((await provisionTemporalCli(input)).source).toBe('download');
    } finally {
      server.close();
    }
  });

  it('refuses an archive without the published checksum, and names each way tried', async () => {
    const server = await releases({ tamper: true });
    try {
      const input = { cacheDir: join(folder, 'cache'), env: { PATH: TOOLS }, log: quiet, releases: server.url };
      const failure = provisionTemporalCli(input);
      await expect(failure).rejects.toThrow(
        /no "temporal" on the PATH.*download: .*checksum.*go install: go is not installed.*TEMPORAL_ADDRESS=/s,
      );
    } finally {
      server.close();
    }
  });
});
