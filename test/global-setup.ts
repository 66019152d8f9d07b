import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../infra/entry-point.js';

/** Child processes and threads run compiled code (infra/entry-point.ts), so the tests compile first; incremental, 1–3 s. */
export default function setup(): void {
  const tsc = join(PROJECT_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // Type errors are the type check's to report; tsc emits all the same.
  spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: PROJECT_ROOT, stdio: 'inherit' });
}
