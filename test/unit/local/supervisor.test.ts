import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StackProcess } from '../../../infra/local/stack-state.js';
import { Supervisor } from '../../../infra/local/supervisor.js';
import { OBEDIENT, scriptedChild, Transcript } from './scripted-child.js';

const supervisors: Supervisor[] = [];
afterEach(() => Promise.all(supervisors.splice(0).map((one) => one.stop({ force: true }))));

function supervisor() {
  const transcript = new Transcript();
  const seen: (readonly StackProcess[])[] = [];
  const made = new Supervisor({
    onLine: transcript.add,
    onNotice: transcript.add,
    onProcesses: (processes) => seen.push(processes),
    reaperPath: null,
  });
  supervisors.push(made);
  return { made, transcript, seen };
}

describe('a supervisor', () => {
  it('stops each process before what it depends on', async () => {
    const { made, transcript, seen } = supervisor();
    await made.start([scriptedChild('store', OBEDIENT)]);
    const needsStore = { dependsOn: ['store'] };
    await made.start([scriptedChild('api', OBEDIENT, needsStore), scriptedChild('worker', OBEDIENT, needsStore)]);
    expect(
      made
        .processes()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['api', 'store', 'worker']);
    await made.stop();
    const goodbyes = transcript.lines.filter((line) => line.endsWith('bye'));
    expect(goodbyes.slice(0, 2).sort()).toEqual(['api: bye', 'worker: bye']);
    expect(goodbyes[2]).toBe('store: bye');
    expect(seen.at(-1)).toEqual([]);
  });

  it('waits for what a process depends on before it starts that again, and does not blame it', async () => {
    const { made, transcript } = supervisor();
    const gate = join(mkdtempSync(join(tmpdir(), 'medindex-gate-')), 'open');
    writeFileSync(gate, '');
    const gated = `
      setInterval(() => {}, 1000);
      const look = () => require('node:fs').existsSync(${JSON.stringify(gate)}) ? console.log('ready') : setTimeout(look, 20);
      look();`;
    await made.start([scriptedChild('store', gated)]);
    await made.start([scriptedChild('api', OBEDIENT, { dependsOn: ['store'] })]);
    const pid = (name: string) => made.processes().find((one) => one.name === name)?.pid ?? 0;

    rmSync(gate);
    process.kill(pid('store'), 'SIGKILL');
    await transcript.said('store: was ended by SIGKILL');
    process.kill(pid('api'), 'SIGKILL');
    await transcript.said('api: was ended by SIGKILL; starting it again when what it depends on is back');
    writeFileSync(gate, '');
    await transcript.said('api: is ready', 2);
    const order = transcript.lines.filter((line) => line.includes('is ready')).map((line) => line.split(':')[0]);
    expect(order).toEqual(['store', 'api', 'store', 'api']);
    await made.stop();
  });

  it('restarts only the process that crashed', async () => {
    const { made, transcript } = supervisor();
    await made.start([scriptedChild('store', OBEDIENT), scriptedChild('api', OBEDIENT)]);
    const pid = (name: string) => made.processes().find((one) => one.name === name)?.pid;
    const [store, api] = [pid('store'), pid('api')];
    process.kill(api ?? 0, 'SIGKILL');
    await transcript.said('api: is ready', 2);
    expect(pid('store')).toBe(store);
    expect(pid('api')).not.toBe(api);
    await made.stop();
  });

  it('tells when a process is given up later, while the others still run', async () => {
    const { made } = supervisor();
    await made.start([scriptedChild('store', OBEDIENT)]);
    const ready = `console.log('ready'); setTimeout(() => process.exit(78), 50)`;
    await made.start([scriptedChild('api', ready)]);
    await expect(made.givenUp).rejects.toThrow(/api process ended with exit code 78/);
    expect(made.processes().map(({ name }) => name)).toEqual(['store']);
    await made.stop();
    expect(made.processes()).toEqual([]);
  });

  it('starts nothing any more once it stops', async () => {
    const { made } = supervisor();
    await made.stop();
    await expect(made.start([scriptedChild('api', OBEDIENT)])).rejects.toThrow('being stopped');
  });
});
