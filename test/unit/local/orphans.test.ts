import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { entryPoint } from '../../../infra/entry-point.js';
import { reapOrphans } from '../../../infra/local/orphan-reaper.js';
import { identifyProcess } from '../../../infra/process-identity.js';
import type { StackProcess } from '../../../infra/local/stack-state.js';
import { terminateAll } from '../../../infra/local/terminate.js';
import { OBEDIENT, STUBBORN } from './scripted-child.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function run(name: string, script: string): Promise<{ identity: StackProcess; gone: Promise<unknown[]> }> {
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  const identity = identifyProcess(child.pid ?? 0);
  if (!identity) throw new Error('the child is not in the process table');
  return { identity: { name, ...identity }, gone: once(child, 'exit') };
}

describe('orphans', () => {
  it('are ended politely, or by force past the grace', async () => {
    const [polite, stubborn] = [await run('a', OBEDIENT), await run('b', STUBBORN)];
    expect(await terminateAll([polite.identity, stubborn.identity], { graceMs: 200 })).toEqual([]);
    expect(await polite.gone).toEqual([0, null]);
    expect(await stubborn.gone).toEqual([null, 'SIGKILL']);
  });

  it('are never confused with a later process of the same pid', async () => {
    const innocent = await run('api', OBEDIENT);
    await reapOrphans([{ ...innocent.identity, startedAt: 'another time' }]);
    expect(children[0]?.exitCode).toBeNull();
    expect(identifyProcess(innocent.identity.pid)).not.toBeNull();
  });

  it('are ended by the reaper when the supervisor vanishes', async () => {
    const orphan = await run('temporal', OBEDIENT);
    const reaper = startReaper([orphan.identity]);
    // What the kernel does when a supervisor is killed: the pipe ends.
    reaper.stdin?.end();
    expect(await orphan.gone).toEqual([0, null]);
    expect(await once(reaper, 'exit')).toEqual([0, null]);
  });

  it('do not exist after an orderly stop: the reaper goes and touches nobody', async () => {
    const survivor = await run('temporal', OBEDIENT);
    const reaper = startReaper([survivor.identity]);
    reaper.stdin?.end('"all is stopped"\n');
    expect(await once(reaper, 'exit')).toEqual([0, null]);
    expect(identifyProcess(survivor.identity.pid)).not.toBeNull();
  });
});

function startReaper(processes: readonly StackProcess[]): ChildProcess {
  const reaper = spawn(process.execPath, [entryPoint('infra/local/orphan-reaper.js')], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  children.push(reaper);
  reaper.stdin.write(`${JSON.stringify({ processes })}\n`);
  return reaper;
}
