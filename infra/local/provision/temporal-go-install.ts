import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.js';
import { type Acquisition, TEMPORAL_CLI_VERSION } from './temporal-release.js';

/** 2 minutes on two quiet cores, 5 on busy ones; a small machine may need four times that. */
const BUILD_TIMEOUT_MS = 25 * 60_000;

/** How often somebody who waits hears that it goes on. */
const SIGN_OF_LIFE_MS = 15_000;

/** Builds the pinned version from its sources, whose checksums Go verifies against its public log. */
export const goInstallTemporalCli: Acquisition = async (folder, input) => {
  input.log('Building the Temporal CLI with Go instead, once: 2 to 5 minutes, more on a busy machine.');
  let packages = 0;
  const begun = performance.now();
  const signs = setInterval(() => {
    const seconds = Math.round((performance.now() - begun) / 1000);
    const done = packages > 0 ? `, ${packages} packages compiled so far` : '';
    input.log(`Still building the Temporal CLI (${seconds} s${done}).`);
  }, SIGN_OF_LIFE_MS);
  try {
    const result = await runCommand({
      command: 'go',
      // -s -w leave debug symbols out (210 MB instead of 300); -v names each package, our sign of life.
      args: [
        'install',
        '-v',
        '-trimpath',
        '-ldflags',
        '-s -w',
        `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`,
      ],
      env: { ...input.env, HOME: input.env['HOME'] ?? homedir(), GOBIN: folder, GOOS: undefined, GOARCH: undefined },
      timeoutMs: BUILD_TIMEOUT_MS,
      onLine: (line) => {
        if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) packages += 1;
      },
      ...(input.signal ? { signal: input.signal } : {}),
    });
    return result.ok ? { path: join(folder, 'temporal') } : { problem: `go ${result.problem}` };
  } finally {
    clearInterval(signs);
  }
};
