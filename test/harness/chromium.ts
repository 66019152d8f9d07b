import { type Browser, chromium } from 'playwright-core';
import type { FoundBinary } from './found.js';
import { isExecutable, onPath } from './minio-binary.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * CHROMIUM_BIN, or the PATH. A browser needs libraries of the system, which its administrator alone can install, so that a
 * machine without one skips the console's tests in CI too; the skip says so.
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<FoundBinary> {
  const named = env['CHROMIUM_BIN'];
  if (named) return (await isExecutable(named)) ? { path: named } : { missing: 'CHROMIUM_BIN names no program' };
  for (const path of NAMES.flatMap((name) => onPath(name, env))) if (await isExecutable(path)) return { path };
  return {
    missing: 'there is no Chromium: put one on the PATH (Debian: apt-get install chromium) or set CHROMIUM_BIN',
  };
}

/** A browser that speaks with nobody but the pages that it is sent to. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      // Tests often run as root, where Chromium refuses its sandbox; it is shown our own page only.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
