import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { entryPoint } from '../../../infra/entry-point.js';
import { processStart } from '../../../infra/process-identity.js';

/** Starts what a bench starts: one that ends with a Ctrl-C, and one in a group of its own that does not care. */
const SCRIPT = `
  import { spawn } from 'node:child_process';
  import { endWithInterrupt } from ${JSON.stringify(entryPoint('bench/setting/end-with-interrupt.js'))};
  endWithInterrupt();
  const polite = spawn('sleep', ['1000']);
  const stack = spawn('sh', ['-c', 'trap "exit 0" INT; sleep 1000 & echo $!; wait'], { detached: true });
  stack.stdout.on('data', (below) => console.log([polite.pid, stack.pid, Number(below)].join(' ')));
  setInterval(() => undefined, 1000);
`;

test.skipIf(platform() !== 'linux')('an interrupted bench leaves nothing running', { timeout: 60_000 }, async () => {
  const bench = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: bench.stdout }), 'line')) as [string];
  const pids = line.split(' ').map(Number);
  expect(pids.map(processStart)).not.toContain(null);
  bench.kill('SIGINT');
  const [code] = (await once(bench, 'exit')) as [number];
  expect(code).toBe(130);
  // The last one lost its parent before it was told: it was known beforehand.
  expect(pids.map(processStart)).toEqual([null, null, null]);
});
