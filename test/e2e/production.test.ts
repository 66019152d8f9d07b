import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileClient } from '../../api/client/file-client.js';
import type { DeepHealth } from '../../api/schemas/health.js';
import { loadConfig } from '../../infra/config.js';
import { adoptModel, newAttempt } from '../../infra/embedding/provision/model-cache.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { anyFreePort } from '../../infra/local/ports.js';
import { prepareStart } from '../../infra/starting/prepare-start.js';
import { openPhiModelFolder } from '../../infra/screening/provision/phi-model-folder.js';
import { type Findings, StartRefused } from '../../infra/starting/start-refused.js';
import { describeWith } from '../harness/describe-with.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { findNativePostgres } from '../harness/native-postgres-install.js';
import { type NativePostgres, startNativePostgres } from '../harness/native-postgres.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const DOC = readFileSync(join(PROJECT_ROOT, 'docs/production.md'), 'utf8');
const run = promisify(execFile);

/** Contents of the code blocks of docs/production.md in this language, in order. */
function blocks(language: string): string[] {
  return [...DOC.matchAll(new RegExp('^ *```' + language + '\\n([^]*?)^ *```$', 'gm'))].map((match) => match[1] ?? '');
}

/** What `npm run <script> -- <args>` runs, without npm. */
function programOf(command: string): string[] {
  const [, script = '', args = ''] = /^npm run (?:--silent )?([a-z]+)(?: -- (.*))?$/.exec(command.trim()) ?? [];
  const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [node, ...words] = (scripts[script] ?? '').split(' ');
  expect(node, command).toBe('node');
  return [...words, ...args.split(' ').filter((word) => word !== '')];
}

const postgresInstall = await findNativePostgres(16);
const minioBinary = await findMinio();

describeWith([postgresInstall, minioBinary, await findTemporal()], 'production as docs/production.md has it', () => {
  let postgres: NativePostgres;
  let minio: MinioServer;
  let temporal: TemporalServer;
  let folder: string;
  let env: Record<string, string>;
  const processes: ChildProcess[] = [];

  /** The commands of the page that npm runs, in its order. */
  const commands = blocks('sh').flatMap((block) => block.split('\n').filter((line) => /^ *npm run /.test(line)));

  async function runOnce(command: string): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, programOf(command), { cwd: PROJECT_ROOT, env });
  }

  beforeAll(async () => {
    if (!('binFolder' in postgresInstall) || !('path' in minioBinary)) throw new Error('not reached');
    [postgres, minio, temporal] = await Promise.all([
      startNativePostgres({ install: postgresInstall }),
      startMinio(minioBinary),
      startTemporal(),
    ]);
    folder = mkdtempSync(join(tmpdir(), 'medindex-production-'));
    const database = new URL(postgres.databaseUrl);
    for (const [at, block] of blocks('sql').entries()) {
      if (at > 0) database.pathname = '/medindex';
      await statements(database.href, block.split(';'));
    }
    Object.assign(database, { username: 'medindex', password: 'change-me', pathname: '/medindex' });
    const here: Record<string, string> = {
      DATABASE_URL: database.href,
      OBJECT_STORE_URL: `s3://${await minio.newBucket()}/production`,
      S3_ENDPOINT: minio.endpoint,
      AWS_ACCESS_KEY_ID: minio.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: minio.credentials.secretAccessKey,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      MEDINDEX_DATA_DIR: join(folder, 'data'),
      HOST: '127.0.0.1',
      PORT: String(await anyFreePort('127.0.0.1')),
    };
    // The settings of the page and nothing else, each as it is on this machine.
    const named = (blocks('ini')[0] ?? '')
      .split('\n')
      .flatMap((line) => /^([A-Z0-9_]+)=(.+)$/.exec(line)?.slice(1, 3) ?? []);
    env = { PATH: process.env['PATH'] ?? '', HOME: folder };
    for (let at = 0; at < named.length; at += 2) {
      const [name = '', example = ''] = named.slice(at);
      if (name === 'MEDINDEX_ENCRYPTION_KEYS') continue;
      expect(Object.keys(here), 'a setting of the page that this test does not know').toContain(name);
      expect(example).not.toBe('');
      env[name] = here[name] ?? '';
    }
    await provideModels(join(folder, '.cache', 'medindex', 'models'));
  });

  afterAll(async () => {
    for (const child of processes) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await Promise.all([postgres?.stop(), minio?.stop(), temporal?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a worker says of its settings before it starts. */
  async function lookAt(change: Record<string, string>): Promise<Findings> {
    // The AWS SDK reads its own variables from the process.
    const before = { ...process.env };
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = { ...env, ...change };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
    try {
      const { warnings } = await prepareStart(loadConfig({ ...env, ...change }, 'process'), 'worker');
      return { problems: [], warnings };
    } catch (error) {
      if (error instanceof StartRefused) return { problems: error.problems, warnings: [] };
      throw error;
    } finally {
      process.env = before;
    }
  }

  async function refusals(change: Record<string, string>): Promise<readonly string[]> {
    return (await lookAt(change)).problems;
  }

  /** What a process says that ends at its start, without the notices of the AWS SDK about this Node. */
  async function wordsOfRefusedStart(command: string): Promise<string> {
    const child = spawn(process.execPath, programOf(command), {
      cwd: PROJECT_ROOT,
      env: { ...env, NODE_NO_WARNINGS: '1' },
      stdio: 'pipe',
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    return words;
  }

  test('has commands for a key, the model, the schema and the first admin key', async () => {
    expect(commands.map((command) => command.trim())).toEqual([
      'npm run --silent api -- encryption-key',
      'npm run --silent provision',
      'npm run --silent migrate',
      'npm run --silent api -- init',
      'npm run worker',
      'npm run api',
    ]);
    const key = (await runOnce(commands[0] ?? '')).stdout.trim();
    expect(key).toMatch(/^[\w-]+:[\w+/-]{43}=$/);
    env['MEDINDEX_ENCRYPTION_KEYS'] = key;
  });

  test('refuses to start before the schema is there, and says with what to make it', async () => {
    const words = await wordsOfRefusedStart('npm run api');
    expect(words).toMatch(
      /^medindex cannot start:\n {2}DATABASE_URL: the database at 127\.0\.0\.1:\d+ is not at the state of this medindex: \d+ migrations are missing \(from 0001_data_model\.sql\)\. Run "npm run migrate"/,
    );
    expect(words.trimEnd().split('\n')).toHaveLength(2);
  });

  test('says all that is wrong at once: the setting, what was seen, what to do, an example', async () => {
    const nowhere = await anyFreePort('127.0.0.1');
    const problems = await refusals({
      DATABASE_URL: `postgres://medindex:secret-word@127.0.0.1:${nowhere}/medindex`,
      S3_ENDPOINT: `http://127.0.0.1:${nowhere}`,
      TEMPORAL_ADDRESS: `127.0.0.1:${nowhere}`,
      EMBEDDING_MODEL_PATH: folder,
    });
    expect(problems.map((text) => text.split(':')[0])).toEqual([
      'DATABASE_URL',
      'S3_ENDPOINT',
      'TEMPORAL_ADDRESS',
      'EMBEDDING_MODEL_PATH',
    ]);
    expect(problems[0]).toContain(`no Postgres answers at 127.0.0.1:${nowhere} (ECONNREFUSED). Start it`);
    expect(problems.join('\n')).not.toContain('secret-word');
    for (const text of problems) expect(text).toMatch(/Example: [A-Z0-9_]+=\S/);
  });

  test('brings the schema up to date, once', async () => {
    expect((await runOnce(commands[2] ?? '')).stderr).toMatch(/Applied \d+ migrations: 0001_data_model\.sql, /);
    expect((await runOnce(commands[2] ?? '')).stderr).toContain('The database is up to date.');
  });

  test.each([
    [{ DATABASE_URL: 'nobody' }, /^DATABASE_URL: Postgres at \S+ refuses the user "nobody"/],
    [
      { DATABASE_URL: '/absent' },
      /^DATABASE_URL: Postgres at \S+ has no database "absent"\. Make it \(createdb absent\)/,
    ],
    [{ OBJECT_STORE_URL: 's3://no-such-bucket/x' }, /^OBJECT_STORE_URL: there is no bucket "no-such-bucket"/],
    [{ AWS_SECRET_ACCESS_KEY: 'wrong' }, /^OBJECT_STORE_URL: \S+ does not let these credentials in/],
    [
      { TEMPORAL_NAMESPACE: 'absent' },
      /^TEMPORAL_NAMESPACE: .* no namespace "absent"\. Make it \(temporal operator namespace create --address/,
    ],
  ] as [Record<string, string>, RegExp][])('refuses %j', async (change, expected) => {
    const url = new URL(env['DATABASE_URL'] ?? '');
    const given = change['DATABASE_URL'];
    if (given?.startsWith('/')) url.pathname = given;
    else if (given) url.username = given;
    expect(await refusals({ ...change, DATABASE_URL: url.href })).toEqual([expect.stringMatching(expected)]);
  });

  test('gets the models, and makes one admin key; the second time none', async () => {
    const [, provision = '', , init = ''] = commands;
    const models = join(folder, '.cache', 'medindex', 'models');
    expect((await runOnce(provision)).stdout.trim().split('\n')).toEqual([
      join(models, 'all-MiniLM-L6-v2'),
      join(models, 'rampart'),
    ]);
    const first = await runOnce(init);
    expect(first.stdout).toMatch(/^mk_[\w-]{43}\n$/);
    env['MEDINDEX_API_KEY'] = first.stdout.trim();
    const second = await runOnce(init);
    expect(second.stdout).toBe('');
    expect(second.stderr).toContain('There is an admin key already.');
  });

  test('serves: all is well, and a file that was sent in is found by its meaning', async () => {
    const { MEDINDEX_API_KEY: key = '', ...settings } = env;
    const [worker = '', api = ''] = commands.slice(-2);
    const url = `http://127.0.0.1:${env['PORT']}`;
    const serving = [start(worker, settings, /worker ready/), start(api, settings, /api listens/)];
    const output = await Promise.all(serving);
    expect(output.join('\n')).not.toContain('"level":"warn"');
    const deep = (await (await fetch(`${url}/health/deep`)).json()) as { data: DeepHealth };
    expect(deep.data).toMatchObject({
      status: 'ok',
      components: { embedder: { status: 'ok' }, phiDetector: { status: 'ok' }, workers: { status: 'ok' } },
    });
    const client = new FileClient({ url, apiKey: key });
    const path = join(folder, 'sepsis.md');
    writeFileSync(path, SEPSIS);
    const { runId } = await client.upload({ path, fileName: 'sepsis.md', collection: 'guidelines' });
    for (;;) {
      const { state } = await client.run(runId);
      if (state === 'published') break;
      expect(state).toBe('running');
    }
    const found = await client.search({ query: 'blood poisoning antibiotics', collections: ['guidelines'] });
    expect(found.data.hits[0]?.scores.vector).toBeGreaterThan(0.2);
  });

  test.each([
    ['of another system', () => `else:${OTHER_KEY}`, /filled with other keys \(\S+\); none of them is set/],
    [
      'that differs under a known name',
      (id: string) => `${id}:${OTHER_KEY}`,
      /is not the one that this database was filled with/,
    ],
    [
      'behind the first one',
      (_: string, given: string) => `${given},else:${OTHER_KEY}`,
      /has to be the last of the list/,
    ],
  ])('refuses to start with an encryption key %s', async (_case, keysOf, expected) => {
    const given = env['MEDINDEX_ENCRYPTION_KEYS'] ?? '';
    const keys = keysOf(given.split(':')[0] ?? '', given);
    expect(await refusals({ MEDINDEX_ENCRYPTION_KEYS: keys })).toEqual([expect.stringMatching(expected)]);
  });

  test('takes a newer encryption key, and warns of one that is gone', async () => {
    const given = env['MEDINDEX_ENCRYPTION_KEYS'] ?? '';
    const start = (keys: string) => lookAt({ MEDINDEX_ENCRYPTION_KEYS: keys });
    const ALL_WELL = { problems: [], warnings: [] };
    expect(await start(`newer:${OTHER_KEY},${given}`)).toEqual(ALL_WELL);
    const withoutNewer = await start(given);
    expect(withoutNewer.problems).toEqual([]);
    expect(withoutNewer.warnings).toEqual([expect.stringMatching(/^MEDINDEX_ENCRYPTION_KEYS lacks newer: /)]);
    expect(await start(`newer:${OTHER_KEY},${given}`)).toEqual(ALL_WELL);
  });

  test('refuses a second system in the same namespace', async () => {
    await statements(env['DATABASE_URL'] ?? '', ['update ops.system set system_id = gen_random_uuid()']);
    const words = await wordsOfRefusedStart('npm run worker');
    expect(words).toMatch(/^TEMPORAL_NAMESPACE: the namespace "\S+" serves another medindex/m);
  });

  /** Starts a process that stays; gives what it printed until it was ready. */
  async function start(command: string, settings: Record<string, string>, ready: RegExp): Promise<string> {
    const child = spawn(process.execPath, programOf(command), { cwd: PROJECT_ROOT, env: settings, stdio: 'pipe' });
    processes.push(child);
    const lines: string[] = [];
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          if (ready.test(line)) resolve(lines.join('\n'));
        });
      }
      child.once('exit', () => reject(new Error(`${command} ended:\n${lines.join('\n')}`)));
    });
  }
});

const OTHER_KEY = Buffer.alloc(32, 7).toString('base64');

const SEPSIS =
  '# Sepsis\n\nStart broad-spectrum antimicrobials within one hour of recognising septic shock in adults.\n';

async function statements(databaseUrl: string, texts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const text of texts.filter((one) => one.trim() !== '')) await client.query(text);
  } finally {
    await client.end();
  }
}

/** What `npm run provision` would fetch, from what the tests have of it. */
async function provideModels(models: string): Promise<void> {
  await provideModel({ from: process.env['EMBEDDING_MODEL_PATH'], models, name: 'all-MiniLM-L6-v2' });
  await provideModel({ from: process.env['PHI_MODEL_PATH'], models, name: 'rampart', open: openPhiModelFolder });
}

async function provideModel(input: {
  from: string | undefined;
  models: string;
  name: string;
  open?: (folder: string) => Promise<unknown>;
}): Promise<void> {
  const { from, models, name, open } = input;
  if (from === undefined) throw new Error(`no model ${name} on this machine`);
  mkdirSync(models, { recursive: true });
  const attempt = await newAttempt(models);
  cpSync(from, attempt.folder, { recursive: true, dereference: true, filter: (path) => !path.includes('manifest') });
  await adoptModel({ attempt: attempt.folder, folder: join(models, name), source: 'test', ...(open ? { open } : {}) });
}
