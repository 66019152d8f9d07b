import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../../../infra/process-identity.js';
import { isAlive, processStart } from '../../../infra/process-identity.js';
import {
  ProcessGaveUp,
  type ProcessObserver,
  type ProcessSpec,
  SupervisedProcess,
} from '../../../infra/local/supervised-process.js';
import { OBEDIENT, scriptedChild, STUBBORN, Transcript } from './scripted-child.js';

const started: SupervisedProcess[] = [];
afterEach(() => Promise.all(started.splice(0).map((one) => one.stop({ force: true }))));

function supervise(spec: ProcessSpec) {
  const transcript = new Transcript();
  const identities: (ProcessIdentity | null)[] = [];
  const observer: ProcessObserver = {
    onLine: transcript.add,
    onNotice: transcript.add,
    onIdentity: (_name, identity) => identities.push(identity),
  };
  const supervised = new SupervisedProcess(spec, observer, []);
  started.push(supervised);
  return { supervised, transcript, identities };
}

function pidOf(supervised: SupervisedProcess): number {
  if (supervised.pid === null) throw new Error('the child is not running');
  return supervised.pid;
}

describe('a supervised process', () => {
  it('starts, says what its child says, and stops politely', async () => {
    const { supervised, transcript, identities } = supervise(scriptedChild('one', OBEDIENT));
    await supervised.start();
    await supervised.stop();
    expect(transcript.lines).toContain('one: bye');
    expect(supervised.pid).toBeNull();
    expect(identities).toHaveLength(2);
    expect(identities[0] && isAlive(identities[0])).toBe(false);
    expect(identities[1]).toBeNull();
  });

  it('hears of readiness by a message as well as by a line', async () => {
    const script = `process.on('disconnect', () => process.exit()); process.send('ready')`;
    const { supervised } = supervise(scriptedChild('one', script, { ipc: true }));
    await supervised.start();
    await supervised.stop();
  });

  it('is started again after a crash', async () => {
    const { supervised, transcript } = supervise(scriptedChild('one', OBEDIENT));
    await supervised.start();
    const first = pidOf(supervised);
    process.kill(first, 'SIGKILL');
    await transcript.said('was ended by SIGKILL; starting it again');
    await transcript.said('one: is ready', 2);
    expect(pidOf(supervised)).not.toBe(first);
    await supervised.stop();
  });

  it('takes the children of a crashed child with it', async () => {
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      child.once('spawn', () => console.log('grandchild ' + child.pid));
      ${OBEDIENT}`;
    const { supervised, transcript } = supervise(scriptedChild('one', script));
    await supervised.start();
    await transcript.said('grandchild');
    const grandchild = Number(
      transcript.lines
        .find((line) => line.includes('grandchild'))
        ?.split(' ')
        .at(-1),
    );
    process.kill(pidOf(supervised), 'SIGKILL');
    await transcript.said('one: is ready', 2);
    expect(grandchild).toBeGreaterThan(0);
    expect(processStart(grandchild)).toBeNull();
  });

  it('is given up with its last words and advice when it keeps failing', async () => {
    const script = `console.error('the disk is on fire'); process.exit(3)`;
    const { supervised, transcript } = supervise(scriptedChild('one', script));
    const failure = await supervised.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProcessGaveUp);
    expect(String(failure)).toMatch(/one process ended with exit code 3.*the disk is on fire.*Try something else\./s);
    expect(transcript.lines.filter((line) => line.includes('the disk is on fire'))).toHaveLength(2);
  });

  it('is given up when it cannot be run at all', async () => {
    const { supervised } = supervise(scriptedChild('one', '', { command: '/nonexistent/program' }));
    await expect(supervised.start()).rejects.toThrow(/could not be run \(ENOENT\)/);
  });

  it('counts as failed when it is not ready in time', async () => {
    const { supervised, transcript } = supervise(
      scriptedChild('one', 'setInterval(() => {}, 1000)', { readyDeadlineMs: 300 }),
    );
    await expect(supervised.start()).rejects.toThrow(ProcessGaveUp);
    expect(transcript.lines).toContain('one: was not ready within 0.3 s');
  });

  it('is killed past its deadline, or at once when forced', async () => {
    const slow = supervise(scriptedChild('slow', STUBBORN, { stopDeadlineMs: 200 }));
    await slow.supervised.start();
    await slow.supervised.stop();
    expect(slow.transcript.lines).toContain('slow: did not stop within 0.2 s and is ended by force');

    const forced = supervise(scriptedChild('forced', STUBBORN));
    await forced.supervised.start();
    const polite = forced.supervised.stop();
    await forced.supervised.stop({ force: true });
    await polite;
    expect(forced.supervised.pid).toBeNull();
  });

  it('does not come back when it is stopped while it waits to start again', async () => {
    const { supervised, transcript } = supervise(scriptedChild('one', OBEDIENT));
    await supervised.start();
    process.kill(pidOf(supervised), 'SIGKILL');
    await transcript.said('starting it again');
    await supervised.stop();
    // Another one that crashes later and waits as long is back: the first would be by now.
    const later = supervise(scriptedChild('later', OBEDIENT));
    await later.supervised.start();
    process.kill(pidOf(later.supervised), 'SIGKILL');
    await later.transcript.said('later: is ready', 2);
    expect(supervised.pid).toBeNull();
    expect(transcript.lines.filter((line) => line === 'one: ready')).toHaveLength(1);
  });
});
