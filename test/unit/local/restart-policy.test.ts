import { describe, expect, it } from 'vitest';
import { EXIT_NO_RESTART, RestartPolicy } from '../../../infra/local/restart-policy.js';

const quick = { readyForMs: 5, exitCode: 1 };
const neverReady = { readyForMs: null, exitCode: 1 };
const afterLongHealth = { readyForMs: 60_000, exitCode: null };

describe('RestartPolicy', () => {
  it('waits longer after each quick crash and ends the loop', () => {
    const policy = new RestartPolicy();
    const verdicts = Array.from({ length: 6 }, () => policy.crashed(quick));
    expect(verdicts).toEqual([
      { restartAfterMs: 250 },
      { restartAfterMs: 500 },
      { restartAfterMs: 1_000 },
      { restartAfterMs: 2_000 },
      { restartAfterMs: 4_000 },
      'give up',
    ]);
  });

  it('tries a process that was never ready only once more', () => {
    const policy = new RestartPolicy();
    expect(policy.crashed(neverReady)).toEqual({ restartAfterMs: 250 });
    expect(policy.crashed(neverReady)).toBe('give up');
  });

  it('restarts for ever what crashes now and then after good health', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 50; i++) expect(policy.crashed(afterLongHealth)).toEqual({ restartAfterMs: 250 });
  });

  it('believes a process that says restarting cannot help', () => {
    expect(new RestartPolicy().crashed({ readyForMs: 60_000, exitCode: EXIT_NO_RESTART })).toBe('give up');
  });
});
