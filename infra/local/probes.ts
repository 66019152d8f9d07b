import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks; short beside the seconds that a start takes. */
const POLL_MS = 100;
/** One look; a server that is busy starting may accept and not answer. */
const LOOK_TIMEOUT_MS = 2_000;

/** Resolves when a GET answers 200. Rejects only when the signal is aborted. */
export async function untilHttpOk(url: string, signal: AbortSignal): Promise<void> {
  while (!(await answersOk(url))) {
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Whether a GET answers 200 now. A connection of its own each time: a kept one could belong to a server that is gone. */
export function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: LOOK_TIMEOUT_MS }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.once('error', () => resolve(false));
  });
}
