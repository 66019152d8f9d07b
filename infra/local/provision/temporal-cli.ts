import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { loadTemporalCliPath } from '../../config.js';
import { sha256OfFile } from '../../file-digest.js';
import type { Environment } from '../../settings-reader.js';
import { runCommand } from './run-command.js';
import { downloadTemporalCli } from './temporal-download.js';
import { goInstallTemporalCli } from './temporal-go-install.js';
import { type Acquisition, type ProvisionTemporalCliInput, TEMPORAL_CLI_VERSION } from './temporal-release.js';

/** First server with `MedindexOrganization`-style attributes at start, updates and priorities as we use them. */
const MIN_SERVER = { major: 1, minor: 29 } as const;

/** Starting 200 MB of program from a cold disk. */
const VERSION_TIMEOUT_MS = 30_000;

export interface TemporalCli {
  readonly path: string;
  readonly source: 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'go install';
}

/**
 * Finds the Temporal CLI: TEMPORAL_CLI, `temporal` on the PATH, our cache, the release archive, `go install`. What was
 * fetched or built is kept in the user's cache with its SHA-256 and checked against that at every later start.
 * Errors: a sentence a way tried, and what to do.
 */
export async function provisionTemporalCli(input: ProvisionTemporalCliInput): Promise<TemporalCli> {
  const tried: string[] = [];
  const cliPath = loadTemporalCliPath(input.env);
  if (cliPath !== null) {
    const problem = await versionProblem(cliPath, input);
    // What a person set is not silently passed over.
    if (problem) throw new Error(`TEMPORAL_CLI=${cliPath} ${problem}. Correct it, or unset it to have the CLI found.`);
    return { path: cliPath, source: 'TEMPORAL_CLI' };
  }
  const onPath = findOnPath('temporal', input.env);
  if (onPath) {
    const problem = await versionProblem(onPath, input);
    if (!problem) return { path: onPath, source: 'PATH' };
    input.log(`The Temporal CLI at ${onPath} ${problem}; looking for another one.`);
    tried.push(`${onPath} ${problem}`);
  } else tried.push('there is no "temporal" on the PATH');

  const home = join(input.cacheDir, 'temporal-cli', TEMPORAL_CLI_VERSION);
  const cached = join(home, 'temporal');
  if (await matchesStamp(cached)) return { path: cached, source: 'cache' };
  tried.push(existsSync(cached) ? `${cached} differs from what was put there` : `${cached} is not there yet`);

  const ways: [TemporalCli['source'], Acquisition][] = [
    ['download', downloadTemporalCli],
    ['go install', goInstallTemporalCli],
  ];
  await mkdir(home, { recursive: true });
  for (const [source, acquire] of ways) {
    input.signal?.throwIfAborted();
    // Beside its later place, so that it gets there by a rename: whole or not at all.
    const folder = await mkdtemp(join(home, 'new-'));
    try {
      const got = await acquire(folder, input);
      const problem = 'problem' in got ? got.problem : await versionProblem(got.path, input);
      if ('path' in got && !problem) {
        await keep(got.path, cached);
        input.log(`The Temporal CLI ${TEMPORAL_CLI_VERSION} is in ${cached}; later starts use that.`);
        return { path: cached, source };
      }
      tried.push(`${source}: ${problem ?? ''}`);
      input.log(`That did not work (${problem ?? ''}).`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  input.signal?.throwIfAborted();
  throw new Error(
    [
      'The Temporal CLI, which runs the local Temporal server, could not be had. Tried:',
      ...tried.map((one) => `  - ${one}`),
      'Do one of these and start again:',
      '  - install it: https://docs.temporal.io/cli#install (macOS: brew install temporal)',
      '  - install Go 1.25 or later (https://go.dev/dl), and it is built from source',
      '  - download it elsewhere and name it: TEMPORAL_CLI=/path/to/temporal',
      '  - use a Temporal server that runs already: TEMPORAL_ADDRESS=host:7233',
    ].join('\n'),
  );
}

/** What is wrong with this binary, in words that follow its name; `null` when it will do. */
async function versionProblem(path: string, input: ProvisionTemporalCliInput): Promise<string | null> {
  const result = await runCommand({
    command: path,
    args: ['--version'],
    env: input.env,
    timeoutMs: VERSION_TIMEOUT_MS,
    ...(input.signal ? { signal: input.signal } : {}),
  });
  if (!result.ok) return result.problem;
  // A binary built by `go install` calls itself 0.0.0-DEV, but knows its server.
  const server = /Server (\d+)\.(\d+)/.exec(result.output);
  if (!server) return 'does not look like the Temporal CLI';
  const [major, minor] = [Number(server[1]), Number(server[2])];
  if (major > MIN_SERVER.major || (major === MIN_SERVER.major && minor >= MIN_SERVER.minor)) return null;
  return `is too old (server ${major}.${minor}; ${MIN_SERVER.major}.${MIN_SERVER.minor} or later is needed)`;
}

function findOnPath(name: string, env: Environment): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

async function matchesStamp(path: string): Promise<boolean> {
  try {
    return (await readFile(`${path}.sha256`, 'utf8')).trim() === (await sha256OfFile(path));
  } catch {
    return false;
  }
}

async function keep(from: string, to: string): Promise<void> {
  await chmod(from, 0o755);
  const stamp = await sha256OfFile(from);
  // The stamp goes first: a crash in between leaves a pair that does not match, and so counts as nothing.
  await writeFile(`${to}.sha256`, `${stamp}\n`);
  await rename(from, to);
}
