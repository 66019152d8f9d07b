import { homedir, platform } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { PROJECT_ROOT } from '../entry-point.js';
import type { Environment } from '../settings-reader.js';

/** Per-user cache: `$XDG_CACHE_HOME/medindex`, `~/Library/Caches/medindex` on macOS, `~/.cache/medindex` elsewhere. */
export function userCacheDir(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification tells to ignore relative paths.
  if (xdg && isAbsolute(xdg)) return join(xdg, 'medindex');
  const home = env['HOME'] || homedir();
  return platform() === 'darwin' ? join(home, 'Library', 'Caches', 'medindex') : join(home, '.cache', 'medindex');
}

/** A relative path is relative to the checkout, so that it does not matter from where a process is started. */
export function fromCheckout(path: string): string {
  return resolve(PROJECT_ROOT, path);
}

export function absoluteOrNull(path: string | null): string | null {
  return path === null ? null : fromCheckout(path);
}
