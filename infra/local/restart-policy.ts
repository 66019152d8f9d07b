/** A crash after this long in good health starts the count anew: it is an accident, not a loop. */
const HEALTHY_AFTER_MS = 10_000;

/** Quick crashes in a row before giving up. With the delays below that is about 8 s of trying. */
const MAX_QUICK_CRASHES = 6;

/**
 * Before a process has ever been ready, one second try is enough for accidents such as a port that another program took
 * between choosing and listening; what fails twice is the machine or the data folder.
 */
const MAX_CRASHES_BEFORE_READY = 2;

const FIRST_DELAY_MS = 250;
/** A store that is down for a minute should be back within seconds of its cure. */
const MAX_DELAY_MS = 5_000;

/** Exit code by which a child says that starting it again cannot help (sysexits.h: EX_CONFIG). */
export const EXIT_NO_RESTART = 78;

export type CrashVerdict = { readonly restartAfterMs: number } | 'give up';

/** Decides after each crash of one process whether and when it starts again: exponential backoff, and an end to loops. */
export class RestartPolicy {
  #quickCrashes = 0;
  #everReady = false;

  /** `readyForMs`: how long the process had been ready; `null` when it never was. */
  crashed(crash: { readyForMs: number | null; exitCode: number | null }): CrashVerdict {
    if (crash.readyForMs !== null) this.#everReady = true;
    if (crash.exitCode === EXIT_NO_RESTART) return 'give up';
    if (crash.readyForMs !== null && crash.readyForMs >= HEALTHY_AFTER_MS) this.#quickCrashes = 0;
    this.#quickCrashes += 1;
    const limit = this.#everReady ? MAX_QUICK_CRASHES : MAX_CRASHES_BEFORE_READY;
    if (this.#quickCrashes >= limit) return 'give up';
    return { restartAfterMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#quickCrashes - 1)) };
  }
}
