import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256OfFile } from '../../file-digest.js';
import { runCommand } from './run-command.js';
import { type Acquisition, TEMPORAL_CLI_VERSION } from './temporal-release.js';

/** Releases of the CLI. The SDK's own downloader ends at the same archives, but learns no checksum on its way. */
const RELEASES = 'https://github.com/temporalio/cli/releases/download';

/** Where the internet is refused, that is known within milliseconds or never: two round trips and a redirect fit in here. */
const FIRST_ANSWER_TIMEOUT_MS = 8_000;
/** 60 MB over a poor line (1 Mbit/s). */
const ARCHIVE_TIMEOUT_MS = 8 * 60_000;
const UNPACK_TIMEOUT_MS = 60_000;

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Fetches the pinned release archive and the list of checksums published with it, compares, and unpacks. */
export const downloadTemporalCli: Acquisition = async (folder, input) => {
  const system = SYSTEMS[process.platform];
  const processor = PROCESSORS[process.arch];
  if (!system || !processor) return { problem: `there is no release for ${process.platform} on ${process.arch}` };
  const release = `${input.releases ?? RELEASES}/v${TEMPORAL_CLI_VERSION}`;
  const name = `temporal_cli_${TEMPORAL_CLI_VERSION}_${system}_${processor}.tar.gz`;
  input.log(`Fetching the Temporal CLI ${TEMPORAL_CLI_VERSION} (about 60 MB, once).`);
  try {
    const checksums = await fetchText(`${release}/checksums.txt`, input.signal);
    const expected = new RegExp(`^([0-9a-f]{64})\\s+\\*?${name.replaceAll('.', '\\.')}$`, 'm').exec(checksums)?.[1];
    if (!expected) return { problem: 'the release names no checksum for this machine' };
    const archive = join(folder, name);
    await fetchFile(`${release}/${name}`, archive, input);
    if ((await sha256OfFile(archive)) !== expected)
      return { problem: 'the downloaded archive does not have the published checksum' };
    const unpacked = await runCommand({
      command: 'tar',
      args: ['-xzf', archive, '-C', folder, 'temporal'],
      env: input.env,
      timeoutMs: UNPACK_TIMEOUT_MS,
      ...(input.signal ? { signal: input.signal } : {}),
    });
    return unpacked.ok
      ? { path: join(folder, 'temporal') }
      : { problem: `the archive could not be unpacked: tar ${unpacked.problem}` };
  } catch (error) {
    return { problem: `the download was not possible: ${reason(error)}` };
  }
};

async function fetchText(url: string, signal: AbortSignal | undefined): Promise<string> {
  const response = await fetch(url, { signal: within(FIRST_ANSWER_TIMEOUT_MS, signal) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}

async function fetchFile(
  url: string,
  path: string,
  { log, signal }: { log: (sentence: string) => void; signal?: AbortSignal },
): Promise<void> {
  const response = await fetch(url, { signal: within(ARCHIVE_TIMEOUT_MS, signal) });
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
  const totalBytes = Number(response.headers.get('content-length') ?? 0);
  let doneBytes = 0;
  let told = 0;
  const progress = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      doneBytes += chunk.length;
      const share = totalBytes > 0 ? Math.floor((doneBytes / totalBytes) * 4) / 4 : 0;
      if (share > told && share < 1) log(`${share * 100} % of the Temporal CLI is here.`);
      told = Math.max(told, share);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), progress, createWriteStream(path));
}

function within(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
}

/** fetch hides what happened in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause as { code?: string; message?: string } | undefined;
  if (error.name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? error.message;
}
